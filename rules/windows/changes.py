"""The changes that an admin can make to a window, and their effect on its columns and returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from remembrancer.models import Return, ReturnState, Window, WindowState

UNDO = timedelta(minutes=10)
"""The undo grace period of an admin's change; nothing that follows from the change is sent before its end."""


class WindowActName(StrEnum):
    OPEN = "open"
    MOVE = "move"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True)
class WindowAct:
    """One change of a window with the dates that it sets; None leaves a date as it is."""

    name: WindowActName
    opens_at: datetime | None = None
    closes_at: datetime | None = None


FROM: Mapping[WindowActName, tuple[WindowState, ...]] = {
    WindowActName.OPEN: (WindowState.SCHEDULED,),
    WindowActName.EXTEND: (WindowState.OPEN,),
    WindowActName.MOVE: (WindowState.SCHEDULED, WindowState.OPEN),
    WindowActName.CLOSE: (WindowState.OPEN,),
    WindowActName.REOPEN: (WindowState.CLOSED, WindowState.LOCKED),
}
"""The states of a window in which each change is allowed."""


def wrong_with(act: WindowAct, window: Window, now: datetime) -> str | None:
    """Return why the change is refused, as a key of `refusals` in words.yaml; None where it is allowed."""
    if window.state not in FROM[act.name]:
        return wrong_state(window)
    if act.name == WindowActName.CLOSE:
        return None
    opens, closes = _dates(act, window, now)
    if act.name == WindowActName.OPEN:
        return "closes_in_the_past" if closes <= now else None
    if closes <= opens:
        return "closes_first"
    if closes <= now:
        return "close_has_passed"
    same = act.name != WindowActName.REOPEN and (opens, closes) == (window.opens_at, window.closes_at)
    return "same_dates" if same else None


def wrong_state(window: Window) -> str:
    """Return what is wrong where something cannot be done in the window's state, as a key of `refusals`."""
    return "not_open_yet" if window.state == WindowState.SCHEDULED else "window_moved_on"


def _dates(act: WindowAct, window: Window, now: datetime) -> tuple[datetime, datetime]:
    """Return when the window opens and closes after the change."""
    if act.name == WindowActName.OPEN:
        return min(now, window.opens_at), window.closes_at
    if act.name == WindowActName.CLOSE:
        return window.opens_at, min(now, window.closes_at)
    opens = act.opens_at if act.opens_at and window.state == WindowState.SCHEDULED else window.opens_at
    return opens, act.closes_at or window.closes_at


STATE_AFTER = {
    WindowActName.OPEN: WindowState.OPEN,
    WindowActName.CLOSE: WindowState.CLOSED,
    WindowActName.REOPEN: WindowState.OPEN,
}


def columns_after(
    act: WindowAct, window: Window, now: datetime, lock: Callable[[datetime], datetime]
) -> dict[str, Any]:
    """Return the window's columns after the change; `lock` computes when a window locks from when it closes.

    A window that has opened and gets another close starts a new revision, in which people are asked again.
    """
    opens, closes = _dates(act, window, now)
    changed = (opens, closes) != (window.opens_at, window.closes_at)
    anew = act.name == WindowActName.REOPEN or (act.name != WindowActName.CLOSE and window.state == WindowState.OPEN)
    return {
        "state": STATE_AFTER.get(act.name, window.state),
        "opens_at": opens,
        "closes_at": closes,
        "late_until": window.late_until if closes == window.closes_at else lock(closes),
        "set_by_hand": window.set_by_hand or changed,
        "revision": window.revision + anew,
    }


def return_after(act: WindowAct, ret: Return, asked_anew: bool) -> dict[str, Any]:
    """Return the return's columns that the change sets: a missing return is awaited again, and a chase by hand ends."""
    changed: dict[str, Any] = {}
    if act.name == WindowActName.REOPEN and ret.state == ReturnState.NO_UPDATE:
        changed["state"] = ReturnState.AWAITING
    if asked_anew and ret.chased_at is not None:
        changed["chased_at"] = None
    return changed
