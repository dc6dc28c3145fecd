"""What tests of the Slack app look at, and wait for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from remembrancer.models import EventState, IncomingEvent, OpenForm, ReturnVersion
from tests.dialog import LEAD
from tests.slack.hosting import Workplace, until
from tests.slack.strict import Slack

ON_TRACK, UNLIKELY = "on_track", "unlikely"


def said(place: Workplace, words: str, who: str = LEAD) -> None:
    until(lambda: words in place.shown(who), lambda: place.shown(who))


def opened(place: Workplace, who: str = LEAD) -> None:
    until(lambda: place.slack.view_of(place.users[who]) is not None)


def events(engine: Engine) -> list[IncomingEvent]:
    with Session(engine) as session:
        return list(session.exec(select(IncomingEvent).order_by(col(IncomingEvent.id))))


def all_done(engine: Engine, count: int) -> None:
    until(lambda: [row.state for row in events(engine)] == [EventState.DONE] * count)


def versions(engine: Engine) -> list[dict[str, Any]]:
    with Session(engine) as session:
        query = select(ReturnVersion).where(col(ReturnVersion.came_from).in_(("form", "no_change")))
        return [row.answers for row in session.exec(query.order_by(col(ReturnVersion.id)))]


def through(slack: Slack, user: str, pages: int = 4) -> dict[str, str]:
    """Press Next, and Send on the last page; what is said beside the fields."""
    errors: dict[str, str] = {}
    for _ in range(pages):
        errors = slack.submit(user)
    return errors


def kept(place: Workplace) -> str:
    with Session(place.engine) as session:
        return str([row.form for row in session.exec(select(OpenForm))])


@contextmanager
def broken(engine: Engine, table: str) -> Iterator[None]:
    """Without that table."""
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))
