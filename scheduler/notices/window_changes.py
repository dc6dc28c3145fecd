"""What an admin did to a window, told to its boards' secretaries once it has settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, Person, Window, WindowChange
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.message_recipients import NEWS
from remembrancer.queries.organisation import get, programme_of
from remembrancer.queries.window_dates import close_before, date_changes
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.returns import is_settled
from remembrancer.rules.windows.changes import WindowActName
from remembrancer.services.outbox import tell
from remembrancer.services.window_changes import DONE
from remembrancer.wording import render, say

log = structlog.get_logger()
TOLD = (WindowActName.MOVE, WindowActName.EXTEND, WindowActName.CLOSE, WindowActName.REOPEN)
"""The acts that secretaries hear of; of an opening they hear by what follows from it."""
OF_USE = timedelta(days=7)
"""How long it is of use to hear of it: after an outage, or where nobody was at work in the post."""


def tell_news(engine: Engine, now: datetime) -> None:
    """Tell of each act once, one to a transaction. Called before corrections: who hears of it here needs none."""
    with Session(engine) as session:
        untold = [change.id for change in _untold(session, now)]
        facts = load_facts(session) if untold else None
    for change_id in untold:
        if facts is not None and not facts.paused:
            with Session(engine) as session:
                try:
                    _tell(session, get(session, WindowChange, change_id), facts, now)
                    session.commit()
                except IntegrityError:
                    session.rollback()
                    log.info("told elsewhere", change=change_id)


def _untold(session: Session, now: datetime) -> list[WindowChange]:
    """The last act on each window that stands, where it has settled and nobody was told of it."""
    query = select(WindowChange).where(col(WindowChange.undone).is_(False), WindowChange.at > now - OF_USE)
    last = {change.window_id: change for change in session.exec(query.order_by(col(WindowChange.edition)))}
    return [
        change
        for change in last.values()
        if change.act in TOLD
        and is_settled(get(session, Window, change.window_id), now)
        and not _is_told(session, change)
    ]


def _is_told(session: Session, change: WindowChange) -> bool:
    query = select(OutgoingMessage.id).where(col(OutgoingMessage.key).startswith(_key(change)))
    return session.exec(query).first() is not None


def _key(change: WindowChange) -> str:
    return f"window-news-{change.id}-"


def told_of_act(facts: Facts, window: Window, by: int | None, now: datetime) -> Sequence[Person]:
    """The secretaries who hear of an act on the window, but for whoever did it."""
    posts = [hearing.secretary_post_id for hearing in facts.hearings.get(window.programme_id, ())]
    return [person for person in recipients.at_work_in(facts, posts, now) if person.id != by]


def _tell(session: Session, change: WindowChange, facts: Facts, now: datetime) -> None:
    window: Window = get(session, Window, change.window_id)
    moved = "closes_at" in change.before["window"]
    was = close_before(date_changes(session, window)) if moved else None
    for person in told_of_act(facts, window, change.by_id, now):
        text = render(
            "messages/window_news.md",
            programme=programme_of(session, window),
            window=window,
            who=facts.people[change.by_id].name if change.by_id else say("who.command"),
            did=DONE[WindowActName(change.act)],
            was=was,
            zone=person.time_zone,
        )
        tell(
            session,
            person,
            message(text),
            key=f"{_key(change)}{person.id}",
            kind=NEWS,
            because=NEWS,
            now=now,
            window=window,
            not_before=facts.time.next_in_hours(now, person.time_zone),
        )
