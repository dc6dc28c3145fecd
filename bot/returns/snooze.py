"""Snoozing: later today, tomorrow or another day; by form or by text; for one return or for all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.core.target_returns import choose, nothing_wanted, of_thread, ref_of
from remembrancer.bot.language.dates import parse_day
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.cards.prompts.return_prompts import mine
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
    ret = _snoozable(context, incoming.value)
    offered = _offered(context, ret, context.now)
    if not offered:
        raise NotPossibleError("no_later", closes=moment(context.window(ret).closes_at, context.person.time_zone))
    return Reply(form=_form(context, ret, context.now, next(iter(offered))))


def change_snooze(context: Context, incoming: Incoming) -> Reply:
    """Show the form again, with a date field if 'another day' is chosen."""
    ret = _snoozable(context, incoming.value)
    when, until = (str(incoming.fields.get(key) or "") for key in ("when", "until"))
    return Reply(form=_form(context, ret, _made_at(context, incoming), when, until))


def submit_snooze(context: Context, incoming: Incoming) -> Reply:
    """Snooze until the chosen moment; a date that is filled in takes precedence."""
    ret = _snoozable(context, incoming.value)
    until, error = chosen_moment(context, ret, incoming)
    if until is None or error:
        return Reply(form=chosen_form(context, ret, incoming, error))
    snooze(context.session, ret, known(context.person.id), until, context.now)
    until_text = moment(until, context.person.time_zone)
    return Reply(messages=(context.says("snoozed", ref=context.item(ret).ref, until=until_text),))


def chosen_moment(context: Context, ret: Return, incoming: Incoming) -> tuple[datetime | None, str]:
    """The moment that the form gives, and the error sentence; empty for none."""
    when, text = _typed(incoming)
    if when == ANOTHER:
        day = as_day(text)
        until = _morning_of(context, day) if day else None
    else:
        until = _offered(context, ret, _made_at(context, incoming)).get(when)
    return until, _error(context, context.window(ret), until)


def chosen_form(context: Context, ret: Return, incoming: Incoming, error: str) -> Form:
    """The form as it was sent, with the error."""
    return _form(context, ret, _made_at(context, incoming), *_typed(incoming), error)


def _typed(incoming: Incoming) -> tuple[str, str]:
    when, text = (str(incoming.fields.get(key) or "") for key in ("when", "until"))
    return (ANOTHER, text) if text else (when, text)


def _snoozable(context: Context, value: str) -> Return:
    """The return that may be snoozed. Raises NotPossibleError otherwise."""
    ret = context.ret(value, Act.ANSWER)
    must_be_open(context, ret)
    if ret.state in GIVEN:
        raise NotPossibleError("already_answered")
    if context.window(ret).state != WindowState.OPEN:
        raise NotPossibleError("closed_no_snooze")
    return ret


def _offered(context: Context, ret: Return, made_at: datetime) -> dict[str, datetime | None]:
    """The choices and their moments, by key; 'another' has no moment, because it has its own field."""
    time, zone, closes = context.facts.time, context.person.time_zone, context.window(ret).closes_at
    today, morning = later_today(time, made_at, zone), next_morning(time, made_at, zone)
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


def _morning_of(context: Context, day: date) -> datetime | None:
    """The first working morning on or after a day; None for a day that is not after today."""
    zone, time = context.person.time_zone, context.facts.time
    if day <= context.today:
        return None
    return at(time.working_day_on_or_after(day), time.starts, zone)


def _error(context: Context, window: Window, until: datetime | None) -> str:
    if until is None or until <= context.now:
        return say("errors.snooze_day")
    if until >= window.closes_at:
        return say("errors.snooze_past_close", closes=moment(window.closes_at, context.person.time_zone))
    return ""


def _form(context: Context, ret: Return, made_at: datetime, when: str, until: str = "", error: str = "") -> Form:
    item, window = context.item(ret), context.window(ret)
    choices = tuple(
        Choice(key=key, word=_label(context, key, then)) for key, then in _offered(context, ret, made_at).items()
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


def _label(context: Context, key: str, then: datetime | None) -> str:
    if then is None:
        return say("fields.when_another")
    zone = context.person.time_zone
    if key == "later_today":
        return say("fields.when_later_today", hour=f"{then.astimezone(ZoneInfo(zone)):%H:%M}")
    is_tomorrow = then.astimezone(ZoneInfo(zone)).date() == context.today + DAY
    return say("fields.when_tomorrow" if is_tomorrow else "fields.when_next", moment=short_moment(then, zone))


def text_later(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'later' and 'remind me later today'."""
    zone, only_today = context.person.time_zone, "today" in match[0].lower()

    def until(window: Window) -> datetime | None:
        then = later_today(context.facts.time, context.now, zone)
        if then is not None and then < window.closes_at:
            return then
        return None if only_today else next_morning(context.facts.time, context.now, zone)

    return _snooze_targets(context, incoming, match["ref"], until)


def text_day(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'tomorrow', 'remind me on Friday', 'remind me on 12 September'."""
    today = context.today
    day = parse_day(match["day"], today, today + DAY)
    until = _morning_of(context, day) if day else None
    return _snooze_targets(context, incoming, match["ref"], lambda _window: until)


def text_unreadable_day(context: Context, _incoming: Incoming, _match: re.Match[str]) -> Reply:
    """Reply to a reminder phrase whose day cannot be read."""
    return Reply(messages=(context.says("remind_when"),))


def _snooze_targets(
    context: Context, incoming: Incoming, ref: str | None, until: Callable[[Window], datetime | None]
) -> Reply:
    """Snooze the returns that the text is about."""
    rets = returns_to_snooze(context, incoming, ref)
    return Reply(messages=(rets,)) if isinstance(rets, Message) else snooze_all(context, rets, until)


def snooze_all(context: Context, rets: Sequence[Return], until: Callable[[Window], datetime | None]) -> Reply:
    """Snooze each return by itself; the refs with the same outcome share one sentence."""
    refs_by_outcome: dict[str, list[str]] = {}
    for ret in sorted(rets, key=lambda ret: known(ret.id)):
        refs_by_outcome.setdefault(_snooze_one(context, ret, until), []).append(ref_of(context, ret))
    return Reply(
        messages=(message(*(f"{escape(', '.join(refs))}: {outcome}" for outcome, refs in refs_by_outcome.items())),)
    )


def returns_to_snooze(context: Context, incoming: Incoming, ref: str | None) -> Sequence[Return] | Message:
    """The returns that the text is about, or the message that none is.

    The one that is named; else those of the thread; else all that the person is asked for.
    """
    if ref:
        chosen = choose(context, ref, mine(context))
        return chosen if isinstance(chosen, Message) else [chosen]
    in_thread = of_thread(context, incoming)
    wanted = [ret for ret in in_thread or mine(context) if ret.state in WANTED]
    if in_thread and not wanted:
        raise NotPossibleError("already_answered")
    return wanted or nothing_wanted(context)


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
    snooze(context.session, ret, known(context.person.id), moment_chosen, context.now)
    return say("replies.reminded", until=moment(moment_chosen, context.person.time_zone))


ID_SEPARATOR = "-"


def text_snooze(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'snooze': the form for one return, or one form for all that the text is about."""
    rets = returns_to_snooze(context, incoming, match["ref"])
    if isinstance(rets, Message):
        return Reply(messages=(rets,))
    if len(rets) == 1:
        return press_snooze(context, replace(incoming, value=str(rets[0].id)))
    reply = press_snooze(context, replace(incoming, value=str(_last_to_close(context, rets).id)))
    return Reply(form=_for_all(context, rets, reply.form) if reply.form else None)


def _last_to_close(context: Context, rets: Sequence[Return]) -> Return:
    """The return whose window closes last: a choice that fits it is offered, and explained where it fits no other."""
    return max(rets, key=lambda ret: context.window(ret).closes_at)


def _for_all(context: Context, rets: Sequence[Return], form: Form) -> Form:
    value = f"{ID_SEPARATOR.join(str(ret.id) for ret in rets)}.{form.value.partition('.')[2]}"
    refs = ", ".join(ref_of(context, ret) for ret in rets)
    title = say("typed.snooze_all_title", count=len(rets))
    intro = say("typed.snooze_all_intro", refs=escape(refs))
    return form.model_copy(update={"action": "snooze_all", "value": value, "title": title, "intro": intro})


def change_snooze_all(context: Context, incoming: Incoming) -> Reply:
    """Show the form for all again, with a date field if 'another day' is chosen."""
    rets = _remaining(context, incoming)
    reply = change_snooze(context, _for_one(_last_to_close(context, rets), incoming))
    return Reply(form=_for_all(context, rets, reply.form) if reply.form else None)


def submit_snooze_all(context: Context, incoming: Incoming) -> Reply:
    """Snooze each return by itself; the form is shown again if no future moment is chosen."""
    rets = _remaining(context, incoming)
    last = _last_to_close(context, rets)
    chosen = _for_one(last, incoming)
    until, error = chosen_moment(context, last, chosen)
    if until is None or error:
        return Reply(form=_for_all(context, rets, chosen_form(context, last, chosen, error)))
    return snooze_all(context, rets, lambda _window: until)


def _for_one(ret: Return, incoming: Incoming) -> Incoming:
    """The same event as if it came from the form of one return."""
    made_at = incoming.value.partition(".")[2]
    return replace(incoming, action="snooze", value=f"{ret.id}.{made_at}")


def _remaining(context: Context, incoming: Incoming) -> Sequence[Return]:
    """The returns of the form that the person may still answer. Raises NotPossibleError where there is none."""
    ids = [as_id(text) for text in incoming.value.partition(".")[0].split(ID_SEPARATOR)]
    every = (ret for returns in context.facts.returns.values() for ret in returns if known(ret.id) in ids)
    found = [ret for ret in every if may(context.facts, context.person, Act.ANSWER, ret, context.now)]
    if not found:
        raise NotPossibleError("no_such_item")
    return found


ROUTES: Routes = {
    "press": {
        "snooze": press_snooze,
    },
    "submit": {
        "snooze": submit_snooze,
        "snooze_all": submit_snooze_all,
    },
    "change": {
        "snooze": change_snooze,
        "snooze_all": change_snooze_all,
    },
}
