"""Sentences about changes to posts and people, for the chat and the command line."""

from collections.abc import Callable, Sequence
from typing import Any

from remembrancer.models import Absence, Item, Person
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import leave
from remembrancer.services.people import Back, Departure
from remembrancer.services.post_handover import HandOver
from remembrancer.wording import day, listed, period, phrase

Clean = Callable[[Any], str]
"""Makes a name fit to be shown: wording.escape in chat, str in a terminal."""


def handed_over(done: HandOver, clean: Clean) -> str:
    """Who holds the post from which day, and the items that it leads."""
    if not done.holders:
        vacant = phrase("people.vacant", post=clean(done.post.name))
        return f"{vacant} {_with_refs('people.without_lead', done.items, clean)}" if done.items else vacant
    names = listed(clean(person.name) for person in done.holders)
    name = "people.stays" if done.goes_on and not done.old_holders else "people.handed_over"
    sentence = phrase(name, post=clean(done.post.name), names=names, day=day(done.first_day))
    leads = _with_refs("people.leads", done.items, clean) if done.items else phrase("people.leads_nothing")
    return f"{sentence} {leads}"


def left(done: Departure, clean: Clean) -> str:
    """That a person has left, and which posts and items have nobody now."""
    sentences = [phrase("people.left", name=clean(done.person.name))]
    sentences += [phrase("people.vacant", post=clean(post.name)) for post in done.vacant]
    sentences += [phrase("people.shared", posts=clean(post.name)) for post in done.shared]
    return " ".join([*sentences, *([_with_refs("people.without_lead", done.items, clean)] if done.items else [])])


def _with_refs(name: str, items: Sequence[Item], clean: Clean) -> str:
    return phrase(name, refs=", ".join(clean(item.ref) for item in items))


def away(person: Person, absence: Absence, delegate: Person | None, clean: Clean) -> str:
    instead = phrase("people.instead", name=clean(delegate.name)) if delegate else phrase("people.nobody_instead")
    return phrase(
        "people.away", name=clean(person.name), days=period(absence.first_day, absence.last_day), instead=instead
    )


def away_in_all(facts: Facts, absence: Absence, clean: Clean) -> str:
    """A leave with the leave that adjoins it, and the first day at work where that is not plain."""
    person, own = facts.people[absence.person_id], facts.absences[absence.person_id]
    stretch = leave.stretch(facts.time_of(person), own, absence)
    sentences = [away(person, each, facts.people.get(each.delegate_id or 0), clean) for each in stretch]
    if len(stretch) > 1:
        back = leave.back_on(facts.time_of(person), own, stretch[-1].last_day)
        sentences.append(phrase("people.back_on", name=clean(person.name), day=day(back)))
    return " ".join(sentences)


def back(person: Person, ended: Back, remaining: Sequence[Absence], clean: Clean) -> str:
    """That a person is back at work, or does not take a leave, and which leave remains."""
    name = clean(person.name)
    days = period(ended.first_day, ended.last_day)
    sentence = phrase("people.back", name=name) if ended.was_away else phrase("people.not_taken", name=name, days=days)
    return " ".join([sentence, *remaining_leave(remaining, name)])


def remaining_leave(remaining: Sequence[Absence], name: str) -> list[str]:
    """A sentence on the leave that remains, in a list; empty for none. Without a name it addresses the person."""
    days = listed(period(absence.first_day, absence.last_day) for absence in remaining)
    sentence = phrase("people.still_away", name=name, days=days) if name else phrase("people.still_yours", days=days)
    return [sentence] if remaining else []


def joined(person: Person, is_reached: bool, clean: Clean) -> str:
    sentence = phrase("people.joined", name=clean(person.name), email=clean(person.email))
    return sentence if is_reached else f"{sentence} {phrase('people.no_account_yet')}"
