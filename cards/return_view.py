"""What a card speaks of: a prompt with all the rows behind it, and what of it the card must show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from remembrancer.cards.prompt_state import named
from remembrancer.cards.recipient_status import Stance
from remembrancer.models import Item, Person, Prompt, Return, ReturnVersion, Snooze, Window, WindowState
from remembrancer.queries.returns import GIVEN, SET_ASIDE
from remembrancer.rules.people.recipients import Because
from remembrancer.rules.programmes.spec import Programme as ProgrammeSpec
from remembrancer.rules.prompts.returns import WANTED
from remembrancer.rules.prompts.steps import kind_of


@dataclass(frozen=True)
class ReturnView:
    """One prompt with the rows that it speaks of.

    `last` are the answers given last time; `lead` is the lead's post. `stands` says who is asked now. `closed_before`
    is the close that people knew before it was last changed. `is_first`: the person was never asked for it before.
    """

    prompt: Prompt
    ret: Return
    item: Item
    window: Window
    programme: ProgrammeSpec
    boards: tuple[str, ...]
    lead: str
    last: dict[str, Any]
    version: ReturnVersion | None = None
    given_by: str = ""
    delegate: Person | None = None
    snooze: Snooze | None = None
    has_draft: bool = False
    closed_before: datetime | None = None
    stands: Stance = field(default_factory=Stance)
    is_first: bool = False

    @property
    def revision(self) -> int:
        return self.window.revision

    def still_asks(self, now: datetime) -> bool:
        return self.ret.state in WANTED

    def is_final(self, now: datetime) -> bool:
        return self.window.state == WindowState.LOCKED

    @property
    def because(self) -> str:
        """Why the person is asked or told now; where they are not any more, why they were."""
        return self.stands.because(self.prompt.person_id) or self.prompt.because

    @property
    def asks(self) -> bool:
        """Whether the person is asked to answer, rather than told that somebody has not."""
        return self.prompt.to == "lead" and self.because != Because.NOBODY_ELSE

    @property
    def is_asked(self) -> bool:
        """Whether the person is still one of those whom the prompt is for."""
        return self.stands.because(self.prompt.person_id) is not None

    @property
    def is_handed_on(self) -> bool:
        """Whether somebody was named to be asked instead, and the person is one of those who may take that back."""
        named = any(because == Because.DELEGATED for _, because in self.stands.asked)
        return self.prompt.to == "lead" and named and not self.is_asked and self.stands.may_answer

    @property
    def is_over(self) -> bool:
        """Whether the person was asked and somebody else is by now: the card says who, and asks for nothing."""
        if self.is_asked or self.is_handed_on:
            return False
        if self.prompt.to == "lead":
            return self.ret.state in WANTED or not self.stands.may_answer
        return self.prompt.because == Because.NOBODY_ELSE

    @property
    def holders(self) -> tuple[Person, ...]:
        """Those who hold the lead's post now."""
        return self.stands.holders

    @property
    def holds(self) -> bool:
        """Whether the person holds the lead's post."""
        return any(holder.id == self.prompt.person_id for holder in self.holders)

    @property
    def asked_now(self) -> list[str]:
        return [person.name for person, _ in self.stands.asked]

    @property
    def because_now(self) -> str:
        """Why those who are asked now are; empty where nobody is."""
        return self.stands.asked[0][1] if self.stands.asked else ""

    @property
    def others(self) -> tuple[Person, ...]:
        """The other members of the body that leads the item, where the person is asked as one of them."""
        leads = self.because == Because.LEADS and self.holds
        return tuple(holder for holder in self.holders if leads and holder.id != self.prompt.person_id)

    @property
    def is_disowned(self) -> bool:
        """Whether the person said that it is not theirs, and nobody has decided yet."""
        return self.ret.disowned_by_id == self.prompt.person_id

    @property
    def is_given(self) -> bool:
        return self.ret.state in GIVEN

    @property
    def is_set_aside(self) -> bool:
        return self.ret.state in SET_ASIDE

    @property
    def is_wanted(self) -> bool:
        return not self.is_given and not self.is_set_aside

    @property
    def is_wanted_here(self) -> bool:
        """Whether it is still wanted, and of the person who is asked, if anybody is."""
        return self.is_wanted and (self.is_asked if self.prompt.to == "lead" else not self.is_over)

    @property
    def is_late(self) -> bool:
        """Whether the person is asked for the first time well after everybody else was."""
        return self.is_first and self.tone == "opening" and kind_of(self.prompt.step) not in ("opening", "requested")

    @property
    def tone(self) -> str:
        """How it is put: a key of templates/messages/prompt_head.md."""
        if self.because in (Because.VACANT, Because.NOBODY_ELSE):
            return str(self.because)
        if not self.asks:
            return "escalation"
        kind = kind_of(self.prompt.step)
        if kind == "snoozed" and self.is_disowned:
            return "reminder"  # they did not ask for it
        if kind in ("returned", "snoozed", "chased"):
            return kind
        step = next((step for step in self.programme.chase.steps if step.key == self.prompt.step), None)
        if step is None or step.at == "opening" or self.is_first:
            return "opening"
        return "last_day" if step.working_days_before_close == 0 else "reminder"


def in_order(asked: Iterable[ReturnView]) -> list[ReturnView]:
    """By window, what is asked before what is told, in the items' order."""
    return sorted(asked, key=lambda a: (a.window.opens_at, a.window.id, not a.asks, a.tone, a.item.position))


def showing(asked: Iterable[ReturnView]) -> str:
    """A name for what a card should show now: the same as long as it should show the same."""
    return named(
        state_of(a.ret, a.window, a.item.lead_post_id)
        + marks_of(a.snooze.until if a.snooze else None, a.has_draft)
        + a.stands.mark(a.prompt)
        for a in asked
    )


def state_of(ret: Return, window: Window, post_id: int) -> str:
    """Of one return and its lead's post, all that a card about it shows and that may change."""
    shown = (ret.id, ret.state, ret.versions, ret.delegate_id, window.state, window.closes_at.isoformat())
    return " ".join(str(each) for each in (*shown, ret.disowned_by_id, post_id))


def marks_of(snoozed_until: datetime | None, has_draft: bool) -> str:
    """Of one person and return, what only their own card shows."""
    return f" {snoozed_until.isoformat() if snoozed_until else None} {has_draft}"
