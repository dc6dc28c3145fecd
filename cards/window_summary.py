"""A window's state and its last change as text, for the chat and the command line."""

from datetime import datetime

from sqlmodel import Session

from remembrancer.models import Person, Window, WindowChange
from remembrancer.queries.organisation import programme_of
from remembrancer.queries.window_dates import events_of
from remembrancer.rules.errors import RefusalError
from remembrancer.services.window_changes import last_change, must_be_undoable
from remembrancer.wording import moment, render, say


def is_undoable(session: Session, window: Window, now: datetime) -> bool:
    try:
        must_be_undoable(session, window, now)
    except RefusalError:
        return False
    return True


def row_text(session: Session, window: Window, zone: str, now: datetime) -> str:
    """The window, its dates, and who changed it last."""
    change = last_change(session, window)
    return render(
        "messages/windows_row.md",
        programme=programme_of(session, window),
        window=window,
        zone=zone,
        change=change,
        who=by_whom(session, change) if change else "",
        undoable=is_undoable(session, window, now),
    )


def by_whom(session: Session, change: WindowChange) -> str:
    """Who made the change."""
    return session.get_one(Person, change.by_id).name if change.by_id else say("who.somebody")


def what_happened(session: Session, window: Window, zone: str, now: datetime, reader: Person | None = None) -> str:
    """Who did what to the window last, and its state since; empty where nobody did anything.

    `reader`: who reads it.
    """
    events = events_of(session, window)
    if not events:
        return ""
    event = events[-1]
    if event.person_id is None:
        by_hand, followed = event.detail.get("by_hand"), event.act in ("moved", "late_answers_changed")
        who = say("who.command" if by_hand else "who.calendar" if followed else "who.service")
    else:
        person = session.get_one(Person, event.person_id)
        who = say("who.you") if reader is not None and reader.id == person.id else person.name
    when = ago(event.at, now, zone)
    return render("messages/window_changed.md", who=who, act=event.act, window=window, when=when, zone=zone)


def ago(at: datetime, now: datetime, zone: str) -> str:
    """'2 minutes ago'; the date for what is over an hour ago."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes > 60:
        return say("ago.at", at=moment(at, zone))
    return say("ago.now") if minutes < 1 else say("ago.minute" if minutes == 1 else "ago.minutes", minutes=minutes)
