"""What a secretary decides during a window: chase, accept all, set an item aside, report on it again."""

from datetime import date

from sqlmodel import col, func, select

from acts.lookups import SET_ASIDE, returns_of
from acts.returns import accept, chase
from acts.standing import report_again, set_aside
from acts.tell import tell
from bot.answering import must_be_open
from bot.context import Context, NotPossibleError, as_day, as_id, as_version
from bot.incoming import Incoming, Reply
from bot.message import Button, Choice, Form, FormField, Message, message
from models import Item, Person, Return, ReturnState, ReturnVersion, Standing, Window
from rules import people
from rules.facts import known
from rules.permissions import Act, may
from rules.plan import WANTED
from rules.sending import is_outside
from wording import render, say


def press_chase(context: Context, incoming: Incoming) -> Reply:
    """Ask one person now for all that is still wanted from them in this window."""
    ret = context.ret(incoming.value, Act.CHASE)
    must_be_open(context, ret)
    if ret.state not in WANTED:
        raise NotPossibleError("not_wanted_now", ref=context.item(ret).ref, state=say(f"states.{ret.state}"))
    asked = people.lead(context.facts, ret, context.now)
    person, because = asked[0]
    if person.id == context.person.id or because == people.Because.NOBODY_ELSE:
        raise NotPossibleError("nobody_to_chase", ref=context.item(ret).ref)
    wanted = _wanted_from(context, person, ret.window_id)
    if any(each.chased_at == context.now for each in wanted):
        raise NotPossibleError("chased_already", name=person.name)
    for each in wanted:
        chase(context.session, each, context.now, known(context.person.id))
    return Reply(messages=(_chased(context, person, wanted),))


def _wanted_from(context: Context, person: Person, window_id: int) -> list[Return]:
    """What is still wanted from the person in the window, of what this secretary looks after."""
    query = select(Return).where(Return.window_id == window_id, col(Return.state).in_(WANTED)).with_for_update()
    return [
        ret
        for ret in context.session.exec(query.order_by(col(Return.id)))
        if may(context.facts, context.person, Act.CHASE, ret, context.now)
        and any(who.id == person.id for who, _ in people.lead(context.facts, ret, context.now))
    ]


def _chased(context: Context, person: Person, wanted: list[Return]) -> Message:
    time, zone = context.facts.time, person.time_zone
    goes_at = time.next_in_hours(context.now, zone)
    text = render(
        "messages/chased.md",
        person=person,
        refs=[context.item(ret).ref for ret in wanted],
        waits=goes_at != context.now,
        at=goes_at,
        zone=zone,
        paused=context.facts.paused,
        withheld=is_outside(context.facts.pilot, person.id),
    )
    return message(text)


def press_accept_all(context: Context, incoming: Incoming) -> Reply:
    """Accept every answer that was in when the list was shown; what changed since is left to be read."""
    window = context.session.get(Window, as_id(incoming.value.split(".")[0]))
    if window is None:
        raise NotPossibleError("no_such_item")
    seen = as_version(incoming.value) or 0
    submitted = [
        (locked, item)
        for ret, item in returns_of(context.session, window)
        if (locked := context.ret_if(ret, Act.ACCEPT)) is not None and locked.state == ReturnState.SUBMITTED
    ]
    done = [ret for ret, _ in submitted if _newest_id(context, ret) <= seen]
    changed = [item.ref for ret, item in submitted if ret not in done]
    if not submitted:
        raise NotPossibleError("nothing_to_accept")
    must_be_open(context, submitted[0][0])
    for ret in done:
        accept(context.session, ret, context.now, known(context.person.id))
    return Reply(messages=(message(render("messages/accepted_all.md", count=len(done), changed=changed)),))


def _newest_id(context: Context, ret: Return) -> int:
    query = select(func.max(ReturnVersion.id)).where(ReturnVersion.return_id == ret.id)
    return context.session.exec(query).one() or 0


def newest_version_id(context: Context, window: Window) -> int:
    """What 'Accept all' goes by: answers that are newer than this were not on the list."""
    query = select(func.max(ReturnVersion.id)).join(Return).where(Return.window_id == window.id)
    return context.session.exec(query).one() or 0


def press_set_aside(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_set_aside_form(context, _to_set_aside(context, incoming), {}))


def _to_set_aside(context: Context, incoming: Incoming) -> Return:
    ret = context.ret(incoming.value, Act.SET_ASIDE)
    must_be_open(context, ret)
    return ret


def submit_set_aside(context: Context, incoming: Incoming) -> Reply:
    """Withdraw or suspend the item, with a reason that boards read; whoever was asked is told."""
    ret = _to_set_aside(context, incoming)
    typed = {name: str(incoming.fields.get(name) or "").strip() for name in ("standing", "reason", "review_on")}
    review_on = as_day(typed["review_on"])
    errors = _errors(context, typed, review_on)
    if errors:
        return Reply(form=_set_aside_form(context, ret, typed, errors))
    item, standing = context.item(ret), Standing(typed["standing"])
    asked = people.lead(context.facts, ret, context.now) if ret.state in WANTED else []
    day = review_on if standing == Standing.SUSPENDED else None
    set_aside(context.session, item, standing, typed["reason"], context.now, known(context.person.id), day)
    context.session.flush()
    _tell_asked(context, ret, [person for person, _ in asked])
    left = sum(each.state not in SET_ASIDE for each, _ in returns_of(context.session, context.window(ret)))
    programme = context.programme(context.window(ret))
    text = render("messages/set_aside.md", item=item, ret=ret, left=left, programme=programme)
    return Reply(messages=(message(text, buttons=[report_again_button(item)]),))


def _tell_asked(context: Context, ret: Return, asked: list[Person]) -> None:
    for person in (person for person in asked if person.id != context.person.id):
        tell(
            context.session,
            person,
            message(render("messages/set_aside_told.md", item=context.item(ret), ret=ret)),
            key=f"set-aside-{ret.id}-{context.event}-{person.id}",
            kind="set_aside",
            because="set_aside",
            now=context.now,
            window=context.window(ret),
            not_before=context.facts.time.next_in_hours(context.now, person.time_zone),
        )


def _errors(context: Context, typed: dict[str, str], review_on: date | None) -> dict[str, str]:
    errors = {}
    if typed["standing"] not in (Standing.WITHDRAWN, Standing.SUSPENDED):
        errors["standing"] = say("errors.choose_standing")
    if not typed["reason"]:
        errors["reason"] = say("errors.reason_to_board")
    if typed["standing"] == Standing.SUSPENDED and (review_on is None or review_on <= context.today):
        errors["review_on"] = say("errors.review_on")
    return errors


def _set_aside_form(
    context: Context, ret: Return, values: dict[str, str], errors: dict[str, str] | None = None
) -> Form:
    choices = tuple(Choice(key=each.value, word=say(f"standing.{each}")) for each in STANDINGS)
    names = {"standing": "standing", "reason": "reason_to_board", "review_on": "review_on"}
    types = {"standing": "choice", "reason": "text", "review_on": "date"}
    fields = [
        {
            "key": key,
            "label": say(f"fields.{name}"),
            "ask": say(f"fields.{name}"),
            "type": types[key],
            "choices": choices if key == "standing" else (),
            "value": values.get(key, ""),
            "required": key != "review_on",
            "error": (errors or {}).get(key, ""),
        }
        for key, name in names.items()
    ]
    return Form(
        action="set_aside",
        value=str(ret.id),
        title=say("forms.set_aside_title", ref=context.item(ret).ref),
        intro=say("forms.set_aside_intro"),
        fields=tuple(FormField.model_validate(field) for field in fields),
        submit=say("buttons.save"),
    )


STANDINGS = (Standing.WITHDRAWN, Standing.SUSPENDED)


def report_again_button(item: Item) -> Button:
    about = f"{item.ref} {item.title}"
    return Button(action="report_again", value=str(item.id), label=say("buttons.report_again"), about=about)


def press_report_again(context: Context, incoming: Incoming) -> Reply:
    item = context.session.get(Item, as_id(incoming.value), with_for_update=True, populate_existing=True)
    if item is None or not _looks_after(context, item):
        raise NotPossibleError("no_such_item")
    if item.standing == Standing.REPORTED:
        raise NotPossibleError("reported_already", ref=item.ref)
    report_again(context.session, item, context.now, known(context.person.id))
    return Reply(messages=(context.says("reported_again", ref=item.ref),))


def _looks_after(context: Context, item: Item) -> bool:
    """Whether the item is this secretary's, in whatever window."""
    return may(context.facts, context.person, Act.SET_ASIDE, Return(window_id=0, item_id=known(item.id)), context.now)
