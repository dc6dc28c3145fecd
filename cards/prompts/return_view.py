"""A prompt about a return with all the rows behind it, and the state that its card must show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from remembrancer.cards.prompts.recipient_status import RecipientStatus
from remembrancer.cards.prompts.state import hash_of
from remembrancer.models import Item, Person, Prompt, Return, ReturnVersion, Snooze, Window, WindowState
from remembrancer.queries.returns import GIVEN, SET_ASIDE
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.programmes.spec import Programme as ProgrammeSpec
from remembrancer.rules.prompts.chase import WANTED, named_deadline
from remembrancer.rules.prompts.step_times import kind_of


@dataclass(frozen=True)
class ReturnView:
    """One prompt with its rows.

    `last`: the answers given last time. `lead`: the lead post's name. `recipient`: who is asked now. `closed_before`:
    the close before it was last changed. `is_first`: the person was never asked for the return before.
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
    recipient: RecipientStatus = field(default_factory=RecipientStatus)
    is_first: bool = False

    @property
    def revision(self) -> int:
        return self.window.revision

    def still_asks(self, now: datetime) -> bool:
        return self.ret.state in WANTED

    def deadline(self, now: datetime) -> datetime:
        """The deadline that the card names."""
        return named_deadline(self.window, self.prompt.to, self.because, now)

    def is_final(self, now: datetime) -> bool:
        return self.window.state == WindowState.LOCKED

    @property
    def because(self) -> str:
        """Why the person is asked or told now, or why they were, where they no longer are."""
        return self.recipient.because(self.prompt.person_id) or self.prompt.because

    @property
    def asks(self) -> bool:
        """Whether the person is asked to answer, and not only told that somebody has not."""
        return self.prompt.to == "lead" and self.because != Reason.NOBODY_ELSE

    @property
    def is_asked(self) -> bool:
        """Whether the person is still a recipient of the prompt."""
        return self.recipient.because(self.prompt.person_id) is not None

    @property
    def is_handed_on(self) -> bool:
        """Whether the return is delegated, and the person may take that back."""
        is_delegated = any(because == Reason.DELEGATED for _, because in self.recipient.asked)
        return self.prompt.to == "lead" and is_delegated and not self.is_asked and self.recipient.may_answer

    @property
    def is_over(self) -> bool:
        """Whether somebody else is asked now; the card then names them, and asks for nothing."""
        if self.is_asked or self.is_handed_on:
            return False
        if self.prompt.to == "lead":
            return self.ret.state in WANTED or not self.recipient.may_answer
        return self.prompt.because == Reason.NOBODY_ELSE

    @property
    def holders(self) -> tuple[Person, ...]:
        """The present holders of the lead post."""
        return self.recipient.holders

    @property
    def holds(self) -> bool:
        """Whether the person holds the lead post."""
        return any(holder.id == self.prompt.person_id for holder in self.holders)

    @property
    def asked_now(self) -> list[str]:
        return [person.name for person, _ in self.recipient.asked]

    @property
    def because_now(self) -> str:
        """Why those who are asked now are asked; empty where nobody is."""
        return self.recipient.asked[0][1] if self.recipient.asked else ""

    @property
    def others(self) -> tuple[Person, ...]:
        """The other holders of a shared lead post, where the person is asked as one of them."""
        leads = self.because == Reason.LEADS and self.holds
        return tuple(holder for holder in self.holders if leads and holder.id != self.prompt.person_id)

    @property
    def is_disowned(self) -> bool:
        """Whether the person claims that the item is not theirs, and nobody has decided yet."""
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
        """Whether an answer is still wanted, and from this person."""
        return self.is_wanted and (self.is_asked if self.prompt.to == "lead" else not self.is_over)

    @property
    def is_late(self) -> bool:
        """Whether the person is asked for the first time, after the window's opening prompt."""
        return self.is_first and self.tone == "opening" and kind_of(self.prompt.step) not in ("opening", "requested")

    @property
    def tone(self) -> str:
        """The key of the wording in templates/messages/prompt_head.md."""
        if self.because in (Reason.VACANT, Reason.NOBODY_ELSE):
            return str(self.because)
        if not self.asks:
            return "escalation"
        kind = kind_of(self.prompt.step)
        if kind == "snoozed" and self.is_disowned:
            return "reminder"  # a 'not mine' claim snoozed it, not the person
        if kind in ("returned", "snoozed", "chased"):
            return kind
        step = next((step for step in self.programme.chase.steps if step.key == self.prompt.step), None)
        if step is None or step.at == "opening" or self.is_first:
            return "opening"
        return "last_day" if step.working_days_before_close == 0 else "reminder"


def in_order(views: Iterable[ReturnView]) -> list[ReturnView]:
    """The views by window, what is asked before what is told, then in the items' order."""
    return sorted(views, key=lambda a: (a.window.opens_at, a.window.id, not a.asks, a.tone, a.item.position))


def state_hash(views: Iterable[ReturnView]) -> str:
    """A hash of what a card should show now."""
    return hash_of(
        return_state(a.ret, a.window, a.item.lead_post_id)
        + personal_state(a.snooze.until if a.snooze else None, a.has_draft)
        + a.recipient.state(a.prompt)
        for a in views
    )


def return_state(ret: Return, window: Window, post_id: int) -> str:
    """Everything about one return and its lead post that a card shows and that can change."""
    shown = (ret.id, ret.state, ret.versions, ret.delegate_id, window.state, window.closes_at.isoformat())
    return " ".join(str(each) for each in (*shown, ret.disowned_by_id, post_id))


def personal_state(snoozed_until: datetime | None, has_draft: bool) -> str:
    """Everything about one person and return that only that person's card shows."""
    return f" {snoozed_until.isoformat() if snoozed_until else None} {has_draft}"
