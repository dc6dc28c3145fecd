"""Commands that name a window: 'status q2', 'missing q2', 'window q2', 'window close q2'."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.name_lookup import MAX_NAME_WORDS, find_windows
from remembrancer.bot.returns import review
from remembrancer.bot.windows import change
from remembrancer.cards import window_row
from remembrancer.cards.window_summary import is_undoable
from remembrancer.models import Window
from remembrancer.models.message import Message, message
from remembrancer.queries.returns import returns_of
from remembrancer.rules.people.permissions import Act, is_admin, may
from remembrancer.rules.prompts.returns import RUNNING
from remembrancer.rules.windows.changes import FROM, WindowActName
from remembrancer.services.context import Context
from remembrancer.wording import escape, say

UNDO = "undo"
BUTTON_HANDLERS: Mapping[str, Callable[[Context, Incoming], Reply]] = {
    WindowActName.OPEN: change.press_open,
    WindowActName.CLOSE: change.press_close,
    WindowActName.MOVE: change.press_move,
    WindowActName.EXTEND: change.press_extend,
    WindowActName.REOPEN: change.press_reopen,
    UNDO: change.press_undo,
}
"""The handler of the button that does the same as the typed word."""
CHANGE_NAMES = "|".join(BUTTON_HANDLERS)


def text_status(context: Context, _incoming: Incoming, match: re.Match[str]) -> Reply | None:
    """Handle 'status q2' and 'missing q2': the running windows of that name, or else the last. None for free text."""
    visible = _visible_windows(context)
    named = find_windows(visible, match["named"])
    found = [window for window in named if window.state in RUNNING] or named[-1:]
    if not found:
        return _nothing_visible(context, match["named"]) or _unknown_window(context, visible, match["named"])
    return review.status(context, only_missing=match["what"].lower() == "missing", of=found)


def _nothing_visible(context: Context, named: str) -> Reply | None:
    """The reply that the window exists, but the person may see nothing in it; None where no window is meant."""
    found = find_windows(_all_windows(context), named)
    if not found:
        return None
    text = say("typed.nothing_in_window", window=escape(found[0].title), state=say(f"states.{found[0].state}"))
    return Reply(messages=(message(text),))


def _visible_windows(context: Context) -> list[Window]:
    """The windows in which the person may see at least the state of a return."""
    return [
        window
        for window in _all_windows(context)
        if any(
            may(context.facts, context.person, Act.SEE_STATE, ret, context.now)
            for ret, _ in returns_of(context.session, window)
        )
    ]


def _all_windows(context: Context) -> list[Window]:
    return list(context.session.exec(select(Window).order_by(col(Window.opens_at), col(Window.id))))


def _unknown_window(context: Context, there: Sequence[Window], named: str) -> Reply | None:
    """The reply that no such window is known; None where the text is too long to be a name."""
    if len(named.split()) > MAX_NAME_WORDS:
        return None
    if not there:
        return Reply(messages=(context.says("nothing_running"),))
    titles = dict.fromkeys(window.title for window in there)
    text = say("typed.no_such_window", named=escape(named), known=escape(", ".join(titles)))
    return Reply(messages=(message(text),))


def text_window(context: Context, _incoming: Incoming, match: re.Match[str]) -> Reply | None:
    """Handle 'window q2': show the windows of that name with their buttons."""
    every = _all_windows(context)
    found = find_windows(every, match["named"])
    if not found and len(match["named"].split()) > MAX_NAME_WORDS:
        return None
    context.must_be_admin("admins_only")
    return _rows(context, found) if found else _unknown_window(context, every, match["named"])


def _rows(context: Context, found: Sequence[Window]) -> Reply:
    return Reply(messages=(Message(parts=tuple(window_row.row(context, window) for window in found)),))


def text_change(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply | None:
    """Handle 'window close q2' like the button; where several windows fit, show each with its buttons."""
    name, named, every = match["act"].lower(), match["named"] or "", _all_windows(context)
    found = find_windows(every, named) if named else every
    if not found and len(named.split()) > MAX_NAME_WORDS:
        return None
    context.must_be_admin("admins_only")
    if not found:
        return _unknown_window(context, every, named)
    able = [window for window in found if _is_possible(context, name, window)] or found
    if len(able) > 1:
        return _rows(context, able)
    return BUTTON_HANDLERS[name](context, replace(incoming, value=f"{able[0].id}.{able[0].edition}"))


def _is_possible(context: Context, name: str, window: Window) -> bool:
    if name == UNDO:
        return is_undoable(context.session, window, context.now)
    return window.state in FROM[WindowActName(name)]


def is_visible_window(context: Context, match: re.Match[str]) -> bool:
    """Whether the text names a window of which the person may see something."""
    return bool(find_windows(_visible_windows(context), match["named"]))


def is_admins_window(context: Context, match: re.Match[str]) -> bool:
    """Whether the person is an admin and the text names a window."""
    return is_admin(context.person) and bool(find_windows(_all_windows(context), match["named"] or ""))
