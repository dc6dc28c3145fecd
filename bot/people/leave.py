"""'I am away until 12 September': a person records, changes and cancels their own leave."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from remembrancer.bot.core.forms import field, form, other_people, person_choices
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.typed_days import typed_day
from remembrancer.bot.language.dates import RELATIVE_DAY, parse_day
from remembrancer.bot.language.leave_periods import parse_period
from remembrancer.bot.people.replies import remaining_leave
from remembrancer.models import Absence, Person
from remembrancer.models.message import Button, Form, FormField, Message, message
from remembrancer.queries.facts import load_people
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import leave, recipients
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.leave import current_and_future_leave, end_absence, record_leave, record_leave_from_text
from remembrancer.wording import period, phrase, render

NEW = "0"


def text_away(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'I am away until 12 September': record the leave; where the days are not plain, the form asks for them."""
    today = context.today
    days = parse_period(said["period"] or "", today)
    if days is None:
        # Where the text names a day, it is the first, and the last is missing.
        named = re.search(RELATIVE_DAY, said["period"] or "", re.IGNORECASE)
        first = parse_day(named[0], today, today) if named else None
        errors = {"last_day": phrase("errors.leave_last_day")} if first else None
        return Reply(form=away_form(context, {"first_day": (first or today).isoformat()}, errors))
    first, last = days
    if last < today:
        fields = {"first_day": first.isoformat(), "last_day": last.isoformat()}
        return Reply(form=away_form(context, fields, {"last_day": phrase("errors.leave_over")}))
    absence = record_leave_from_text(context.session, stored_id(context.person.id), first, last, context.now)
    return Reply(messages=(away_message(context, absence),))


def own_absences(context: Context) -> Sequence[Absence]:
    return context.facts.absences.get(stored_id(context.person.id), ())


def away_message(context: Context, absence: Absence) -> Message:
    """Read a leave back with the leave that adjoins it: the days, the return to work, the delegate; with buttons."""
    facts = load_people(context.session)
    absences = facts.absences.get(absence.person_id, ())
    stretch = leave.stretch(context.own_time, absences, absence)
    text = render(
        "messages/away.md",
        first=stretch[0].first_day,
        last=stretch[-1].last_day,
        today=context.today,
        back=leave.back_on(context.own_time, absences, stretch[-1].last_day),
        parts=[_stand_in(context, facts, each) for each in stretch if each.last_day >= context.today],
        leads=bool(leave.posts_leading(facts, context.person, context.now)),
    )
    value, about = str(absence.id), absence.first_day.isoformat()
    names = ("name_delegate", "change_leave", "not_away")
    buttons = [Button(action=name, value=value, label=phrase(f"buttons.{name}"), about=about) for name in names]
    return message(text, buttons=buttons)


def _stand_in(context: Context, facts: Facts, absence: Absence) -> dict[str, Any]:
    """Who is asked during one leave, as messages/away.md shows it."""
    then = max(context.now, context.own_time.start_of(absence.first_day))
    delegate = facts.people[absence.delegate_id] if absence.delegate_id else None
    return {
        "days": period(absence.first_day, absence.last_day),
        "delegate": delegate,
        "is_reachable": delegate is not None and not recipients.is_away(facts, delegate, then),
        "instead": leave.asked_above(facts, context.person, then),
    }


def own_absence(context: Context, value: str) -> Absence:
    """The person's own leave that a button names. Raises NotPossibleError if there is none, or it is over."""
    absence = context.session.get(Absence, as_id(value), with_for_update=True, populate_existing=True)
    if absence is None or absence.person_id != context.person.id:
        raise NotPossibleError("no_such_leave")
    if absence.last_day < context.today:
        raise NotPossibleError("leave_over")
    return absence


def press_change(context: Context, incoming: Incoming) -> Reply:
    absence = own_absence(context, incoming.value)
    fields = {
        "first_day": absence.first_day.isoformat(),
        "last_day": absence.last_day.isoformat(),
        "person": str(absence.delegate_id or ""),
    }
    return Reply(form=away_form(context, fields, value=str(absence.id)))


def submit_away(context: Context, incoming: Incoming) -> Reply:
    """Record the form of a new leave, or of one that is changed."""
    old = own_absence(context, incoming.value) if incoming.value != NEW else None
    first, last = (typed_day(incoming.fields.get(name), context.today) for name in ("first_day", "last_day"))
    errors, named = _day_errors(context, first, last), incoming.typed("person")
    delegate = context.facts.people.get(as_id(named))
    if named and (error := delegate_error(context, delegate, first, last)):
        errors["person"] = error
    if errors or first is None or last is None:
        return Reply(form=away_form(context, incoming.fields, errors, incoming.value))
    by = stored_id(context.person.id)
    absence = record_leave(
        context.session, by, first, last, delegate.id if delegate else None, context.now, by, instead_of=old
    )
    return Reply(messages=(away_message(context, absence),))


def _day_errors(context: Context, first: date | None, last: date | None) -> dict[str, str]:
    errors = {
        name: phrase("errors.leave_day") for name, day in (("first_day", first), ("last_day", last)) if day is None
    }
    if first and last and last < first:
        errors["last_day"] = phrase("errors.leave_ends_first")
    elif last and last < context.today:
        errors["last_day"] = phrase("errors.leave_over")
    return errors


def delegate_error(context: Context, chosen: Person | None, first: date | None, last: date | None) -> str:
    """Why a person cannot be the delegate of a leave; empty where they can."""
    if chosen is None or not chosen.active:
        return phrase("errors.choose_person")
    if chosen.id == context.person.id:
        return phrase("errors.not_oneself")
    away = context.facts.absences.get(stored_id(chosen.id), ())
    if first and last and first <= last and leave.is_away_throughout(context.facts.time_of(chosen), away, first, last):
        return phrase("errors.away_throughout", name=chosen.name)
    return ""


def away_form(
    context: Context, fields: Mapping[str, object], errors: Mapping[str, str] | None = None, value: str = NEW
) -> Form:
    """The leave form: first day, last day, and delegate; `errors` are by field."""
    errors = errors or {}
    days = (field(name, "date", fields.get(name) or "", errors.get(name, "")) for name in ("first_day", "last_day"))
    delegate = delegate_field(context, str(fields.get("person") or ""), errors.get("person", ""))
    return form("away", value, *days, delegate)


def delegate_field(context: Context, value: str, error: str = "", among: list[Person] | None = None) -> FormField:
    """The field for the delegate: any other active person, or only those in `among`."""
    choices = person_choices(among or other_people(context))
    return field("person", "person", value, error, label="fields.asked_instead", choices=choices, required=False)


def press_not_away(context: Context, incoming: Incoming) -> Reply:
    """Cancel the leave; the days of it that are past stay."""
    return _end(context, own_absence(context, incoming.value))


def text_back(context: Context, _incoming: Incoming, _said: Mapping[str, Any]) -> Reply:
    """Handle 'I am back': end the leave that the person is on."""
    today = context.today
    present = [absence for absence in own_absences(context) if absence.first_day <= today <= absence.last_day]
    if not present:
        raise NotPossibleError("not_away")
    return [_end(context, absence) for absence in present][-1]


def _end(context: Context, absence: Absence) -> Reply:
    """End a leave, keep its past days, and reply with the leave that remains."""
    today, by = context.today, stored_id(context.person.id)
    name = "leave_cancelled" if absence.first_day > today else "welcome_back"
    end_absence(context.session, absence, today, context.now, by)
    remaining = current_and_future_leave(context.session, by, today)
    if name == "leave_cancelled" and remaining:
        name = "leave_cancelled_of_several"
    return Reply(messages=(message(" ".join([phrase(f"replies.{name}"), *remaining_leave(remaining, "")])),))
