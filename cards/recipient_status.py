"""How the person who has a card stands now to what it asks or tells: whoever is asked changes while it is posted."""

from dataclasses import dataclass
from datetime import datetime

from remembrancer.models import Person, Prompt, Return
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.people.recipients import Because


@dataclass(frozen=True)
class Stance:
    """Whom the step of a prompt is for now and why, who holds the lead's post, and what the prompt's person is to it.

    `is_away` is whether that person is on leave; `may_answer` whether they may still see and give the answer.
    """

    asked: tuple[recipients.Asked, ...] = ()
    holders: tuple[Person, ...] = ()
    may_answer: bool = True
    is_away: bool = False

    def because(self, person_id: int) -> Because | None:
        """Why somebody (id) is asked or told now; None where they are not."""
        return next((because for person, because in self.asked if person.id == person_id), None)

    def mark(self, prompt: Prompt) -> str:
        """All of it that a card shows, so that a card whose person is asked no more is seen to be stale."""
        if prompt.to != "lead" and prompt.because != Because.NOBODY_ELSE:
            return f" {self.may_answer}"
        asked = [f"{person.name} {because}" for person, because in self.asked]
        return f" {self.may_answer} {self.is_away} {asked} {[holder.name for holder in self.holders]}"


def stance(facts: Facts, prompt: Prompt, ret: Return, now: datetime) -> Stance:
    """How the prompt's person stands to its return by these facts, which need hold no window."""
    person = facts.people[prompt.person_id]
    return Stance(
        asked=tuple(recipients.AUDIENCES[prompt.to](facts, ret, now)),
        holders=tuple(recipients.holders(facts, facts.items[ret.item_id].lead_post_id, now)),
        may_answer=may(facts, person, Act.ANSWER, ret, now),
        is_away=recipients.is_away(facts, person, now),
    )


def is_asked_no_more(facts: Facts, prompt: Prompt, ret: Return, now: datetime) -> bool:
    """Whether a prompt asks somebody to answer who is not the one to ask by now."""
    asked = recipients.lead(facts, ret, now) if prompt.to == "lead" else []
    return prompt.to == "lead" and all(person.id != prompt.person_id for person, _ in asked)
