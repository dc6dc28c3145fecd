"""Decides who may do what to a return; docs/permissions.md shows the table."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from remembrancer.models import Person, Return
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.programmes.slices import Hearing


class Act(StrEnum):
    """An operation that needs permission; SEE_STATE is seeing the item's name and state, SEE its answers too."""

    SEE_STATE = "see_state"
    SEE = "see"
    ANSWER = "answer"
    HAND_ON = "hand_on"
    DISOWN = "disown"
    RETURN = "return"
    ACCEPT = "accept"
    CHASE = "chase"
    REASSIGN = "reassign"
    SET_ASIDE = "set_aside"
    RESTATE = "restate"
    MANAGE_DIGEST = "manage_digest"
    MANAGE_WINDOW = "manage_window"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SENDING = "manage_sending"


class Relation(StrEnum):
    """A person's relation to a return."""

    LEAD = "lead"
    DELEGATE = "delegate"
    LINE = "line"
    SECRETARY = "secretary"
    ADMIN = "admin"


_ANSWERING = frozenset({Act.SEE_STATE, Act.SEE, Act.ANSWER, Act.HAND_ON})
_IN_CHARGE = frozenset({Act.RETURN, Act.ACCEPT, Act.CHASE, Act.REASSIGN, Act.SET_ASIDE, Act.RESTATE, Act.MANAGE_DIGEST})
_ADMINISTERING = frozenset({Act.MANAGE_WINDOW, Act.MANAGE_PEOPLE, Act.MANAGE_SENDING})
ALLOWED: dict[Relation, frozenset[Act]] = {
    Relation.LEAD: _ANSWERING | {Act.DISOWN},
    Relation.DELEGATE: _ANSWERING | {Act.DISOWN},
    Relation.LINE: _ANSWERING,
    Relation.SECRETARY: _ANSWERING | _IN_CHARGE,
    Relation.ADMIN: frozenset({Act.SEE_STATE}) | _ADMINISTERING,
}


def may(facts: Facts, person: Person, act: Act, ret: Return, now: datetime) -> bool:
    """Tell whether the person may do this to the return now; without SEE_STATE they must not learn that it exists."""
    return any(act in ALLOWED[relation] for relation in relations(facts, person, ret, now))


def is_admin(person: Person) -> bool:
    """Tell whether the person may manage all windows, people and the sending of messages."""
    return person.active and "admin" in person.roles


def relations(facts: Facts, person: Person, ret: Return, now: datetime) -> set[Relation]:
    """Return all relations of the person to the return; empty for an inactive person."""
    return set(_relations(facts, person, ret, now)) if person.active else set()


def _relations(facts: Facts, person: Person, ret: Return, now: datetime) -> Iterator[Relation]:
    item = facts.items[ret.item_id]
    leading = (item.lead_post_id, *item.contributing_post_ids)
    if any(recipients.holds(facts, person, post, now) for post in leading):
        yield Relation.LEAD
    if ret.delegate_id == person.id or _is_asked_instead(facts, person, ret, now):
        yield Relation.DELEGATE
    if any(recipients.acts_as(facts, person, post, now) for post in recipients.line_above(facts, item.lead_post_id)):
        yield Relation.LINE
    if any(recipients.acts_as(facts, person, post, now) for post in recipients.secretary_posts(facts, item)):
        yield Relation.SECRETARY
    if "admin" in person.roles:
        yield Relation.ADMIN


def _is_asked_instead(facts: Facts, person: Person, ret: Return, now: datetime) -> bool:
    """Tell whether the person is asked for the return as the lead's stand-in or the return's delegate."""
    asked = recipients.lead(facts, ret, now)
    stands_in = (recipients.Reason.STANDS_IN, recipients.Reason.DELEGATED)
    return any(who.id == person.id and because in stands_in for who, because in asked)


def may_manage_digest(facts: Facts, person: Person, hearing: Hearing, now: datetime) -> bool:
    """Tell whether the person may see, hold and post a board's digests, as its secretary or stand-in."""
    return person.active and recipients.acts_as(facts, person, hearing.secretary_post_id, now)
