"""Commands on windows: 'windows', 'status q2', 'missing q2', 'window q2', 'window close q2'."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.name_lookup import MAX_NAME_WORDS, find_windows, must_have_opened, no_such_window
from remembrancer.bot.core.target_returns import permitted
from remembrancer.bot.returns import review
from remembrancer.bot.windows.change import BUTTON_HANDLERS, UNDO, WITH_DAY, press_extend, preview_close_on
from remembrancer.bot.windows.forms import working_days
from remembrancer.cards import window_row
from remembrancer.cards.window_summary import is_undoable
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Message, Part, message
from remembrancer.queries.returns import returns_of
from remembrancer.rules.people.permissions import Act, is_admin
from remembrancer.rules.prompts.chase import RUNNING
from remembrancer.rules.windows.changes import FROM, WindowActName
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import escape, phrase, render

CHANGE_NAMES = "|".join(BUTTON_HANDLERS)
SHOWN_AT_HOME = (WindowState.SCHEDULED, WindowState.OPEN, WindowState.CLOSED)
"""The states in which something is still to happen to a window; the command 'windows' lists all."""


def windows(context: Context) -> Reply:
    """Handle 'windows': list every window with its buttons."""
    context.must_be_admin("admins_only")
    every = _all_windows(context)
    head = Part(text=render("messages/windows_head.md", count=len(every)))
    return Reply(messages=(Message(parts=(head, *(window_row.row(context, window) for window in every))),))


def text_status(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply | None:
    """Handle 'status q2' and 'missing q2': the running windows of that name, or else the last. None for free text."""
    visible = _visible_windows(context)
    named = find_windows(visible, said["named"])
    found = [window for window in named if window.state in RUNNING] or named[-1:]
    if found:
        return review.status(context, only_missing=said["what"].lower() == "missing", of=found)
    hidden = find_windows(_all_windows(context), said["named"])
    if not hidden:
        return _unknown_window(context, visible, said["named"])
    must_have_opened(context, hidden[0])
    state = phrase(f"states.{hidden[0].state}")
    text = phrase("typed.nothing_in_window", window=escape(hidden[0].title), state=state)
    return Reply(messages=(message(text),))


def _visible_windows(context: Context) -> list[Window]:
    """The windows in which the person may see at least the state of a return."""
    returns = ((window, [ret for ret, _ in returns_of(context.session, window)]) for window in _all_windows(context))
    return [window for window, rets in returns if permitted(context, rets, Act.SEE_STATE)]


def _all_windows(context: Context) -> list[Window]:
    return list(context.session.exec(select(Window).order_by(col(Window.opens_at), col(Window.id))))


def _unknown_window(context: Context, there: Sequence[Window], named: str) -> Reply | None:
    """The reply that no such window is known; None where the text is too long to be a name."""
    if len(named.split()) > MAX_NAME_WORDS:
        return None
    if not there:
        return Reply(messages=(context.says("nothing_running"),))
    return Reply(messages=(message(no_such_window(there, named)),))


def text_window(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply | None:
    """Handle 'window q2': show the windows of that name with their buttons."""
    found = _windows_to_change(context, said["named"])
    return _rows(context, found) if isinstance(found, list) else found


def _windows_to_change(context: Context, named: str) -> list[Window] | Reply | None:
    """The windows of that name, all without a name, for an admin; the reply that there is none; None for free text."""
    every = _all_windows(context)
    found = find_windows(every, named) if named else every
    if not found and len(named.split()) > MAX_NAME_WORDS:
        return None
    context.must_be_admin("admins_only")
    return found or _unknown_window(context, every, named)


def _rows(context: Context, found: Sequence[Window]) -> Reply:
    return Reply(messages=(Message(parts=tuple(window_row.row(context, window) for window in found)),))


def text_change(context: Context, incoming: Incoming, said: Mapping[str, Any]) -> Reply | None:
    """Handle 'window close q2' like the button; where several windows fit, show each with its buttons."""
    name, found = said["act"].lower(), _windows_to_change(context, said["named"] or "")
    if not isinstance(found, list):
        return found
    able = [window for window in found if _is_possible(context, name, window)] or found
    if len(able) > 1:
        return _rows(context, able)
    act = replace(incoming, value=f"{able[0].id}.{able[0].edition}")
    if said.get("to") and name in WITH_DAY:
        return preview_close_on(WITH_DAY[name], context, act, able[0], _later(context, name, able[0], said))
    if said.get("by") and name == WindowActName.EXTEND:
        return press_extend(context, act, working_days(said["by"]))
    return BUTTON_HANDLERS[name](context, act)


def _later(context: Context, name: str, window: Window, said: Mapping[str, Any]) -> str:
    """The day that was said; to extend to a weekday is to the first that is after the close."""
    day, closes = date.fromisoformat(said["to"]), window.closes_at.astimezone(ZoneInfo(context.facts.time.zone)).date()
    if name != WindowActName.EXTEND or not said.get("is_weekday"):
        return day.isoformat()
    while day <= closes:
        day += timedelta(days=7)
    return day.isoformat()


def undo_last(context: Context, incoming: Incoming) -> Reply:
    """Handle 'undo that' of an admin: the change of a window that can still be undone. Raises NotPossibleError."""
    undoable = [window for window in _all_windows(context) if is_undoable(context.session, window, context.now)]
    if not is_admin(context.person):
        raise NotPossibleError("nothing_of_yours")
    if not undoable:
        raise NotPossibleError("no_change_to_undo")
    if len(undoable) > 1:
        return _rows(context, undoable)
    return BUTTON_HANDLERS[UNDO](context, replace(incoming, value=f"{undoable[0].id}.{undoable[0].edition}"))


def _is_possible(context: Context, name: str, window: Window) -> bool:
    if name == UNDO:
        return is_undoable(context.session, window, context.now)
    return window.state in FROM[WindowActName(name)]


def is_visible_window(context: Context, said: Mapping[str, Any]) -> bool:
    """Whether the text names a window of which the person may see something."""
    return bool(find_windows(_visible_windows(context), said["named"]))


def is_admins_window(context: Context, said: Mapping[str, Any]) -> bool:
    """Whether the person is an admin and the text names a window."""
    return is_admin(context.person) and bool(find_windows(_all_windows(context), said["named"] or ""))
