"""'My delegate is Ellen Sweeting': a person names who is asked instead of them during a leave."""

from collections.abc import Mapping
from typing import Any

from remembrancer.bot.core.forms import form
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.language.leave_periods import parse_period
from remembrancer.bot.people.leave import away_form, away_message, delegate_error, delegate_field, own_absence
from remembrancer.models import Absence, Person
from remembrancer.models.message import Form
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import leave
from remembrancer.services.context import Context, as_id
from remembrancer.services.leave import name_delegate
from remembrancer.wording import day, phrase


def text_delegate(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'my delegate is Ellen': for the current or next leave; without one, open the form of a new leave."""
    name = said["name"]
    found = find_people(context, name)
    absence, error = leave.now_or_next(context.facts, context.person, context.now), name_error(name, found)
    if absence is None:
        chosen = "" if error else str(found[0].id)
        error = error or delegate_error(context, found[0], None, None)
        return Reply(form=away_form(context, {"person": chosen}, {"person": error}))
    if error:
        return Reply(form=_form(context, absence, "", error, found))
    return _name_delegate(context, absence, found[0])


def text_delegate_leave(context: Context, incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'delegate Ellen until Friday': open the leave form with the days and the delegate, to be confirmed.

    Without days, somebody who is on leave already names the delegate of that leave.
    """
    absence = leave.now_or_next(context.facts, context.person, context.now)
    if said["period"] is None and said["name"] and absence is not None and absence.first_day <= context.today:
        return text_delegate(context, incoming, said)
    first, last = parse_period(said["period"] or "", context.today) or (context.today, None)
    fields, errors = {"first_day": first.isoformat(), "last_day": last.isoformat() if last else ""}, {}
    if last is not None and last < context.today:
        errors["last_day"] = phrase("errors.leave_over")
    elif said["period"] and last is None:
        errors["last_day"] = phrase("errors.leave_last_day")
    if said["name"]:
        found = find_people(context, said["name"])
        fields["person"] = str(found[0].id) if len(found) == 1 else ""
        errors["person"] = name_error(said["name"], found) or delegate_error(context, found[0], first, last)
    return Reply(form=away_form(context, fields, errors))


def find_people(context: Context, name: str) -> list[Person]:
    """The active people with this e-mail address or full name; else those with this first or last name."""
    wanted = " ".join(name.casefold().lstrip("@").split())
    active = [person for person in context.facts.people.values() if person.active]
    exact = [person for person in active if wanted in (person.email.casefold(), person.name.casefold())]
    parts = ((person, person.name.casefold().split()) for person in active)
    return exact or [person for person, names in parts if wanted in (names[0], names[-1])]


def is_known_person(context: Context, said: Mapping[str, Any]) -> bool:
    """Whether the text names an active person."""
    return bool(said["name"] and find_people(context, said["name"]))


def name_error(name: str, found: list[Person]) -> str:
    """The error for a name that fits nobody, or several people; empty where it fits one."""
    if len(found) == 1:
        return ""
    return phrase("errors.which_person" if found else "errors.nobody_called", name=name)


def _name_delegate(context: Context, absence: Absence, chosen: Person) -> Reply:
    error = delegate_error(context, chosen, absence.first_day, absence.last_day)
    if error:
        return Reply(form=_form(context, absence, str(chosen.id), error))
    name_delegate(context.session, absence, chosen.id, context.now, stored_id(context.person.id))
    context.session.flush()
    return Reply(messages=(away_message(context, absence),))


def press_name_delegate(context: Context, incoming: Incoming) -> Reply:
    absence = own_absence(context, incoming.value)
    return Reply(form=_form(context, absence, str(absence.delegate_id or "")))


def submit_name_delegate(context: Context, incoming: Incoming) -> Reply:
    absence = own_absence(context, incoming.value)
    chosen = context.facts.people.get(as_id(incoming.typed("person")))
    if chosen is None:
        return Reply(form=_form(context, absence, "", phrase("errors.choose_person")))
    return _name_delegate(context, absence, chosen)


def _form(context: Context, absence: Absence, value: str, error: str = "", among: list[Person] | None = None) -> Form:
    delegate = delegate_field(context, value, error, among)
    return form("name_delegate", absence.id, delegate, first=day(absence.first_day), last=day(absence.last_day))
