"""Who may be messaged at all: nobody while everything is paused, and in a pilot only the pilot's people."""

from collections.abc import Collection
from datetime import datetime

from remembrancer.models import Return
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.due import DuePrompt


def is_outside(pilot: Collection[int] | None, person_id: int | None) -> bool:
    """Whether a pilot runs and this person (an id) is not in it; None stands for a board's channel, which never is."""
    return pilot is not None and (person_id is None or person_id not in pilot)


def is_withheld(facts: Facts, prompt: DuePrompt, now: datetime) -> bool:
    """Whether a prompt is only shown as it would have been."""
    if facts.pilot is None:
        return False
    ret = next(ret for ret in facts.returns[prompt.window_id] if ret.id == prompt.return_id)
    return is_kept_back(facts, ret, prompt.person_id, prompt.to, now)


def is_kept_back(facts: Facts, ret: Return, person_id: int, to: str, now: datetime) -> bool:
    """Whether what a step says of a return to its audience (`to`) does not reach this person.

    It is for somebody outside the pilot; or it tells that somebody has not answered who, outside the pilot, was
    never asked.
    """
    if is_outside(facts.pilot, person_id):
        return True
    return to != "lead" and asks_nobody(facts, ret, now)


def asks_nobody(facts: Facts, ret: Return, now: datetime) -> bool:
    """Whether a pilot runs and everybody who would be asked for the return is outside it."""
    return facts.pilot is not None and all(
        is_outside(facts.pilot, person.id) for person, _ in recipients.lead(facts, ret, now)
    )
