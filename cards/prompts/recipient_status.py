"""A prompt's recipient: whether its person is still the one to ask, which changes while a card is posted."""

from dataclasses import dataclass
from datetime import datetime

from remembrancer.models import Person, Prompt, Return
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.people.recipients import Reason


@dataclass(frozen=True)
class RecipientStatus:
    """Who is asked now and why, who holds the lead post, and what the prompt's person may do.

    `is_away`: the person is on leave; `may_answer`: they may still see and give the answer.
    """

    asked: tuple[recipients.Asked, ...] = ()
    holders: tuple[Person, ...] = ()
    may_answer: bool = True
    is_away: bool = False

    def because(self, person_id: int) -> Reason | None:
        """Why a person (id) is asked or told now; None where they are not."""
        return next((because for person, because in self.asked if person.id == person_id), None)

    def state(self, prompt: Prompt) -> str:
        """Everything in it that a card shows, as text; it changes when the card does."""
        if prompt.to != "lead" and prompt.because != Reason.NOBODY_ELSE:
            return f" {self.may_answer}"
        asked = [f"{person.name} {because}" for person, because in self.asked]
        return f" {self.may_answer} {self.is_away} {asked} {[holder.name for holder in self.holders]}"


def recipient_status(facts: Facts, prompt: Prompt, ret: Return, now: datetime) -> RecipientStatus:
    """The recipient status of a prompt for a return; `facts` needs no windows."""
    person, post_id = facts.people[prompt.person_id], facts.items[ret.item_id].lead_post_id
    return RecipientStatus(
        asked=tuple(recipients.with_sharers(facts, recipients.AUDIENCES[prompt.to](facts, ret, now), post_id, now)),
        holders=tuple(recipients.holders(facts, post_id, now)),
        may_answer=may(facts, person, Act.ANSWER, ret, now),
        is_away=recipients.is_away(facts, person, now),
    )


def is_asked_no_more(facts: Facts, prompt: Prompt, ret: Return, now: datetime) -> bool:
    """Whether the prompt asks for an answer, and its person is no longer one to ask, today or on a day of theirs."""
    if prompt.to != "lead":
        return False
    post_id = facts.items[ret.item_id].lead_post_id
    asked = recipients.with_sharers(facts, recipients.lead(facts, ret, now), post_id, now)
    return all(person.id != prompt.person_id for person, _ in asked)
