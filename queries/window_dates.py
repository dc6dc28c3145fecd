"""Reads the changes of a window's dates from the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Window
from remembrancer.rules.facts import stored_id
from remembrancer.rules.windows.changes import UNDO


@dataclass(frozen=True)
class DateChange:
    """One change of a window's close; `was` is the close before, and a change `by_hand` could be undone for a while."""

    event_id: int
    at: datetime
    act: str
    was: datetime
    by_hand: bool


def events_of(session: Session, window: Window) -> list[AuditEvent]:
    """Return the audit events of the window, oldest first."""
    query = select(AuditEvent).where(AuditEvent.subject == subject(window)).order_by(col(AuditEvent.id))
    # Windows of different programmes may share a key.
    return [event for event in session.exec(query) if event.detail.get("window", window.id) == window.id]


def date_changes(session: Session, window: Window) -> list[DateChange]:
    """Return the changes of the window's close that were not undone, oldest first."""
    events = events_of(session, window)
    undone = {event.detail.get("undid") for event in events if event.act == "undone"}
    found = []
    for event in events:
        detail, was = event.detail, event.detail.get("was")
        if was and was["closes_at"] != detail.get("closes_at") and detail.get("edition", 0) not in undone:
            moment = datetime.fromisoformat(was["closes_at"])
            found.append(DateChange(stored_id(event.id), event.at, event.act, moment, bool(detail.get("by_hand"))))
    return found


def close_known_at(changes: Sequence[DateChange], at: datetime) -> datetime | None:
    """Return the close that was valid at a moment; None where it has not changed since."""
    return next((change.was for change in changes if change.at >= at), None)


def close_before(changes: Sequence[DateChange]) -> datetime | None:
    """Return the close that people knew before the last change; changes replaced in their undo period do not count."""
    was = None
    for change, earlier in zip(reversed(changes), [*reversed(changes[:-1]), None], strict=True):
        was = change.was
        if earlier is None or not earlier.by_hand or change.at - earlier.at >= UNDO:
            break
    return was


def subject(window: Window) -> str:
    return f"window {window.key}"
