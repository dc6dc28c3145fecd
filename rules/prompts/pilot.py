"""Decides whose messages a pilot withholds: those to people outside it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from remembrancer.models import Return
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.subjects import DuePrompt


def is_outside(pilot: Collection[int] | None, person_id: int | None) -> bool:
    """Tell whether a pilot runs and the person (id) is outside it; None is a board's channel, which always is."""
    return pilot is not None and (person_id is None or person_id not in pilot)


def is_withheld(facts: Facts, prompt: DuePrompt) -> bool:
    """Tell whether a pilot withholds a prompt."""
    return is_kept_back(facts, prompt.person_id, prompt.to, prompt.answerers)


def is_kept_back(facts: Facts, person_id: int, to: str, answerers: Iterable[int]) -> bool:
    """Tell whether a pilot withholds a step for the audience `to` from a person.

    It does so where the person is outside the pilot, or where the step tells that an answer is missing and everybody
    who would be asked for it (`answerers`, ids) is outside the pilot.
    """
    if is_outside(facts.pilot, person_id):
        return True
    return to != "lead" and facts.pilot is not None and all(is_outside(facts.pilot, each) for each in answerers)


def asks_nobody(facts: Facts, ret: Return, now: datetime) -> bool:
    """Tell whether a pilot runs and everybody who would be asked for the return is outside it."""
    return facts.pilot is not None and all(
        is_outside(facts.pilot, stored_id(person.id)) for person, _ in recipients.lead(facts, ret, now)
    )
