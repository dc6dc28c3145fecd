"""Putting off what is wanted: later today, tomorrow, another day; by a form or in a few words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import choose, nothing_wanted, of_thread, ref_of
from remembrancer.bot.language.dates import parse_day
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.cards.return_prompts import mine
from remembrancer.models import Return, Window, WindowState
from remembrancer.models.message import Choice, Form, FormField, Message, message
from remembrancer.queries.returns import GIVEN
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.prompts.returns import WANTED
from remembrancer.rules.prompts.snooze import later_today, next_morning
from remembrancer.services.context import Context, NotPossibleError, as_day, as_id, as_version
from remembrancer.services.returns import snooze
from remembrancer.wording import escape, moment, say, short_moment

ANOTHER = "another"
MINUTE = 60  # seconds


def press_snooze(context: Context, incoming: Incoming) -> Reply:
    ret = _to_put_off(context, incoming.value)
    _must_have_time(context, ret)
    return Reply(form=_form(context, ret, context.now, next(iter(_offered(context, ret, context.now)))))


def change_snooze(context: Context, incoming: Incoming) -> Reply:
    """Another day was chosen, and its date is asked for; or no longer."""
    ret = _to_put_off(context, incoming.value)
    when, until = (str(incoming.fields.get(key) or "") for key in ("when", "until"))
    return Reply(form=_form(context, ret, _made_at(context, incoming), when, until))


def submit_snooze(context: Context, incoming: Incoming) -> Reply:
    """Ask again when it was chosen: a date that was filled in counts before all else."""
    ret = _to_put_off(context, incoming.value)
    until, error = until_chosen(context, ret, incoming)
    if until is None or error:
        return Reply(form=chosen_form(context, ret, incoming, error))
    snooze(context.session, ret, known(context.person.id), until, context.now)
    shown = moment(until, context.person.time_zone)
    return Reply(messages=(context.says("snoozed", ref=context.item(ret).ref, until=shown),))


def until_chosen(context: Context, ret: Return, incoming: Incoming) -> tuple[datetime | None, str]:
    """The moment that the form gives, and what is wrong with it."""
    when, text = _typed(incoming)
    if when == ANOTHER:
        until = _morning(context, text)
    else:
        until = _offered(context, ret, _made_at(context, incoming)).get(when)
    return until, _wrong(context, context.window(ret), until)


def chosen_form(context: Context, ret: Return, incoming: Incoming, error: str) -> Form:
    """The form as it was sent, with what is wrong."""
    return _form(context, ret, _made_at(context, incoming), *_typed(incoming), error)


def _typed(incoming: Incoming) -> tuple[str, str]:
    when, text = (str(incoming.fields.get(key) or "") for key in ("when", "until"))
    return (ANOTHER, text) if text else (when, text)


def _to_put_off(context: Context, value: str) -> Return:
    ret = context.ret(value, Act.ANSWER)
    must_be_open(context, ret)
    if ret.state in GIVEN:
        raise NotPossibleError("already_answered")
    if context.window(ret).state != WindowState.OPEN:
        raise NotPossibleError("closed_no_snooze")
    return ret


def _must_have_time(context: Context, ret: Return) -> None:
    if not _offered(context, ret, context.now):
        closes = moment(context.window(ret).closes_at, context.person.time_zone)
        raise NotPossibleError("no_later", closes=closes)


def _offered(context: Context, ret: Return, made_at: datetime) -> dict[str, datetime | None]:
    """What may be chosen, and when that is; another day has its own field."""
    time, zone, closes = context.facts.time, context.person.time_zone, context.window(ret).closes_at
    today, morning = later_today(time, made_at, zone), next_morning(time, made_at, zone)
    offered: dict[str, datetime | None] = {}
    if today is not None and today < closes:
        offered["later_today"] = today
    if morning < closes:
        offered |= {"tomorrow": morning, ANOTHER: None}
    return offered


def _made_at(context: Context, incoming: Incoming) -> datetime:
    """When the form was made: what it offers is counted from then, however long it stood open."""
    minutes = as_version(incoming.value)
    return min(context.now, datetime.fromtimestamp(minutes * MINUTE, UTC)) if minutes else context.now


def _morning(context: Context, text: str) -> datetime | None:
    """The first working morning from a day on, such as '2019-09-08'; None for anything that is no later day."""
    day = as_day(text)
    return _morning_of(context, day) if day else None


def _morning_of(context: Context, day: date) -> datetime | None:
    zone, time = context.person.time_zone, context.facts.time
    if day <= context.today:
        return None
    return at(time.working_day_on_or_after(day), time.starts, zone)


def _wrong(context: Context, window: Window, until: datetime | None) -> str:
    if until is None or until <= context.now:
        return say("errors.snooze_day")
    if until >= window.closes_at:
        return say("errors.snooze_past_close", closes=moment(window.closes_at, context.person.time_zone))
    return ""


def _form(context: Context, ret: Return, made_at: datetime, when: str, until: str = "", error: str = "") -> Form:
    item, window = context.item(ret), context.window(ret)
    choices = tuple(
        Choice(key=key, word=_word(context, key, then)) for key, then in _offered(context, ret, made_at).items()
    )
    asks_day = when == ANOTHER
    when_field = FormField(
        key="when",
        label=say("fields.when"),
        ask=say("fields.when"),
        type="choice",
        choices=choices,
        value=when,
        required=True,
        steers=True,
        error="" if asks_day else error,
    )
    day_field = FormField(
        key="until",
        label=say("fields.until"),
        ask=say("fields.until"),
        type="date",
        value=until,
        required=True,
        error=error,
    )
    return Form(
        action="snooze",
        value=f"{ret.id}.{int(made_at.timestamp()) // MINUTE}",
        title=say("forms.snooze_title", ref=item.ref),
        intro=say("forms.snooze_intro", closes=moment(window.closes_at, context.person.time_zone)),
        fields=(when_field, day_field) if asks_day else (when_field,),
        submit=say("buttons.save"),
    )


def _word(context: Context, key: str, then: datetime | None) -> str:
    if then is None:
        return say("fields.when_another")
    zone = context.person.time_zone
    if key == "later_today":
        return say("fields.when_later_today", hour=f"{then.astimezone(ZoneInfo(zone)):%H:%M}")
    is_tomorrow = then.astimezone(ZoneInfo(zone)).date() == context.today + DAY
    return say("fields.when_tomorrow" if is_tomorrow else "fields.when_next", moment=short_moment(then, zone))


def say_later(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """'Later', 'remind me later today'."""
    zone, only_today = context.person.time_zone, "today" in said[0].lower()

    def until(window: Window) -> datetime | None:
        then = later_today(context.facts.time, context.now, zone)
        if then is not None and then < window.closes_at:
            return then
        return None if only_today else next_morning(context.facts.time, context.now, zone)

    return _put_off_meant(context, incoming, said["ref"], until)


def say_day(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """'Tomorrow', 'remind me on Friday', 'remind me on 12 September'."""
    today = context.today
    day = parse_day(said["day"], today, today + DAY)
    until = _morning_of(context, day) if day else None
    return _put_off_meant(context, incoming, said["ref"], lambda _window: until)


def say_unread(context: Context, _incoming: Incoming, _said: re.Match[str]) -> Reply:
    return Reply(messages=(context.says("remind_when"),))


def _put_off_meant(
    context: Context, incoming: Incoming, ref: str | None, until: Callable[[Window], datetime | None]
) -> Reply:
    rets = to_put_off(context, incoming, ref)
    return Reply(messages=(rets,)) if isinstance(rets, Message) else put_off_all(context, rets, until)


def put_off_all(context: Context, rets: Sequence[Return], until: Callable[[Window], datetime | None]) -> Reply:
    """Put off each by itself; those that it is said of in one sentence together."""
    told: dict[str, list[str]] = {}
    for ret in sorted(rets, key=lambda ret: known(ret.id)):
        told.setdefault(_put_off(context, ret, until), []).append(ref_of(context, ret))
    return Reply(messages=(message(*(f"{escape(', '.join(refs))}: {sentence}" for sentence, refs in told.items())),))


def to_put_off(context: Context, incoming: Incoming, ref: str | None) -> Sequence[Return] | Message:
    """What is meant: the item that is named, what the thread is about, else all that is wanted; or why nothing is."""
    if ref:
        one = choose(context, ref, mine(context))
        return one if isinstance(one, Message) else [one]
    about = of_thread(context, incoming)
    wanted = [ret for ret in about or mine(context) if ret.state in WANTED]
    if about and not wanted:
        raise NotPossibleError("already_answered")
    return wanted or nothing_wanted(context)


def _put_off(context: Context, ret: Return, until: Callable[[Window], datetime | None]) -> str:
    """Put one off; the sentence that says until when, or why not."""
    try:
        ret = _to_put_off(context, str(ret.id))
    except NotPossibleError as refusal:
        return str(refusal)
    then = until(context.window(ret))
    wrong = _wrong(context, context.window(ret), then)
    if then is None or wrong:
        return wrong
    snooze(context.session, ret, known(context.person.id), then, context.now)
    return say("replies.reminded", until=moment(then, context.person.time_zone))


BETWEEN = "-"


def say_snooze(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """The form of one item, or one form for all that is wanted: of what the thread is about, where it is a reply."""
    rets = to_put_off(context, incoming, said["ref"])
    if isinstance(rets, Message):
        return Reply(messages=(rets,))
    if len(rets) == 1:
        return press_snooze(context, replace(incoming, value=str(rets[0].id)))
    reply = press_snooze(context, replace(incoming, value=str(_last_to_close(context, rets).id)))
    return Reply(form=_of_all(context, rets, reply.form) if reply.form else None)


def _last_to_close(context: Context, rets: Sequence[Return]) -> Return:
    """What is offered is what makes sense for one at least; of the others it is said why it does not."""
    return max(rets, key=lambda ret: context.window(ret).closes_at)


def _of_all(context: Context, rets: Sequence[Return], form: Form) -> Form:
    value = f"{BETWEEN.join(str(ret.id) for ret in rets)}.{form.value.partition('.')[2]}"
    refs = ", ".join(ref_of(context, ret) for ret in rets)
    title = say("typed.snooze_all_title", count=len(rets))
    intro = say("typed.snooze_all_intro", refs=escape(refs))
    return form.model_copy(update={"action": "snooze_all", "value": value, "title": title, "intro": intro})


def change_snooze_all(context: Context, incoming: Incoming) -> Reply:
    """Another day was chosen, and its date is asked for; or no longer."""
    rets = _still(context, incoming)
    reply = change_snooze(context, _as_of(_last_to_close(context, rets), incoming))
    return Reply(form=_of_all(context, rets, reply.form) if reply.form else None)


def submit_snooze_all(context: Context, incoming: Incoming) -> Reply:
    """Each is put off by itself; where nothing was chosen that is a moment to come, the form says so."""
    rets = _still(context, incoming)
    last = _last_to_close(context, rets)
    chosen = _as_of(last, incoming)
    until, error = until_chosen(context, last, chosen)
    if until is None or error:
        return Reply(form=_of_all(context, rets, chosen_form(context, last, chosen, error)))
    return put_off_all(context, rets, lambda _window: until)


def _as_of(ret: Return, incoming: Incoming) -> Incoming:
    made_at = incoming.value.partition(".")[2]
    return replace(incoming, action="snooze", value=f"{ret.id}.{made_at}")


def _still(context: Context, incoming: Incoming) -> Sequence[Return]:
    """Those that the form was made for and that are still theirs. Raises NotPossibleError where none is."""
    ids = [as_id(text) for text in incoming.value.partition(".")[0].split(BETWEEN)]
    every = (ret for returns in context.facts.returns.values() for ret in returns if known(ret.id) in ids)
    found = [ret for ret in every if may(context.facts, context.person, Act.ANSWER, ret, context.now)]
    if not found:
        raise NotPossibleError("no_such_item")
    return found
