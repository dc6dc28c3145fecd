"""Who may do what to which return: one function decides. docs/permissions.md shows the table."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from models import Person, Return
from rules import people
from rules.facts import Facts, known


class Act(StrEnum):
    """SEE_STATE is the item's name and its state; SEE is its answers too."""

    SEE_STATE = "see_state"
    SEE = "see"
    ANSWER = "answer"
    HAND_ON = "hand_on"
    RETURN = "return"
    ACCEPT = "accept"
    MANAGE_WINDOW = "manage_window"


class Relation(StrEnum):
    """How a person stands to a return."""

    LEAD = "lead"
    DELEGATE = "delegate"
    LINE = "line"
    SECRETARY = "secretary"
    ADMIN = "admin"


ALLOWED: dict[Relation, frozenset[Act]] = {
    Relation.LEAD: frozenset({Act.SEE_STATE, Act.SEE, Act.ANSWER, Act.HAND_ON}),
    Relation.DELEGATE: frozenset({Act.SEE_STATE, Act.SEE, Act.ANSWER, Act.HAND_ON}),
    Relation.LINE: frozenset({Act.SEE_STATE, Act.SEE, Act.ANSWER, Act.HAND_ON}),
    Relation.SECRETARY: frozenset({Act.SEE_STATE, Act.SEE, Act.ANSWER, Act.HAND_ON, Act.RETURN, Act.ACCEPT}),
    Relation.ADMIN: frozenset({Act.SEE_STATE, Act.MANAGE_WINDOW}),
}


def may(facts: Facts, person: Person, act: Act, ret: Return, now: datetime) -> bool:
    """Whether the person may do this to the return now. Others neither see it nor learn that it exists."""
    return any(act in ALLOWED[relation] for relation in relations(facts, person, ret, now))


def may_manage_windows(person: Person) -> bool:
    """Windows are an admin's, whatever is in them."""
    return person.active and "admin" in person.roles


def relations(facts: Facts, person: Person, ret: Return, now: datetime) -> set[Relation]:
    """Every way in which the person stands to the return; empty for a stranger, or for somebody who has left."""
    return set(_relations(facts, person, ret, now)) if person.active else set()


def _relations(facts: Facts, person: Person, ret: Return, now: datetime) -> Iterator[Relation]:
    item = facts.items[ret.item_id]
    leading = (item.lead_post_id, *item.contributing_post_ids)
    if any(_holds(facts, person, post, now) for post in leading):
        yield Relation.LEAD
    if ret.delegate_id == person.id or _is_asked_instead(facts, person, ret, now):
        yield Relation.DELEGATE
    if any(_holds(facts, person, post, now) for post in people.line_above(facts, item.lead_post_id)):
        yield Relation.LINE
    if is_secretary(facts, person, item.programme_id, now):
        yield Relation.SECRETARY
    if "admin" in person.roles:
        yield Relation.ADMIN


def _holds(facts: Facts, person: Person, post_id: int, now: datetime) -> bool:
    return any(holder.id == person.id for holder in people.holders(facts, post_id, now))


def _is_asked_instead(facts: Facts, person: Person, ret: Return, now: datetime) -> bool:
    """Whether the person stands in for a lead on leave, or was named to."""
    asked = people.lead(facts, ret, now)
    stands_in = (people.Because.STANDS_IN, people.Because.DELEGATED)
    return any(who.id == person.id and because in stands_in for who, because in asked)


def is_secretary(facts: Facts, person: Person, programme_id: int, now: datetime) -> bool:
    """Whether the person is, or stands in for, the secretary of a board that hears the programme."""
    posts = facts.secretaries.get(programme_id, ())
    at_work = {known(asked[0].id) for post in posts if (asked := people.at_work(facts, post, now))}
    return person.id in at_work or any(_holds(facts, person, post, now) for post in posts)
