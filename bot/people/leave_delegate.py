"""'My delegate is Ellen Sweeting': naming who is asked instead during a leave."""

import re

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.people.leave import away_form, away_message, own, person_field, wrong_delegate
from remembrancer.models import Absence, Person
from remembrancer.models.message import Form
from remembrancer.rules.facts import known
from remembrancer.rules.people import leave
from remembrancer.services.context import Context, as_id
from remembrancer.services.leave import name_delegate
from remembrancer.wording import day, say


def say_delegate(context: Context, _incoming: Incoming, said: re.Match[str]) -> Reply:
    """Named for the leave that they are on, or the next; without one, the form of a new leave."""
    name = said["name"]
    found = matching(context, name)
    absence = leave.now_or_next(context.facts, context.person, context.now)
    if absence is None:
        chosen = str(found[0].id) if len(found) == 1 else ""
        error = which_person(name, found) if len(found) != 1 else wrong_delegate(context, found[0], None, None)
        today = {"person": chosen}
        return Reply(form=away_form(context, today, {"person": error} if error else None))
    if len(found) != 1:
        return Reply(form=_form(context, absence, "", which_person(name, found), found))
    return _name(context, absence, found[0])


def matching(context: Context, name: str) -> list[Person]:
    """The active people whom a name means: an e-mail address, a full name, or a first or last name."""
    wanted = " ".join(name.casefold().lstrip("@").split())
    active = [person for person in context.facts.people.values() if person.active]
    whole = [person for person in active if wanted in (person.email.casefold(), person.name.casefold())]
    return whole or [person for person in active if wanted in (person.name.casefold().split()[0], _last(person))]


def _last(person: Person) -> str:
    return person.name.casefold().split()[-1]


def which_person(name: str, found: list[Person]) -> str:
    """What is wrong with a name that is not just one person's."""
    return say("errors.which_person" if found else "errors.nobody_called", name=name)


def _name(context: Context, absence: Absence, chosen: Person) -> Reply:
    error = wrong_delegate(context, chosen, absence.first_day, absence.last_day)
    if error:
        return Reply(form=_form(context, absence, str(chosen.id), error))
    name_delegate(context.session, absence, chosen.id, context.now, known(context.person.id))
    context.session.flush()
    return Reply(messages=(away_message(context, absence),))


def press_name_delegate(context: Context, incoming: Incoming) -> Reply:
    absence = own(context, incoming.value)
    return Reply(form=_form(context, absence, str(absence.delegate_id or "")))


def submit_name_delegate(context: Context, incoming: Incoming) -> Reply:
    absence = own(context, incoming.value)
    chosen = context.facts.people.get(as_id(str(incoming.fields.get("person") or "")))
    if chosen is None:
        return Reply(form=_form(context, absence, "", say("errors.choose_person")))
    return _name(context, absence, chosen)


def _form(context: Context, absence: Absence, value: str, error: str = "", among: list[Person] | None = None) -> Form:
    return Form(
        action="name_delegate",
        value=str(absence.id),
        title=say("forms.name_delegate_title"),
        intro=say("forms.name_delegate_intro", first=day(absence.first_day), last=day(absence.last_day)),
        fields=(person_field(context, value, error, among),),
        submit=say("buttons.save"),
    )
