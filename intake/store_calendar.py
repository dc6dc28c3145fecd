"""Storing a calendar's windows and meetings. A date that an admin set by hand stays; the secretary hears of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from acts.history import Recorded, keep_history
from acts.tell import tell_secretaries
from acts.windows import forget_window, lock_of, move_window, note_change
from intake.changes import Changes
from intake.events import WindowEvent
from intake.folder import Folder
from models import Meeting, Programme, Window, WindowState
from rules.facts import known
from rules.windows import locks_after
from wording import render


def store_meetings(changes: Changes, folder: Folder, boards: dict[str, int]) -> None:
    kept = set()
    for event in folder.meetings:
        if not event.cancelled:
            by = {"board_id": boards[event.board], "uid": event.uid, "starts_at": event.starts_at}
            kept.add(changes.put(Meeting, f"{event.board} {event.starts_at:%Y-%m-%d}", by).id)
    for meeting in changes.session.exec(select(Meeting)).all():
        if meeting.id not in kept:
            changes.remove(meeting, f"{meeting.starts_at:%Y-%m-%d}")


def store_windows(changes: Changes, folder: Folder, programmes: dict[str, int], now: datetime) -> None:
    """Windows by programme and key. One that has not opened goes when its event goes or is cancelled.

    A window that had closed before it was first heard of is history: nobody is asked for it.
    """
    kept = set()
    before = set(changes.session.exec(select(Window.id)))
    for event in folder.windows:
        if not event.cancelled:
            kept.add(_store_window(changes, folder, event, programmes[event.programme], now).id)
    for window in changes.session.exec(select(Window)).all():
        if window.id not in kept and window.state == WindowState.SCHEDULED and not window.set_by_hand:
            forget_window(changes.session, window)
            changes.remove(window, window.key)
    for window in changes.session.exec(select(Window).where(Window.state != WindowState.LOCKED)):
        late_until = lock_of(changes.session, window)
        if window.late_until != late_until:
            window.late_until = late_until
            note_change(changes.session, window, now, None, "late_answers_changed")
            changes.lines.append(f"late answers changed: {window.key}")
    new = [w for w in changes.session.exec(select(Window)) if w.id not in before and w.closes_at < now]
    keep_history(changes.session, new, _recorded(changes.session, folder, new), now)


def _store_window(changes: Changes, folder: Folder, event: WindowEvent, programme_id: int, now: datetime) -> Window:
    query = select(Window).where(Window.programme_id == programme_id, Window.key == event.key).with_for_update()
    window = changes.session.exec(query).first()
    if window is None:
        return _add_window(changes, folder, event, programme_id)
    by = {"programme_id": programme_id, "key": event.key}
    changes.put(Window, event.key, by, title=event.title, uid=event.uid, year=event.year)
    if (window.calendar_opens_at, window.calendar_closes_at) != (event.opens_at, event.closes_at):
        _calendar_changed(changes, window, event, now)
    return window


def _add_window(changes: Changes, folder: Folder, event: WindowEvent, programme_id: int) -> Window:
    late_days = folder.programmes[event.programme].chase.late_working_days
    values: dict[str, Any] = {"opens_at": event.opens_at, "closes_at": event.closes_at}
    window: Window = changes.put(
        Window,
        event.key,
        {"programme_id": programme_id, "key": event.key},
        title=event.title,
        uid=event.uid,
        year=event.year,
        late_until=locks_after(event.closes_at, late_days, folder.organisation.working_time),
        calendar_opens_at=event.opens_at,
        calendar_closes_at=event.closes_at,
        **values,
    )
    return window


def _recorded(session: Session, folder: Folder, windows: Sequence[Window]) -> dict[int, dict[str, Recorded]]:
    """The folder's recorded answers for these windows: by window id, then by ref."""
    found = {}
    for window in windows:
        name = (session.get_one(Programme, window.programme_id).key, window.key)
        found[known(window.id)] = {r.ref: Recorded(r.answers, r.answered_at) for r in folder.responses.get(name, ())}
    return found


def _calendar_changed(changes: Changes, window: Window, event: WindowEvent, now: datetime) -> None:
    """Follow the calendar, unless an admin set the dates by hand or the window is over: then the secretary is told."""
    window.calendar_opens_at, window.calendar_closes_at = event.opens_at, event.closes_at
    over = window.state in (WindowState.CLOSED, WindowState.LOCKED)
    same = (window.opens_at, window.closes_at) == (event.opens_at, event.closes_at)
    if same:
        return
    if over or window.set_by_hand:
        changes.lines.append(f"window kept as set by hand: {window.key}")
        _tell_of_conflict(changes, window, event, now)
    else:
        changes.lines.append(f"window moved: {window.key}")
        opens_at = window.opens_at if window.state == WindowState.OPEN else event.opens_at
        move_window(changes.session, window, opens_at, event.closes_at, now, None)


def _tell_of_conflict(changes: Changes, window: Window, event: WindowEvent, now: datetime) -> None:
    key = f"calendar-conflict-{known(window.id)}-{event.opens_at:%Y%m%d%H%M}-{event.closes_at:%Y%m%d%H%M}"
    tell_secretaries(
        changes.session,
        window,
        key=key,
        kind="calendar_conflict",
        text=lambda zone: render("messages/calendar_conflict.md", window=window, event=event, zone=zone),
        now=now,
    )
