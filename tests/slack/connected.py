"""The transport to a strict Slack, at a pace that costs no time."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.outbound.rate_limits import SlackRateLimiter
from remembrancer.bot.slack.outbound.transport import SlackTransport
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.loading.load import store
from remembrancer.settings import Settings
from tests.delivery.world import organisation
from tests.free_time import FreeTime
from tests.slack.strict import Slack

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)


def settings_of(slack: Slack, **others: Any) -> Settings:
    given: dict[str, Any] = {**slack.tokens, **others}
    return Settings(_env_file=None, **given)


def web_to(slack: Slack, time: FreeTime | None = None, a_minute: int = 10_000) -> SlackWebApi:
    time = time or FreeTime()
    return SlackWebApi(settings_of(slack), SlackRateLimiter(a_minute=a_minute, clock=time, sleep=time.sleep), time)


def transport_to(slack: Slack, time: FreeTime | None = None) -> SlackTransport:
    return SlackTransport(web_to(slack, time))


def small_folder(place: Path) -> Folder:
    """Two leads, their manager, the director, the secretary and the admin, and the boards of the example."""
    return organisation(place / "organisation", leads=2)


def load_unlinked(engine: Engine, content: Folder) -> Engine:
    """Stored, with nobody linked to any chat."""
    with Session(engine) as session:
        store(session, content, NOW)
        session.commit()
    return engine
