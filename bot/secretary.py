"""What a secretary does: see who is in and who is missing, read an answer, send it back, accept it."""

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlmodel import col, select

from acts.lookups import GIVEN, SET_ASIDE, current, returns_of, unreachable
from acts.returns import accept, send_back
from bot.answering import lead_post, must_be_open
from bot.context import Context, NotPossibleError, as_version
from bot.in_charge import accept_all_button
from bot.incoming import Incoming, Reply
from bot.message import Button, Form, FormField, Message, Part
from bot.setting_aside import standing_buttons
from models import Item, Person, Return, ReturnState, Window, WindowState
from rules import people
from rules.display import in_words, option_in_words
from rules.facts import known
from rules.permissions import Act, may, may_manage_digest
from rules.plan import WANTED
from rules.sending import asks_nobody
from wording import render, say


def windows_now(context: Context, of: Sequence[WindowState] = (WindowState.OPEN, WindowState.CLOSED)) -> list[Window]:
    query = select(Window).where(col(Window.state).in_(of)).order_by(col(Window.opens_at))
    return list(context.session.exec(query))


def is_secretary(context: Context) -> bool:
    """Whether the person looks after what a board hears, whether a window runs or not."""
    return any(
        may_manage_digest(context.facts, context.person, hearing, context.now)
        for hearings in context.facts.hearings.values()
        for hearing in hearings
    )


def status(context: Context, only_missing: bool = False, of: Sequence[Window] | None = None) -> Reply:
    """Who is in and who is missing, of what this person may see; a message for each window that is running.

    `of`: just these windows, whether they run or not.
    """
    windows = windows_now(context) if of is None else of
    found = [found for window in windows if (found := _window_status(context, window, only_missing))]
    return Reply(messages=tuple(found) or (context.says("nothing_running"),))


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
    shown = missing if only_missing else rows
    buttons, cut_off = tuple(_head_buttons(context, window, rows)), unreachable(context.session)
    listed = (_row(context, window, ret, item, cut_off) for ret, item in shown)
    return Message(parts=(Part(text=head, buttons=buttons), *listed))


def _head_buttons(context: Context, window: Window, rows: Sequence[tuple[Return, Item]]) -> Iterator[Button]:
    """One tap for all that is in; it goes by what is on the list."""
    waiting = [
        ret
        for ret, _ in rows
        if ret.state == ReturnState.SUBMITTED and may(context.facts, context.person, Act.ACCEPT, ret, context.now)
    ]
    if len(waiting) > 1:
        yield accept_all_button(context, window, len(waiting))


def _row(context: Context, window: Window, ret: Return, item: Item, cut_off: Collection[int]) -> Part:
    sees = may(context.facts, context.person, Act.SEE, ret, context.now)
    version = current(context.session, ret) if sees else None
    question = context.programme(window).status
    asked = people.lead(context.facts, ret, context.now) if ret.state in WANTED else []
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
        unreachable=any(person.id in cut_off for person, _ in asked),
        word=option_in_words(question, version.answers.get(question.key, "")) if version else "",
        claimed_by=context.facts.people[ret.disowned_by_id] if ret.disowned_by_id else None,
        suggests=context.facts.posts[ret.disowned_to_id].name if ret.disowned_to_id else "",
    )
    return Part(text=text, buttons=(*_row_buttons(context, window, ret, item), *_claim_button(context, ret, item)))


def _claim_button(context: Context, ret: Return, item: Item) -> Iterator[Button]:
    if ret.disowned_by_id is not None and may(context.facts, context.person, Act.REASSIGN, ret, context.now):
        about = f"{item.ref} {item.title}"
        yield Button(action="whose", value=str(ret.id), label=say("buttons.whose"), about=about)


ROW_ACTS: Sequence[tuple[str, str, Act, Callable[[Return], bool]]] = (
    ("see", "see", Act.SEE, lambda ret: ret.versions > 0),
    ("accept", "accept", Act.ACCEPT, lambda ret: ret.state == ReturnState.SUBMITTED),
    ("return", "return", Act.RETURN, lambda ret: ret.state in GIVEN),
    ("answer", "answer_for", Act.ANSWER, lambda ret: ret.state in WANTED),
    ("chase", "chase", Act.CHASE, lambda ret: ret.state in WANTED),
    ("set_aside", "set_aside", Act.SET_ASIDE, lambda ret: ret.state not in SET_ASIDE),
)
"""What may be done to a return: the action, its label, the act that must be allowed, and the states it fits."""


def _row_buttons(context: Context, window: Window, ret: Return, item: Item) -> Iterator[Button]:
    locked = window.state == WindowState.LOCKED
    for action, label, act, fits in ROW_ACTS:
        if fits(ret) and (not locked or act == Act.SEE) and may(context.facts, context.person, act, ret, context.now):
            value, about = f"{ret.id}.{ret.versions}", f"{item.ref} {item.title}"
            name = "answer" if label == "answer_for" and _leads(context, item) else label
            yield Button(action=action, value=value, label=say(f"buttons.{name}"), about=about)
    if ret.state in SET_ASIDE and may(context.facts, context.person, Act.SET_ASIDE, ret, context.now):
        yield from standing_buttons(item, context.today)


def _leads(context: Context, item: Item) -> bool:
    """Nobody answers their own item on behalf of somebody."""
    return context.person in people.holders(context.facts, item.lead_post_id, context.now)


def press_see(context: Context, incoming: Incoming) -> Reply:
    """The whole answer in words."""
    return Reply(messages=(answer_message(context, context.ret(incoming.value, Act.SEE)),))


def answer_message(context: Context, ret: Return) -> Message:
    item, window = context.item(ret), context.window(ret)
    version = current(context.session, ret)
    if version is None:
        return context.says("no_answer_yet", ref=item.ref, title=item.title)
    questions = context.programme(window).form.questions
    said = [
        (question.label, in_words(question, version.answers[question.key]))
        for question in questions
        if version.answers.get(question.key)
    ]
    giver = context.session.get(Person, version.given_by_id) if version.given_by_id else None
    text = render(
        "messages/answer.md", item=item, ret=ret, version=version, giver=giver, said=said, zone=context.person.time_zone
    )
    buttons = tuple(b for b in _row_buttons(context, window, ret, item) if b.action != "see")
    return Message(parts=(Part(text=text, buttons=buttons),), follows=f"see {ret.id}")


def press_accept(context: Context, incoming: Incoming) -> Reply:
    ret = context.ret(incoming.value, Act.ACCEPT)
    must_be_open(context, ret)
    if ret.state == ReturnState.ACCEPTED:
        raise NotPossibleError("already_accepted")
    if ret.state != ReturnState.SUBMITTED:
        raise NotPossibleError("nothing_to_accept")
    if as_version(incoming.value) not in (None, ret.versions):
        return _changed_meanwhile(context, ret)
    accept(context.session, ret, context.now, known(context.person.id))
    return Reply(messages=(context.says("accepted", ref=context.item(ret).ref),))


def _changed_meanwhile(context: Context, ret: Return) -> Reply:
    """The answer is no longer the one that was read: show the new one, with its own buttons."""
    return Reply(messages=(context.says("changed_meanwhile", ref=context.item(ret).ref), answer_message(context, ret)))


def press_return(context: Context, incoming: Incoming) -> Reply:
    ret = _to_send_back(context, incoming)
    if as_version(incoming.value) not in (None, ret.versions):
        return _changed_meanwhile(context, ret)
    return Reply(form=_return_form(context, ret))


def submit_return(context: Context, incoming: Incoming) -> Reply:
    """Send an answer back with a reason; the lead is chased again."""
    ret = _to_send_back(context, incoming)
    reason = str(incoming.fields.get("reason") or "").strip()
    if not reason:
        return Reply(form=_return_form(context, ret, say("errors.reason")))
    send_back(context.session, ret, reason, context.now, known(context.person.id))
    return Reply(messages=(context.says("sent_back", ref=context.item(ret).ref, lead=lead_post(context, ret)),))


def _to_send_back(context: Context, incoming: Incoming) -> Return:
    ret = context.ret(incoming.value, Act.RETURN)
    must_be_open(context, ret)
    if ret.state not in GIVEN:
        raise NotPossibleError("nothing_to_return")
    return ret


def _return_form(context: Context, ret: Return, error: str = "") -> Form:
    return Form(
        action="return",
        value=str(ret.id),
        title=say("forms.return_title", ref=context.item(ret).ref),
        intro=say("forms.return_intro", lead=lead_post(context, ret)),
        fields=(
            FormField(
                key="reason",
                label=say("fields.reason"),
                ask=say("fields.reason"),
                type="text",
                required=True,
                error=error,
            ),
        ),
        submit=say("buttons.return"),
    )
