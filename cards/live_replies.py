"""Updates posted replies about an answer, a draft, a claim or a window to their current state."""

from collections.abc import Callable, Mapping

from sqlmodel import col, select

from remembrancer.cards.answer_card import answer_message
from remembrancer.cards.answer_preview import draft_message
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.cards.post_names import post_with_holders
from remembrancer.cards.stored_answer import since_stored
from remembrancer.cards.window_row import row
from remembrancer.cards.window_summary import is_undoable
from remembrancer.models import Return, ReturnVersion, Window, WindowChange, WindowState
from remembrancer.models.message import Message, Part
from remembrancer.queries.returns import SET_ASIDE
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.rules.windows.changes import FROM, WindowActName
from remembrancer.services.context import Context
from remembrancer.services.returns import draft_of
from remembrancer.wording import escape, phrase

CurrentCard = tuple[Message, bool]
"""A card's current content, and whether it is final: nothing about it can change any more."""


SHOWN_ONCE = ("draft", "preview")
"""What only the newest of several messages offers to do: of the others, the text stays."""


def current_card(context: Context, posted: Message, is_newest: bool = True) -> CurrentCard:
    """The current content of a person's posted card; a message that follows nothing is final.

    `is_newest`: no later message to the person follows the same.
    """
    name, _, subject = posted.follows.partition(" ")
    update = _UPDATES.get(name)
    current, is_final = update(context, posted, subject) if update else (posted, True)
    if name in SHOWN_ONCE and not is_newest and not is_final:
        return _without_buttons(posted, phrase("cards.newer_below"))[0], False
    return current, is_final


def _return(context: Context, subject: str) -> Return | None:
    return context.session.get(Return, int(subject.split(".")[0]))


def _is_locked(context: Context, ret: Return) -> bool:
    return context.window(ret).state == WindowState.LOCKED


def _answer(context: Context, posted: Message, subject: str) -> CurrentCard:
    ret = _return(context, subject)
    if ret is None or not may(context.facts, context.person, Act.SEE, ret, context.now):
        return _without_buttons(posted)
    return answer_message(context, ret), _is_locked(context, ret)


def _stored(context: Context, posted: Message, subject: str) -> CurrentCard:
    ret = _return(context, subject)
    if ret is None:
        return _without_buttons(posted)
    since = since_stored(context, ret, int(subject.partition(".")[2]))
    return _with_parts(posted, posted.parts[0], *since), _is_locked(context, ret)


def _draft(context: Context, posted: Message, subject: str) -> CurrentCard:
    ret = _return(context, subject)
    if ret is None:
        return _without_buttons(posted)
    if _is_submitted(context, ret, int(subject.partition(".")[2])):
        return _without_buttons(posted, phrase("cards.draft_sent"))
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is None:
        return _without_buttons(posted, phrase("cards.draft_thrown_away"))
    if _is_locked(context, ret) or ret.state in SET_ASIDE:
        state = ret.state if ret.state in SET_ASIDE else WindowState.LOCKED
        return _without_buttons(posted, phrase("cards.draft_not_wanted", state=phrase(f"states.{state}")))
    if not may(context.facts, context.person, Act.ANSWER, ret, context.now):
        return _without_buttons(posted, phrase("cards.draft_not_yours"))
    return _with_parts(posted, *draft_message(context, ret, draft).parts), False


def _is_submitted(context: Context, ret: Return, version: int) -> bool:
    """Whether the person has submitted an answer since that version."""
    query = select(ReturnVersion.id).where(
        ReturnVersion.return_id == ret.id,
        ReturnVersion.number > version,
        ReturnVersion.given_by_id == context.person.id,
    )
    return context.session.exec(query).first() is not None


def _claim(context: Context, posted: Message, subject: str) -> CurrentCard:
    ret = _return(context, subject)
    if ret is None:
        return _without_buttons(posted)
    item = context.item(ret)
    if ret.state not in WANTED or _is_locked(context, ret):
        return _without_buttons(posted, phrase("cards.nothing_to_decide", ref=escape(item.ref)))
    if ret.disowned_by_id is None:
        return _without_buttons(
            posted,
            phrase("cards.decided", ref=escape(item.ref), lead=escape(post_with_holders(context, item.lead_post_id))),
        )
    return claim_message(context, ret), False


def _preview(context: Context, posted: Message, subject: str) -> CurrentCard:
    """A preview of a window change: final once the change is done or impossible; otherwise its buttons stay."""
    name, window_id, edition = subject.split(".")
    window = context.session.get(Window, int(window_id))
    if window is None:
        return _with_note(posted, phrase("cards.act_outdated"))
    query = select(WindowChange).where(WindowChange.window_id == window.id, WindowChange.edition > int(edition))
    change = context.session.exec(query.order_by(col(WindowChange.edition))).first()
    if change is not None and (change.act, change.by_id) == (name, context.person.id):
        return _with_note(posted, phrase("cards.act_done"))
    possible = window.state in FROM[WindowActName(name)]
    return (posted, False) if possible else _with_note(posted, phrase("cards.act_outdated"))


def _window(context: Context, posted: Message, subject: str) -> CurrentCard:
    window = context.session.get(Window, int(subject))
    if window is None:
        return _without_buttons(posted)
    is_final = window.state == WindowState.LOCKED and not is_undoable(context.session, window, context.now)
    return _with_parts(posted, posted.parts[0], row(context, window)), is_final


def _with_parts(posted: Message, *parts: Part) -> Message:
    return posted.model_copy(update={"parts": parts})


def _without_buttons(posted: Message, what: str = "") -> CurrentCard:
    """Keep the text, and replace the buttons' part with what became of it."""
    if len(posted.parts) == 1:
        return _with_parts(posted, posted.parts[0].model_copy(update={"buttons": ()})), True
    return _with_parts(posted, *posted.parts[:-1], *([Part(text=what)] if what else [])), True


def _with_note(posted: Message, what: str) -> CurrentCard:
    """Keep the text without its buttons, and add below what became of it."""
    *before, last = posted.parts
    return _with_parts(posted, *before, Part(text=last.text), Part(text=what)), True


_UPDATES: Mapping[str, Callable[[Context, Message, str], CurrentCard]] = {
    "see": _answer,
    "stored": _stored,
    "draft": _draft,
    "claim": _claim,
    "preview": _preview,
    "window": _window,
}
"""The update function for the first word of `Message.follows`."""
