"""The transport to a strict Teams, at a pace that costs no time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.outbound.rate_limits import TeamsRateLimiter
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.models.database import create_tables, make_engine
from tests.free_time import FreeTime
from tests.teams.strict import Teams


def activity(*texts: str) -> dict[str, Any]:
    """A card of so many paragraphs."""
    body = [{"type": "TextBlock", "text": text, "wrap": True} for text in texts]
    card = {"type": "AdaptiveCard", "version": "1.5", "body": body}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "summary": texts[0][:80], "attachments": [attachment]}


def small_store(place: Path) -> Engine:
    """An empty database."""
    engine = make_engine(f"sqlite:///{place / 'store.sqlite'}")
    create_tables(engine)
    return engine


class RunningConnector(Connector):
    """`with` starts it and stops it."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def connector_to(teams: Teams, engine: Engine, time: FreeTime | None = None, **options: Any) -> RunningConnector:
    time = time or FreeTime()
    given: dict[str, Any] = {
        "token": lambda: "strict",
        "tenant": teams.tenant,
        "service_url": teams.url,
        "loopback": True,
        "rate_limiter": TeamsRateLimiter(time, time.sleep),
        "clock": time,
        **options,
    }
    return RunningConnector(engine, **given)


@contextmanager
def connected(teams: Teams, engine: Engine, time: FreeTime | None = None, **options: Any) -> Iterator[TeamsTransport]:
    with connector_to(teams, engine, time, **options) as connector:
        yield TeamsTransport(connector)
