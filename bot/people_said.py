"""What was done to posts and people, in sentences that chat and commands share."""

from collections.abc import Callable, Sequence
from typing import Any

from acts.people import Departure
from acts.posts import HandOver
from models import Absence, Item, Person
from wording import day, say

Clean = Callable[[Any], str]
"""What makes a name fit to be shown: wording.escape in chat, str in a terminal."""


def handed_over(done: HandOver, clean: Clean) -> str:
    """Who holds the post from when, and which items that moves."""
    if not done.holders:
        vacant = say("people.vacant", post=clean(done.post.name))
        return f"{vacant} {without_lead(done.items, clean)}" if done.items else vacant
    names = ", ".join(clean(person.name) for person in done.holders)
    said = say("people.handed_over", post=clean(done.post.name), names=names, day=day(done.first_day))
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
    days = {"first": day(absence.first_day), "last": day(absence.last_day)}
    return say("people.away", name=clean(person.name), instead=instead, **days)


def joined(person: Person, is_reached: bool, clean: Clean) -> str:
    said = say("people.joined", name=clean(person.name), email=clean(person.email))
    return said if is_reached else f"{said} {say('people.no_account_yet')}"
