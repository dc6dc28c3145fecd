"""Who may be messaged at all: nobody while everything is paused, and in a pilot only the pilot's people."""

from collections.abc import Collection, Iterable
from datetime import datetime

from remembrancer.models import Return
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.subjects import DuePrompt


def is_outside(pilot: Collection[int] | None, person_id: int | None) -> bool:
    """Whether a pilot runs and this person (an id) is not in it; None stands for a board's channel, which never is."""
    return pilot is not None and (person_id is None or person_id not in pilot)


def is_withheld(facts: Facts, prompt: DuePrompt) -> bool:
    """Whether a prompt is only shown as it would have been sent."""
    return is_kept_back(facts, prompt.person_id, prompt.to, prompt.answerers)


def is_kept_back(facts: Facts, person_id: int, to: str, answerers: Iterable[int]) -> bool:
    """Whether what a step says to its audience (`to`) does not reach this person.

    It is for somebody outside the pilot; or it tells that an answer is missing, and everybody who is asked to give it
    (`answerers`, ids) is outside the pilot and was never asked.
    """
    if is_outside(facts.pilot, person_id):
        return True
    return to != "lead" and facts.pilot is not None and all(is_outside(facts.pilot, each) for each in answerers)


def asks_nobody(facts: Facts, ret: Return, now: datetime) -> bool:
    """Whether a pilot runs and everybody who would be asked for the return is outside it."""
    return facts.pilot is not None and all(
        is_outside(facts.pilot, known(person.id)) for person, _ in recipients.lead(facts, ret, now)
    )
