"""'My delegate is Ellen Sweeting': a person names who is asked instead of them during a leave."""

import re

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.people.leave import away_form, away_message, delegate_error, delegate_field, own_absence
from remembrancer.models import Absence, Person
from remembrancer.models.message import Form
from remembrancer.rules.facts import known
from remembrancer.rules.people import leave
from remembrancer.services.context import Context, as_id
from remembrancer.services.leave import name_delegate
from remembrancer.wording import day, say


def text_delegate(context: Context, _incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'my delegate is Ellen': for the current or next leave; without one, open the form of a new leave."""
    name = match["name"]
    found = find_people(context, name)
    absence = leave.now_or_next(context.facts, context.person, context.now)
    if absence is None:
        chosen = str(found[0].id) if len(found) == 1 else ""
        error = name_error(name, found) if len(found) != 1 else delegate_error(context, found[0], None, None)
        return Reply(form=away_form(context, {"person": chosen}, {"person": error} if error else None))
    if len(found) != 1:
        return Reply(form=_form(context, absence, "", name_error(name, found), found))
    return _name_delegate(context, absence, found[0])


def find_people(context: Context, name: str) -> list[Person]:
    """The active people with this e-mail address or full name; else those with this first or last name."""
    wanted = " ".join(name.casefold().lstrip("@").split())
    active = [person for person in context.facts.people.values() if person.active]
    exact = [person for person in active if wanted in (person.email.casefold(), person.name.casefold())]
    parts = ((person, person.name.casefold().split()) for person in active)
    return exact or [person for person, names in parts if wanted in (names[0], names[-1])]


def name_error(name: str, found: list[Person]) -> str:
    """The error for a name that fits nobody, or several people."""
    return say("errors.which_person" if found else "errors.nobody_called", name=name)


def _name_delegate(context: Context, absence: Absence, chosen: Person) -> Reply:
    error = delegate_error(context, chosen, absence.first_day, absence.last_day)
    if error:
        return Reply(form=_form(context, absence, str(chosen.id), error))
    name_delegate(context.session, absence, chosen.id, context.now, known(context.person.id))
    context.session.flush()
    return Reply(messages=(away_message(context, absence),))


def press_name_delegate(context: Context, incoming: Incoming) -> Reply:
    absence = own_absence(context, incoming.value)
    return Reply(form=_form(context, absence, str(absence.delegate_id or "")))


def submit_name_delegate(context: Context, incoming: Incoming) -> Reply:
    absence = own_absence(context, incoming.value)
    chosen = context.facts.people.get(as_id(str(incoming.fields.get("person") or "")))
    if chosen is None:
        return Reply(form=_form(context, absence, "", say("errors.choose_person")))
    return _name_delegate(context, absence, chosen)


def _form(context: Context, absence: Absence, value: str, error: str = "", among: list[Person] | None = None) -> Form:
    return Form(
        action="name_delegate",
        value=str(absence.id),
        title=say("forms.name_delegate_title"),
        intro=say("forms.name_delegate_intro", first=day(absence.first_day), last=day(absence.last_day)),
        fields=(delegate_field(context, value, error, among),),
        submit=say("buttons.save"),
    )


ROUTES: Routes = {
    "press": {
        "name_delegate": press_name_delegate,
    },
    "submit": {
        "name_delegate": submit_name_delegate,
    },
}
