"""What a secretary does with returns: see who has answered, read an answer, send it back, accept it."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import permitted
from remembrancer.bot.returns.answer import open_return
from remembrancer.bot.returns.bulk_review import accept_all_button
from remembrancer.cards.answer_card import answer_message, return_buttons
from remembrancer.cards.post_names import post_with_holders
from remembrancer.cards.stored_answer import lead_post
from remembrancer.models import Item, Return, ReturnState, Window, WindowState
from remembrancer.models.message import Button, Form, Message, Part
from remembrancer.queries.returns import GIVEN, SET_ASIDE, current, returns_of, unreachable
from remembrancer.reports.answer_text import option_in_words
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may, may_manage_digest
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.rules.prompts.pilot import asks_nobody
from remembrancer.services.context import Context, NotPossibleError, as_version
from remembrancer.services.returns import accept, send_back
from remembrancer.wording import phrase, render


def windows_now(context: Context, of: Sequence[WindowState] = (WindowState.OPEN, WindowState.CLOSED)) -> list[Window]:
    """The windows in these states, by opening date."""
    query = select(Window).where(col(Window.state).in_(of)).order_by(col(Window.opens_at))
    return list(context.session.exec(query))


def is_secretary(context: Context) -> bool:
    """Whether the person is the secretary of any board that hears a programme, whether a window runs or not."""
    return any(
        may_manage_digest(context.facts, context.person, hearing, context.now)
        for hearings in context.facts.hearings.values()
        for hearing in hearings
    )


def status(context: Context, only_missing: bool = False, of: Sequence[Window] | None = None) -> Reply:
    """Show who has answered and who has not, among the returns this person may see; one message for each window.

    `of`: just these windows, in whatever state; by default those that are open or closed.
    """
    windows = windows_now(context) if of is None else of
    messages = [shown for window in windows if (shown := _window_status(context, window, only_missing))]
    return Reply(messages=tuple(messages) or (context.says("nothing_running"),))


def _window_status(context: Context, window: Window, only_missing: bool) -> Message | None:
    rows = [
        (ret, item)
        for ret, item in returns_of(context.session, window)
        if may(context.facts, context.person, Act.SEE_STATE, ret, context.now)
    ]
    if not rows:
        return None
    counted = [row for row in rows if row[0].state not in SET_ASIDE]
    missing = [row for row in counted if row[0].state not in GIVEN]
    head = render(
        "messages/status_head.md",
        programme=context.programme(window),
        window=window,
        received=len(counted) - len(missing),
        of=len(counted),
        set_aside=len(rows) - len(counted),
        zone=context.person.time_zone,
        only_missing=only_missing,
    )
    submitted = (ret for ret, _ in rows if ret.state == ReturnState.SUBMITTED)
    waiting = len(permitted(context, submitted, Act.ACCEPT))
    buttons = (accept_all_button(context, window, waiting),) if waiting > 1 else ()
    shown, unreachable_ids = missing if only_missing else rows, unreachable(context.session)
    listed = (_row(context, window, ret, item, unreachable_ids) for ret, item in shown)
    return Message(parts=(Part(text=head, buttons=buttons), *listed))


def _row(context: Context, window: Window, ret: Return, item: Item, unreachable_ids: Collection[int]) -> Part:
    sees = may(context.facts, context.person, Act.SEE, ret, context.now)
    version = current(context.session, ret) if sees else None
    question = context.programme(window).status
    asked = recipients.lead(context.facts, ret, context.now) if ret.state in WANTED else []
    text = render(
        "messages/status_row.md",
        item=item,
        ret=ret,
        lead=lead_post(context, ret),
        today=context.today,
        asked=[person.name for person, _ in asked],
        because=asked[0][1] if asked else "",
        not_asked=bool(asked) and asks_nobody(context.facts, ret, context.now),
        late=window.state == WindowState.CLOSED and ret.state in WANTED,
        unreachable=any(person.id in unreachable_ids for person, _ in asked),
        word=option_in_words(question, version.answers.get(question.key, "")) if version else "",
        claimed_by=context.facts.people[ret.disowned_by_id] if ret.disowned_by_id else None,
        suggests=context.facts.posts[ret.disowned_to_id].name if ret.disowned_to_id else "",
    )
    buttons = list(return_buttons(context, window, ret, item))
    if ret.disowned_by_id is not None and may(context.facts, context.person, Act.REASSIGN, ret, context.now):
        about = f"{item.ref} {item.title}"
        buttons.append(Button(action="whose", value=str(ret.id), label=phrase("buttons.whose"), about=about))
    return Part(text=text, buttons=tuple(buttons))


def press_see(context: Context, incoming: Incoming) -> Reply:
    """Show the whole answer."""
    return Reply(messages=(answer_message(context, context.ret(incoming.value, Act.SEE)),))


def press_accept(context: Context, incoming: Incoming) -> Reply:
    ret = open_return(context, incoming.value, Act.ACCEPT)
    if ret.state == ReturnState.ACCEPTED:
        raise NotPossibleError("already_accepted")
    if ret.state != ReturnState.SUBMITTED:
        raise NotPossibleError("nothing_to_accept")
    if as_version(incoming.value) not in (None, ret.versions):
        return _changed_meanwhile(context, ret)
    accept(context.session, ret, context.now, stored_id(context.person.id))
    return Reply(messages=(context.says("accepted", ref=context.item(ret).ref),))


def _changed_meanwhile(context: Context, ret: Return) -> Reply:
    """Reply that the answer has changed since it was read, and show the new one with its buttons."""
    return Reply(messages=(context.says("changed_meanwhile", ref=context.item(ret).ref), answer_message(context, ret)))


def press_return(context: Context, incoming: Incoming) -> Reply:
    ret = _returnable(context, incoming)
    if as_version(incoming.value) not in (None, ret.versions):
        return _changed_meanwhile(context, ret)
    return Reply(form=_return_form(context, ret))


def submit_return(context: Context, incoming: Incoming) -> Reply:
    """Send the answer back with a reason; the lead is reminded again."""
    ret = _returnable(context, incoming)
    reason = incoming.typed("reason")
    if not reason:
        return Reply(form=_return_form(context, ret, phrase("errors.reason")))
    lead = post_with_holders(context, context.item(ret).lead_post_id)
    send_back(context.session, ret, reason, context.now, stored_id(context.person.id))
    return Reply(messages=(context.says("sent_back", ref=context.item(ret).ref, lead=lead, reason=reason),))


def _returnable(context: Context, incoming: Incoming) -> Return:
    ret = open_return(context, incoming.value, Act.RETURN)
    if ret.state not in GIVEN:
        raise NotPossibleError("nothing_to_return")
    return ret


def _return_form(context: Context, ret: Return, error: str = "") -> Form:
    ref, lead = context.item(ret).ref, lead_post(context, ret)
    return form("return", ret.id, field("reason", "text", error=error), submit="return", ref=ref, lead=lead)
