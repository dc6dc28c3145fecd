"""Sentences about changes to posts and people, for the chat and the command line."""

from collections.abc import Callable, Sequence
from typing import Any

from remembrancer.models import Absence, Item, Person
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import leave
from remembrancer.services.people import Back, Departure
from remembrancer.services.post_handover import HandOver
from remembrancer.wording import day, listed, period, say

Clean = Callable[[Any], str]
"""Makes a name fit to be shown: wording.escape in chat, str in a terminal."""


def handed_over(done: HandOver, clean: Clean) -> str:
    """Who holds the post from which day, and the items that it leads."""
    if not done.holders:
        vacant = say("people.vacant", post=clean(done.post.name))
        return f"{vacant} {without_lead(done.items, clean)}" if done.items else vacant
    names = listed(clean(person.name) for person in done.holders)
    name = "people.stays" if done.goes_on and not done.old_holders else "people.handed_over"
    sentence = say(name, post=clean(done.post.name), names=names, day=day(done.first_day))
    leads = say("people.leads", refs=ref_list(done.items, clean)) if done.items else say("people.leads_nothing")
    return f"{sentence} {leads}"


def left(done: Departure, clean: Clean) -> str:
    """That a person has left, and which posts and items have nobody now."""
    sentences = [say("people.left", name=clean(done.person.name))]
    sentences += [say("people.vacant", post=clean(post.name)) for post in done.vacant]
    sentences += [say("people.shared", posts=clean(post.name)) for post in done.shared]
    return " ".join([*sentences, *([without_lead(done.items, clean)] if done.items else [])])


def without_lead(items: Sequence[Item], clean: Clean) -> str:
    return say("people.without_lead", refs=ref_list(items, clean))


def ref_list(items: Sequence[Item], clean: Clean) -> str:
    return ", ".join(clean(item.ref) for item in items)


def away(person: Person, absence: Absence, delegate: Person | None, clean: Clean) -> str:
    instead = say("people.instead", name=clean(delegate.name)) if delegate else say("people.nobody_instead")
    return say(
        "people.away", name=clean(person.name), days=period(absence.first_day, absence.last_day), instead=instead
    )


def away_in_all(facts: Facts, absence: Absence, clean: Clean) -> str:
    """A leave with the leave that adjoins it, and the first day at work where that is not plain."""
    person, own = facts.people[absence.person_id], facts.absences[absence.person_id]
    stretch = leave.stretch(facts.time, own, absence)
    sentences = [away(person, each, facts.people.get(each.delegate_id or 0), clean) for each in stretch]
    if len(stretch) > 1:
        back = leave.back_on(facts.time, own, stretch[-1].last_day)
        sentences.append(say("people.back_on", name=clean(person.name), day=day(back)))
    return " ".join(sentences)


def back(person: Person, ended: Back, remaining: Sequence[Absence], clean: Clean) -> str:
    """That a person is back at work, or does not take a leave, and which leave remains."""
    name = clean(person.name)
    days = period(ended.first_day, ended.last_day)
    sentence = say("people.back", name=name) if ended.was_away else say("people.not_taken", name=name, days=days)
    return " ".join([sentence, *remaining_leave(remaining, name)])


def remaining_leave(remaining: Sequence[Absence], name: str) -> list[str]:
    """A sentence on the leave that remains, in a list; empty for none. Without a name it addresses the person."""
    days = listed(period(absence.first_day, absence.last_day) for absence in remaining)
    sentence = say("people.still_away", name=name, days=days) if name else say("people.still_yours", days=days)
    return [sentence] if remaining else []


def joined(person: Person, is_reached: bool, clean: Clean) -> str:
    sentence = say("people.joined", name=clean(person.name), email=clean(person.email))
    return sentence if is_reached else f"{sentence} {say('people.no_account_yet')}"
