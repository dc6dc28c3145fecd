"""The base class for the cards of one kind of prompt: what they show, and what the scheduler asks of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlmodel import Session

from remembrancer.cards.prompts.state import CardState, Occasion, Verdict
from remembrancer.models import Person, Prompt
from remembrancer.models.message import Button, Message, MessageItem, Part
from remembrancer.queries.batches import by_id
from remembrancer.queries.facts import load_people
from remembrancer.queries.prompt_kinds import answerers
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.services.context import Context
from remembrancer.wording import phrase


class PromptView(Protocol):
    """A prompt with everything that its part of a card shows."""

    @property
    def prompt(self) -> Prompt: ...

    @property
    def revision(self) -> int:
        """The current revision of the subject's schedule."""

    def still_asks(self, now: datetime) -> bool:
        """Whether the prompt is still to be answered."""

    def is_final(self, now: datetime) -> bool:
        """Whether what it shows can no longer change."""


View = TypeVar("View", bound=PromptView)


class CardKind(ABC, Generic[View]):
    """One kind of prompt: its cards, and how their state is compared.

    `changes_with_time`: its cards may change although nothing was done, so they are built again before sending.
    """

    changes_with_time = True

    @abstractmethod
    def load(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Sequence[View]:
        """The views of these prompts, stored or not, in few queries; none for a subject that no longer exists."""

    @abstractmethod
    def parts(self, person: Person, views: Sequence[View], now: datetime) -> Iterator[Part]:
        """The parts of one person's card."""

    @abstractmethod
    def items(self, session: Session, views: Sequence[View], now: datetime) -> list[MessageItem]:
        """What these parts of a card are about, in order, with the deadlines that they name."""

    @abstractmethod
    def wanted(self, context: Context) -> list[Prompt]:
        """The prompts, not stored, for what the person is asked now."""

    @abstractmethod
    def occasions(self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime) -> Sequence[Occasion]:
        """What these stored prompts ask together, and who is told if a recipient cannot be reached."""

    def labels_of_buttons(self, session: Session, buttons: Sequence[Button]) -> list[str]:
        """The names of a message's subjects by its buttons, for a message whose prompts are deleted."""
        return []

    def track(self, session: Session, prompt: Prompt) -> str | None:
        """A key shared by the prompts of which only the latest counts; None for a prompt that asks nothing."""
        return prompt.subject_name

    def message_kind(self, step: str) -> str:
        """The kind of a message whose latest prompt is this step."""
        return step

    def step_name(self, subject_name: str, step: str) -> str:
        """The step's name among a message's reasons."""
        return step

    def step_in_words(self, session: Session, subject_name: str, step: str) -> str:
        """The step as previews name it."""
        return phrase(f"steps.{self.step_name(subject_name, step)}")

    def state_hash(self, person: Person, views: Sequence[View], now: datetime) -> str:
        """A hash of what these parts show."""
        return Message(parts=tuple(self.parts(person, views, now))).mark

    def states(
        self, session: Session, messages: Mapping[int, Sequence[Prompt]], now: datetime
    ) -> Mapping[int, CardState]:
        """The state that each posted message (by id) should have for these prompts, in few queries."""
        loaded = self.load(session, [prompt for prompts in messages.values() for prompt in prompts], now)
        views = {stored_id(view.prompt.id): view for view in loaded}
        people = by_id(session, Person, {view.prompt.person_id for view in views.values()})
        found: dict[int, CardState] = {}
        for message_id, prompts in messages.items():
            shown = [views[stored_id(prompt.id)] for prompt in prompts if prompt.id in views]
            if shown:
                person = people[shown[0].prompt.person_id]
                is_settled = all(view.is_final(now) for view in shown)
                found[message_id] = CardState(self.state_hash(person, shown, now), is_settled)
        return found

    def verdicts(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Mapping[int, Verdict]:
        """Whether each stored prompt (by id) of one message is still to be sent."""
        views = {stored_id(view.prompt.id): view for view in self.load(session, prompts, now)}
        answerer_ids_by_prompt = answerers(session, load_people(session), prompts, now)
        found: dict[int, Verdict] = {}
        for prompt in prompts:
            view, answerer_ids = views.get(stored_id(prompt.id)), answerer_ids_by_prompt.get(stored_id(prompt.id), ())
            if view is None or not view.still_asks(now) or prompt.revision != view.revision:
                found[stored_id(prompt.id)] = Verdict.OVER
            elif prompt.to == "lead" and prompt.person_id not in answerer_ids:
                found[stored_id(prompt.id)] = Verdict.NOT_THEIRS
            else:
                found[stored_id(prompt.id)] = Verdict.RIGHT
        return found
