"""'status q2', 'missing q2', 'window q2', 'window close q2': what is said of a window that is named."""

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
PRESSED: Mapping[str, Callable[[Context, Incoming], Reply]] = {
    WindowActName.OPEN: change.press_open,
    WindowActName.CLOSE: change.press_close,
    WindowActName.MOVE: change.press_move,
    WindowActName.EXTEND: change.press_extend,
    WindowActName.REOPEN: change.press_reopen,
    UNDO: change.press_undo,
}
ACTS = "|".join(PRESSED)


def say_status(context: Context, _incoming: Incoming, said: re.Match[str]) -> Reply | None:
    """Who is in and who is missing in the window that is named; None where the words may well be an answer."""
    seen = _seen(context)
    found = _latest(find_windows(seen, said["named"]))
    if not found:
        return _nothing_in(context, said["named"]) or _unknown(context, seen, said["named"])
    return review.status(context, only_missing=said["what"].lower() == "missing", of=found)


def _nothing_in(context: Context, named: str) -> Reply | None:
    """That there is such a window, and nothing in it for them to see."""
    found = find_windows(_every(context), named)
    if not found:
        return None
    text = say("typed.nothing_in_window", window=escape(found[0].title), state=say(f"states.{found[0].state}"))
    return Reply(messages=(message(text),))


def _seen(context: Context) -> list[Window]:
    """The windows of which the person may see at least how something stands."""
    return [window for window in _every(context) if _sees(context, window)]


def _sees(context: Context, window: Window) -> bool:
    rets = (ret for ret, _ in returns_of(context.session, window))
    return any(may(context.facts, context.person, Act.SEE_STATE, ret, context.now) for ret in rets)


def _every(context: Context) -> list[Window]:
    return list(context.session.exec(select(Window).order_by(col(Window.opens_at), col(Window.id))))


def _latest(found: Sequence[Window]) -> Sequence[Window]:
    """Of windows that are called the same, those that are running; where none is, the last."""
    return [window for window in found if window.state in RUNNING] or found[-1:]


def _unknown(context: Context, there: Sequence[Window], named: str) -> Reply | None:
    if len(named.split()) > MAX_NAME_WORDS:
        return None
    if not there:
        return Reply(messages=(context.says("nothing_running"),))
    titles = dict.fromkeys(window.title for window in there)
    text = say("typed.no_such_window", named=escape(named), known=escape(", ".join(titles)))
    return Reply(messages=(message(text),))


def say_window(context: Context, _incoming: Incoming, said: re.Match[str]) -> Reply | None:
    """The windows that are named, each with its buttons."""
    every = _every(context)
    found = find_windows(every, said["named"])
    if not found and len(said["named"].split()) > MAX_NAME_WORDS:
        return None
    context.must_be_admin("admins_only")
    return _rows(context, found) if found else _unknown(context, every, said["named"])


def _rows(context: Context, found: Sequence[Window]) -> Reply:
    return Reply(messages=(Message(parts=tuple(window_row.row(context, window) for window in found)),))


def say_act(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply | None:
    """What the button does, where just one window is meant; where several may be, each with its buttons."""
    name, named, every = said["act"].lower(), said["named"] or "", _every(context)
    found = find_windows(every, named) if named else every
    if not found and len(named.split()) > MAX_NAME_WORDS:
        return None
    context.must_be_admin("admins_only")
    if not found:
        return _unknown(context, every, named)
    able = [window for window in found if _can(context, name, window)] or found
    if len(able) > 1:
        return _rows(context, able)
    return PRESSED[name](context, replace(incoming, value=f"{able[0].id}.{able[0].edition}"))


def _can(context: Context, name: str, window: Window) -> bool:
    if name == UNDO:
        return is_undoable(context.session, window, context.now)
    return window.state in FROM[WindowActName(name)]


def is_seen(context: Context, said: re.Match[str]) -> bool:
    """Whether the words name a window that the person sees something of."""
    return bool(find_windows(_seen(context), said["named"]))


def is_for_admin(context: Context, said: re.Match[str]) -> bool:
    """Whether an admin says it, of a window that there is."""
    return is_admin(context.person) and bool(find_windows(_every(context), said["named"] or ""))
