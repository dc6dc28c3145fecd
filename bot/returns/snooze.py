"""Snoozing: later today, tomorrow or another day; by form or by text; for one return or for all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import (
    choose_return,
    nothing_wanted_message,
    permitted,
    ref_of,
    thread_returns,
)
from remembrancer.bot.core.typed_days import typed_day
from remembrancer.bot.language.dates import parse_day
from remembrancer.bot.returns.answer import unanswered_return
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.intake.tables.time_cells import to_time
from remembrancer.models import Return, Window
from remembrancer.models.message import Choice, Form, Message, message
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.rules.prompts.snooze_choices import later_today, next_morning
from remembrancer.services.context import Context, NotPossibleError, as_id, as_version
from remembrancer.services.returns import snooze
from remembrancer.wording import escape, moment, phrase, short_moment

ANOTHER = "another"
FOR_ALL = "snooze_all"
ID_SEPARATOR = "-"
MINUTE = 60  # seconds


def press_snooze(context: Context, incoming: Incoming) -> Reply:
    return _open(context, [context.ret(incoming.value, Act.ANSWER)])


def _open(context: Context, rets: Sequence[Return]) -> Reply:
    """Open the form for these returns, with what may be chosen for the one whose window closes last."""
    last = _snoozable(context, str(_last_to_close(context, rets).id))
    offered = _offered(context, last, context.now)
    if not offered:
        raise NotPossibleError("no_later", closes=moment(context.window(last).closes_at, context.person.time_zone))
    action = "snooze" if len(rets) == 1 else FOR_ALL
    return Reply(form=_form(context, action, rets, context.now, next(iter(offered))))


def change_snooze(context: Context, incoming: Incoming) -> Reply:
    """Show the form again, with a date field if 'another day' is chosen."""
    rets = _returns_of_form(context, incoming)
    _snoozable(context, str(_last_to_close(context, rets).id))
    when, until = incoming.typed("when"), incoming.typed("until")
    return Reply(form=_form(context, incoming.action, rets, _made_at(context, incoming), when, until))


def submit_snooze(context: Context, incoming: Incoming) -> Reply:
    """Snooze until the chosen moment; a date that is filled in takes precedence."""
    rets, text = _returns_of_form(context, incoming), incoming.typed("until")
    last, when = _last_to_close(context, rets), ANOTHER if text else incoming.typed("when")
    if when == ANOTHER:
        day = typed_day(text, context.today)
        until = _morning_of(context, day) if day else None
    else:
        until = _offered(context, last, _made_at(context, incoming)).get(when)
    error = _error(context, context.window(last), until)
    if until is None or error:
        return Reply(form=_form(context, incoming.action, rets, _made_at(context, incoming), when, text, error))
    if incoming.action == FOR_ALL:
        return _snooze_all(context, rets, lambda _window: until)
    snooze(context.session, last, stored_id(context.person.id), until, context.now)
    until_text = moment(until, context.person.time_zone)
    return Reply(messages=(context.says("snoozed", ref=context.item(last).ref, until=until_text),))


def _snoozable(context: Context, value: str) -> Return:
    return unanswered_return(context, value, Act.ANSWER, closed="closed_no_snooze")


def _offered(context: Context, ret: Return, made_at: datetime) -> dict[str, datetime | None]:
    """The choices and their moments, by key; 'another' has no moment, because it has its own field."""
    closes = context.window(ret).closes_at
    today, morning = later_today(context.own_time, made_at), next_morning(context.own_time, made_at)
    offered: dict[str, datetime | None] = {}
    if today is not None and today < closes:
        offered["later_today"] = today
    if morning < closes:
        offered |= {"tomorrow": morning, ANOTHER: None}
    return offered


def _made_at(context: Context, incoming: Incoming) -> datetime:
    """When the form was made: its choices are counted from then, however long it was open."""
    minutes = as_version(incoming.value)
    return min(context.now, datetime.fromtimestamp(minutes * MINUTE, UTC)) if minutes else context.now


def _hour(text: str | None) -> time | None:
    """The time of day that was said; '2' is in the afternoon, for nobody is reminded at night."""
    said = to_time(text) or to_time(f"{text}:00") if text else None
    return said.replace(hour=said.hour + 12) if said and said.hour < 7 else said


def _morning_of(context: Context, day: date, hour: time | None = None) -> datetime | None:
    """The first working morning on or after a day, or the hour of that day where it is a working one.

    None for a day that is not after today.
    """
    hours = context.own_time
    if day <= context.today:
        return None
    in_hours = hour if hour and hours.starts <= hour < hours.ends else hours.starts
    return at(hours.working_day_on_or_after(day), in_hours, hours.zone)


def _error(context: Context, window: Window, until: datetime | None) -> str:
    if until is None or until <= context.now:
        return phrase("errors.snooze_day")
    if until >= window.closes_at:
        return phrase("errors.snooze_past_close", closes=moment(window.closes_at, context.person.time_zone))
    return ""


def _form(
    context: Context,
    action: str,
    rets: Sequence[Return],
    made_at: datetime,
    when: str,
    until: str = "",
    error: str = "",
) -> Form:
    last, asks_day = _last_to_close(context, rets), when == ANOTHER
    offered = _offered(context, last, made_at)
    choices = [Choice(key=key, word=_label(context, key, then)) for key, then in offered.items()]
    fields = [field("when", "choice", when, "" if asks_day else error, choices=choices, steers=True)]
    if asks_day:
        fields.append(field("until", "date", until, error))
    value = f"{ID_SEPARATOR.join(str(ret.id) for ret in rets)}.{int(made_at.timestamp()) // MINUTE}"
    closes = moment(context.window(last).closes_at, context.person.time_zone)
    made = form("snooze", value, *fields, ref=ref_of(context, last), closes=closes)
    if action != FOR_ALL:
        return made
    title = phrase("typed.snooze_all_title", count=len(rets))
    intro = phrase("typed.snooze_all_intro", refs=escape(", ".join(ref_of(context, ret) for ret in rets)))
    return made.model_copy(update={"action": action, "title": title, "intro": intro})


def _label(context: Context, key: str, then: datetime | None) -> str:
    if then is None:
        return phrase("fields.when_another")
    zone = context.person.time_zone
    if key == "later_today":
        return phrase("fields.when_later_today", hour=f"{then.astimezone(ZoneInfo(zone)):%H:%M}")
    is_tomorrow = then.astimezone(ZoneInfo(zone)).date() == context.today + DAY
    return phrase("fields.when_tomorrow" if is_tomorrow else "fields.when_next", moment=short_moment(then, zone))


def text_later(context: Context, incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'later' and 'remind me later today'."""
    only_today = bool(said.get("only_today"))

    def until(window: Window) -> datetime | None:
        then = later_today(context.own_time, context.now)
        if then is not None and then < window.closes_at:
            return then
        return None if only_today else next_morning(context.own_time, context.now)

    return _snooze_targets(context, incoming, said["ref"], until)


def text_day(context: Context, incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'tomorrow', 'remind me on Friday', 'remind me on 12 September at 2pm'."""
    today = context.today
    day = parse_day(said["day"], today, today + DAY)
    until = _morning_of(context, day, _hour(said.get("hour"))) if day else None
    return _snooze_targets(context, incoming, said["ref"], lambda _window: until)


def text_unreadable_day(context: Context, _incoming: Incoming, _said: Mapping[str, Any]) -> Reply:
    """Reply to a reminder phrase whose day cannot be read."""
    return Reply(messages=(context.says("remind_when"),))


def _snooze_targets(
    context: Context, incoming: Incoming, ref: str | None, until: Callable[[Window], datetime | None]
) -> Reply:
    """Snooze the returns that the text is about."""
    rets = _returns_to_snooze(context, incoming, ref)
    return Reply(messages=(rets,)) if isinstance(rets, Message) else _snooze_all(context, rets, until)


def _snooze_all(context: Context, rets: Sequence[Return], until: Callable[[Window], datetime | None]) -> Reply:
    """Snooze each return by itself; the refs with the same outcome share one sentence."""
    refs_by_outcome: dict[str, list[str]] = {}
    for ret in sorted(rets, key=lambda ret: stored_id(ret.id)):
        refs_by_outcome.setdefault(_snooze_one(context, ret, until), []).append(ref_of(context, ret))
    sentences = (f"{escape(', '.join(refs))}: {outcome}" for outcome, refs in refs_by_outcome.items())
    return Reply(messages=(message(*sentences),))


def _returns_to_snooze(context: Context, incoming: Incoming, ref: str | None) -> Sequence[Return] | Message:
    """The returns that the text is about, or the message that none is.

    The one that is named; else those of the thread; else all that the person is asked for.
    """
    if ref:
        chosen = choose_return(context, ref, own_returns(context))
        return chosen if isinstance(chosen, Message) else [chosen]
    in_thread = thread_returns(context, incoming)
    wanted = [ret for ret in in_thread or own_returns(context) if ret.state in WANTED]
    if in_thread and not wanted:
        raise NotPossibleError("already_answered")
    return wanted or nothing_wanted_message(context)


def _snooze_one(context: Context, ret: Return, until: Callable[[Window], datetime | None]) -> str:
    """Snooze one return; the sentence that says until when, or why not."""
    try:
        ret = _snoozable(context, str(ret.id))
    except NotPossibleError as refusal:
        return str(refusal)
    moment_chosen = until(context.window(ret))
    error = _error(context, context.window(ret), moment_chosen)
    if moment_chosen is None or error:
        return error
    snooze(context.session, ret, stored_id(context.person.id), moment_chosen, context.now)
    return phrase("replies.reminded", until=moment(moment_chosen, context.person.time_zone))


def text_snooze(context: Context, incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'snooze': the form for one return, or one form for all that the text is about."""
    rets = _returns_to_snooze(context, incoming, said["ref"])
    return Reply(messages=(rets,)) if isinstance(rets, Message) else _open(context, rets)


def _last_to_close(context: Context, rets: Sequence[Return]) -> Return:
    """The return whose window closes last: a choice that fits it is offered, and explained where it fits no other."""
    return max(rets, key=lambda ret: context.window(ret).closes_at)


def _returns_of_form(context: Context, incoming: Incoming) -> Sequence[Return]:
    """The returns of the form that the person may still answer. Raises NotPossibleError where there is none."""
    if incoming.action != FOR_ALL:
        return [_snoozable(context, incoming.value)]
    ids = [as_id(text) for text in incoming.value.partition(".")[0].split(ID_SEPARATOR)]
    every = (ret for returns in context.facts.returns.values() for ret in returns if stored_id(ret.id) in ids)
    found = permitted(context, every)
    if not found:
        raise NotPossibleError("no_such_item")
    return found
