"""Replies that stay true: what a posted card shows of an answer, a draft, a claim or a window, as it is now."""

from collections.abc import Callable, Mapping

from sqlmodel import col, select

from remembrancer.cards.answer_card import answer_message
from remembrancer.cards.answer_preview import play_back
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.cards.post_names import named
from remembrancer.cards.stored_answer import since_stored
from remembrancer.cards.window_row import row
from remembrancer.cards.window_summary import is_undoable
from remembrancer.models import Return, ReturnVersion, Window, WindowChange, WindowState
from remembrancer.models.message import Message, Part
from remembrancer.queries.returns import SET_ASIDE
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.prompts.returns import WANTED
from remembrancer.rules.windows.changes import FROM, WindowActName
from remembrancer.services.context import Context
from remembrancer.services.returns import draft_of
from remembrancer.wording import escape, say

Shown = tuple[Message, bool]
"""A card as it should be, and whether that is over: nothing about it can change any more."""


def as_it_is(context: Context, shown: Message) -> Shown:
    """The card as it should be now, for the person whose it is; one that follows nothing is over."""
    name, _, subject = shown.follows.partition(" ")
    follow = _FOLLOW.get(name)
    return follow(context, shown, subject) if follow else (shown, True)


def _return(context: Context, subject: str) -> Return | None:
    return context.session.get(Return, int(subject.split(".")[0]))


def _is_locked(context: Context, ret: Return) -> bool:
    return context.window(ret).state == WindowState.LOCKED


def _see(context: Context, shown: Message, subject: str) -> Shown:
    ret = _return(context, subject)
    if ret is None or not may(context.facts, context.person, Act.SEE, ret, context.now):
        return _done(shown)
    return answer_message(context, ret), _is_locked(context, ret)


def _stored(context: Context, shown: Message, subject: str) -> Shown:
    ret = _return(context, subject)
    if ret is None:
        return _done(shown)
    since = since_stored(context, ret, int(subject.partition(".")[2]))
    return _with(shown, shown.parts[0], *since), _is_locked(context, ret)


def _draft(context: Context, shown: Message, subject: str) -> Shown:
    ret = _return(context, subject)
    if ret is None:
        return _done(shown)
    if _is_sent(context, ret, int(subject.partition(".")[2])):
        return _done(shown, say("cards.draft_sent"))
    draft = draft_of(context.session, ret, known(context.person.id))
    if draft is None:
        return _done(shown, say("cards.draft_thrown_away"))
    if _is_locked(context, ret) or ret.state in SET_ASIDE:
        state = ret.state if ret.state in SET_ASIDE else WindowState.LOCKED
        return _done(shown, say("cards.draft_not_wanted", state=say(f"states.{state}")))
    if not may(context.facts, context.person, Act.ANSWER, ret, context.now):
        return _done(shown, say("cards.draft_not_yours"))
    return _with(shown, *play_back(context, ret, draft.answers).parts), False


def _is_sent(context: Context, ret: Return, before: int) -> bool:
    """Whether the person has given an answer since there were so many versions."""
    query = select(ReturnVersion.id).where(
        ReturnVersion.return_id == ret.id,
        ReturnVersion.number > before,
        ReturnVersion.given_by_id == context.person.id,
    )
    return context.session.exec(query).first() is not None


def _claim(context: Context, shown: Message, subject: str) -> Shown:
    ret = _return(context, subject)
    if ret is None:
        return _done(shown)
    item = context.item(ret)
    if ret.state not in WANTED or _is_locked(context, ret):
        return _done(shown, say("cards.nothing_to_decide", ref=escape(item.ref)))
    if ret.disowned_by_id is None:
        return _done(shown, say("cards.decided", ref=escape(item.ref), lead=escape(named(context, item.lead_post_id))))
    return claim_message(context, ret), False


def _preview(context: Context, shown: Message, subject: str) -> Shown:
    """Of an act on a window: it is done, or cannot be any more. Otherwise its button does it, or shows it anew."""
    name, window_id, edition = subject.split(".")
    window = context.session.get(Window, int(window_id))
    if window is None:
        return _note(shown, say("cards.act_outdated"))
    query = select(WindowChange).where(WindowChange.window_id == window.id, WindowChange.edition > int(edition))
    change = context.session.exec(query.order_by(col(WindowChange.edition))).first()
    if change is not None and (change.act, change.by_id) == (name, context.person.id):
        return _note(shown, say("cards.act_done"))
    possible = window.state in FROM[WindowActName(name)]
    return (shown, False) if possible else _note(shown, say("cards.act_outdated"))


def _window(context: Context, shown: Message, subject: str) -> Shown:
    window = context.session.get(Window, int(subject))
    if window is None:
        return _done(shown)
    over = window.state == WindowState.LOCKED and not is_undoable(context.session, window, context.now)
    return _with(shown, shown.parts[0], row(context, window)), over


def _with(shown: Message, *parts: Part) -> Message:
    return shown.model_copy(update={"parts": parts})


def _done(shown: Message, what: str = "") -> Shown:
    """What it says stays; what could be done is replaced by what became of it."""
    if len(shown.parts) == 1:
        return _with(shown, shown.parts[0].model_copy(update={"buttons": ()})), True
    return _with(shown, *shown.parts[:-1], *([Part(text=what)] if what else [])), True


def _note(shown: Message, what: str) -> Shown:
    """What it says stays, without its buttons, and what became of it stands below."""
    *before, last = shown.parts
    return _with(shown, *before, Part(text=last.text), Part(text=what)), True


_FOLLOW: Mapping[str, Callable[[Context, Message, str], Shown]] = {
    "see": _see,
    "stored": _stored,
    "draft": _draft,
    "claim": _claim,
    "preview": _preview,
    "window": _window,
}
"""By the first word of what a message follows."""
