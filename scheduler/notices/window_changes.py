"""Tells secretaries of an admin's change of a window, once its undo grace period is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, Person, Window, WindowChange
from remembrancer.models.database import write_once
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.message_recipients import WINDOW_NOTICE
from remembrancer.queries.organisation import get, programme_of
from remembrancer.queries.window_dates import close_before, date_changes
from remembrancer.reports.message_items import of_window
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.chase import is_settled
from remembrancer.rules.windows.changes import WindowActName
from remembrancer.services.outbox import enqueue
from remembrancer.services.window_changes import DONE
from remembrancer.wording import phrase, render

ACTS_WITH_NOTICE = (WindowActName.MOVE, WindowActName.EXTEND, WindowActName.CLOSE, WindowActName.REOPEN)
"""The changes that secretaries are told of; an opening sends messages of its own."""
NOTICE_LIFETIME = timedelta(days=7)
"""The age up to which a change is still told, after an outage or where nobody was at work in the post."""


def send_window_notices(engine: Engine, now: datetime) -> None:
    """Tell of each change once, one to a transaction; call it before corrections, which skip these recipients."""
    with Session(engine) as session:
        change_ids = [change.id for change in changes_without_notice(session, now)]
        facts = load_facts(session) if change_ids else None
    for change_id in change_ids:
        if facts is not None and not facts.paused:
            with write_once(engine, change=change_id) as session:
                _send(session, get(session, WindowChange, change_id), facts, now)


def changes_without_notice(session: Session, now: datetime, settled_by: datetime | None = None) -> list[WindowChange]:
    """Return the last change of each window which nobody was told of.

    Its undo grace period is over now, or will be `settled_by` then.
    """
    query = select(WindowChange).where(col(WindowChange.undone).is_(False), WindowChange.at > now - NOTICE_LIFETIME)
    last = {change.window_id: change for change in session.exec(query.order_by(col(WindowChange.edition)))}
    return [
        change
        for change in last.values()
        if change.act in ACTS_WITH_NOTICE
        and is_settled(get(session, Window, change.window_id), settled_by or now)
        and not _has_notice(session, change)
    ]


def _has_notice(session: Session, change: WindowChange) -> bool:
    query = select(OutgoingMessage.id).where(col(OutgoingMessage.key).startswith(_key(change)))
    return session.exec(query).first() is not None


def _key(change: WindowChange) -> str:
    return f"window-news-{change.id}-"


def secretaries_to_notify(facts: Facts, window: Window, by: int | None, now: datetime) -> Sequence[Person]:
    """Return the secretaries to tell of a change of the window, except the person (id) who made it."""
    posts = [hearing.secretary_post_id for hearing in facts.hearings.get(window.programme_id, ())]
    return [person for person in recipients.at_work_in(facts, posts, now) if person.id != by]


def _send(session: Session, change: WindowChange, facts: Facts, now: datetime) -> None:
    window: Window = get(session, Window, change.window_id)
    moved = "closes_at" in change.before["window"]
    was = close_before(date_changes(session, window)) if moved else None
    for person in secretaries_to_notify(facts, window, change.by_id, now):
        text = render(
            "messages/window_news.md",
            programme=programme_of(session, window),
            window=window,
            who=facts.people[change.by_id].name if change.by_id else phrase("who.command"),
            did=DONE[WindowActName(change.act)],
            was=was,
            zone=person.time_zone,
        )
        enqueue(
            session,
            person,
            message(text),
            key=f"{_key(change)}{person.id}",
            kind=WINDOW_NOTICE,
            now=now,
            window=window,
            not_before=facts.time_of(person).next_in_hours(now),
            items=[of_window(session, window, window.closes_at)],
        )
