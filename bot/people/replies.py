"""What was done to posts and people, in sentences that chat and commands share."""

from collections.abc import Callable, Sequence
from typing import Any

from remembrancer.models import Absence, Item, Person
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import leave
from remembrancer.services.people import Back, Departure
from remembrancer.services.post_handover import HandOver
from remembrancer.wording import day, listed, period, say

Clean = Callable[[Any], str]
"""What makes a name fit to be shown: wording.escape in chat, str in a terminal."""


def handed_over(done: HandOver, clean: Clean) -> str:
    """Who holds the post from when, and which items that moves."""
    if not done.holders:
        vacant = say("people.vacant", post=clean(done.post.name))
        return f"{vacant} {without_lead(done.items, clean)}" if done.items else vacant
    names = listed(clean(person.name) for person in done.holders)
    name = "people.stays" if done.goes_on and not done.old_holders else "people.handed_over"
    said = say(name, post=clean(done.post.name), names=names, day=day(done.first_day))
    leads = say("people.leads", refs=refs(done.items, clean)) if done.items else say("people.leads_nothing")
    return f"{said} {leads}"


def left(done: Departure, clean: Clean) -> str:
    """That somebody has left, and what nobody holds and leads since."""
    said = [say("people.left", name=clean(done.person.name))]
    said += [say("people.vacant", post=clean(post.name)) for post in done.vacant]
    said += [say("people.shared", posts=clean(post.name)) for post in done.shared]
    return " ".join([*said, *([without_lead(done.items, clean)] if done.items else [])])


def without_lead(items: Sequence[Item], clean: Clean) -> str:
    return say("people.without_lead", refs=refs(items, clean))


def refs(items: Sequence[Item], clean: Clean) -> str:
    return ", ".join(clean(item.ref) for item in items)


def away(person: Person, absence: Absence, delegate: Person | None, clean: Clean) -> str:
    instead = say("people.instead", name=clean(delegate.name)) if delegate else say("people.nobody_instead")
    return say(
        "people.away", name=clean(person.name), days=period(absence.first_day, absence.last_day), instead=instead
    )


def away_in_all(facts: Facts, absence: Absence, clean: Clean) -> str:
    """A leave as it stands, with what adjoins it, and when the person is really back where that is not plain."""
    person, own = facts.people[absence.person_id], facts.absences[absence.person_id]
    stretch = leave.stretch(facts.time, own, absence)
    said = [away(person, each, facts.people.get(each.delegate_id or 0), clean) for each in stretch]
    if len(stretch) > 1:
        back = leave.back_on(facts.time, own, stretch[-1].last_day)
        said.append(say("people.back_on", name=clean(person.name), day=day(back)))
    return " ".join(said)


def back(person: Person, ended: Back, still: Sequence[Absence], clean: Clean) -> str:
    """That somebody is at work again, or takes no leave after all, and which leave of theirs stands."""
    name = clean(person.name)
    days = period(ended.first_day, ended.last_day)
    said = say("people.back", name=name) if ended.was_away else say("people.not_taken", name=name, days=days)
    return " ".join([said, *still_away(still, name)])


def still_away(still: Sequence[Absence], name: str) -> list[str]:
    """Which leave stands; nothing where none does. Without a name it is said to the person."""
    days = listed(period(absence.first_day, absence.last_day) for absence in still)
    said = say("people.still_away", name=name, days=days) if name else say("people.still_yours", days=days)
    return [said] if still else []


def joined(person: Person, is_reached: bool, clean: Clean) -> str:
    said = say("people.joined", name=clean(person.name), email=clean(person.email))
    return said if is_reached else f"{said} {say('people.no_account_yet')}"
