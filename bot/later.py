"""Putting off what is wanted: later today, tomorrow, another day; by a form or in a few words."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from acts.lookups import GIVEN
from acts.returns import snooze
from bot.answering import must_be_open
from bot.context import Context, NotPossibleError, as_day, as_version
from bot.dates_said import said_day
from bot.incoming import Incoming, Reply
from bot.meant import choose, mine, of_thread, ref_of
from bot.message import Choice, Form, FormField, Message, message
from bot.still_wanted import nothing_wanted
from models import Return, Window, WindowState
from rules.facts import known
from rules.later import later_today, next_morning
from rules.permissions import Act
from rules.plan import WANTED
from rules.working_time import DAY, at
from wording import escape, moment, say, short_moment

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
    day = said_day(said["day"], today, today + DAY)
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
