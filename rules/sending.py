"""Who may be messaged at all: nobody while everything is paused, and in a pilot only the pilot's people."""

from datetime import datetime

from rules import people
from rules.facts import Facts
from rules.plan import DuePrompt


def is_withheld(facts: Facts, prompt: DuePrompt, now: datetime) -> bool:
    """Whether a prompt is only shown as it would have been.

    It is for somebody outside the pilot; or it tells that somebody has not answered who, outside the pilot, was
    never asked.
    """
    if facts.pilot is None:
        return False
    if prompt.person_id not in facts.pilot:
        return True
    return prompt.to != "lead" and not _is_asked_in_pilot(facts, prompt, now)


def _is_asked_in_pilot(facts: Facts, prompt: DuePrompt, now: datetime) -> bool:
    ret = next(ret for ret in facts.returns[prompt.window_id] if ret.id == prompt.return_id)
    return any(person.id in (facts.pilot or ()) for person, _ in people.lead(facts, ret, now))
