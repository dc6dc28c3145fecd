"""Stores the windows of calendars; dates that an admin set by hand stay, and the secretary is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import select

from remembrancer.intake.calendars.events import WindowEvent
from remembrancer.intake.folder.answer_files import WindowName
from remembrancer.intake.folder.responses import Response
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.meetings import Belongs
from remembrancer.models import Programme, Window, WindowState
from remembrancer.queries.organisation import organisation
from remembrancer.rules.facts import stored_id
from remembrancer.services.backfill import Recorded, backfill_windows
from remembrancer.services.outbox import tell_secretaries
from remembrancer.services.windows import lock_time, lock_time_for_close, move_window, note_change, prepare_deletion
from remembrancer.wording import render, short_moment


def store_windows(
    changes: Changes,
    windows: Sequence[WindowEvent],
    programmes: Mapping[str, int],
    now: datetime,
    belongs: Belongs,
    responses: Mapping[WindowName, Sequence[Response]],
) -> None:
    """Store windows by programme and key; delete scheduled ones whose event is absent or cancelled.

    Only windows of sources that belong to the input are deleted. A new window that has closed already is history:
    nobody is asked for its returns, and its answers are those in `responses`.
    """
    kept = set()
    before = set(changes.session.exec(select(Window.id)))
    for event in windows:
        if not event.cancelled:
            kept.add(_store_window(changes, event, programmes[event.programme], now).id)
    for window in changes.session.exec(select(Window)).all():
        goes = window.state == WindowState.SCHEDULED and not window.set_by_hand and belongs(window.source)
        if window.id not in kept and goes:
            prepare_deletion(changes.session, window)
            changes.remove(window, window.key)
    for window in changes.session.exec(select(Window).where(Window.state != WindowState.LOCKED)):
        late_until = lock_time(changes.session, window)  # by the current policy and working days
        if window.late_until != late_until:
            window.late_until = late_until
            note_change(changes.session, window, now, None, "late_answers_changed")
            changes.lines.append(f"late answers changed: {window.key}")
    new = [w for w in changes.session.exec(select(Window)) if w.id not in before and w.closes_at < now]
    recorded = {}
    for window in new:
        name = (changes.session.get_one(Programme, window.programme_id).key, window.key)
        recorded[stored_id(window.id)] = {r.ref: Recorded(r.answers, r.answered_at) for r in responses.get(name, ())}
    backfill_windows(changes.session, new, recorded, now)


def _store_window(changes: Changes, event: WindowEvent, programme_id: int, now: datetime) -> Window:
    by: dict[str, Any] = {"programme_id": programme_id, "key": event.key}
    window = changes.session.exec(select(Window).filter_by(**by).with_for_update()).first()
    values: dict[str, Any] = {"title": event.title, "uid": event.uid, "year": event.year, "source": event.source}
    if window is None:
        values |= {"opens_at": event.opens_at, "closes_at": event.closes_at}
        values |= {"calendar_opens_at": event.opens_at, "calendar_closes_at": event.closes_at}
        values["late_until"] = lock_time_for_close(changes.session, Window(**by), event.closes_at)
    stored: Window = changes.put(Window, event.key, by, **values)
    if (stored.calendar_opens_at, stored.calendar_closes_at) != (event.opens_at, event.closes_at):
        _follow_calendar(changes, stored, event, now)
    return stored


def _follow_calendar(changes: Changes, window: Window, event: WindowEvent, now: datetime) -> None:
    """Move a window to the calendar's new dates; tell the secretary instead if it is over or was set by hand."""
    window.calendar_opens_at, window.calendar_closes_at = event.opens_at, event.closes_at
    if (window.opens_at, window.closes_at) == (event.opens_at, event.closes_at):
        return
    if window.state in (WindowState.CLOSED, WindowState.LOCKED) or window.set_by_hand:
        changes.lines.append(f"window kept as set by hand: {window.key}")
        tell_secretaries(
            changes.session,
            window,
            key=f"calendar-conflict-{stored_id(window.id)}-{event.opens_at:%Y%m%d%H%M}-{event.closes_at:%Y%m%d%H%M}",
            kind="calendar_conflict",
            text=lambda zone: render("messages/calendar_conflict.md", window=window, event=event, zone=zone),
            now=now,
        )
    else:
        zone = organisation(changes.session).time_zone
        was, now_is = (_dates(each.opens_at, each.closes_at, zone) for each in (window, event))
        changes.lines.append(f"window moved: {window.key}: {was} → {now_is}")
        opens_at = window.opens_at if window.state == WindowState.OPEN else event.opens_at
        move_window(changes.session, window, opens_at, event.closes_at, now, None)


def _dates(opens_at: datetime, closes_at: datetime, zone: str) -> str:
    return f"{short_moment(opens_at, zone)} to {short_moment(closes_at, zone)}"
