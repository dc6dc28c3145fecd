"""What the cards of one kind of prompt show, and what the engine must know of them; the usual answers are given."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlmodel import Session

from remembrancer.cards.prompt_state import CardState, Occasion, Verdict
from remembrancer.models import Person, Prompt
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.facts import load_people
from remembrancer.queries.prompt_kinds import answerers
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.prompts.subjects import DuePrompt
from remembrancer.services.context import Context


class PromptView(Protocol):
    """A prompt with all that its part of a card shows."""

    @property
    def prompt(self) -> Prompt: ...

    @property
    def revision(self) -> int:
        """The present revision of the subject's schedule."""

    def still_asks(self, now: datetime) -> bool:
        """Whether what the prompt asks is still to be answered."""

    def is_final(self, now: datetime) -> bool:
        """Whether nothing that it shows can change any more."""


View = TypeVar("View", bound=PromptView)


class CardKind(ABC, Generic[View]):
    """One kind of prompt, as the one engine for all of them needs it.

    `changes_with_time`: what its cards show may change though nothing was done, so they are made anew before sending.
    """

    changes_with_time = True

    @abstractmethod
    def load(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Sequence[View]:
        """The views of these prompts, stored or not, in few queries; none of what is not there any more."""

    @abstractmethod
    def parts(self, person: Person, views: Sequence[View], now: datetime) -> Iterator[Part]:
        """The parts of one person's card."""

    @abstractmethod
    def labels(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> list[str]:
        """What the prompts are about, as previews name it, in the order of a list: refs, or titles."""

    @abstractmethod
    def wanted(self, context: Context) -> list[Prompt]:
        """What the person is asked for now, as prompts that are not stored."""

    @abstractmethod
    def occasions(self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime) -> Sequence[Occasion]:
        """What these stored prompts ask together, and who is to know where somebody cannot be reached."""

    def labels_of_buttons(self, session: Session, buttons: Sequence[Button]) -> list[str]:
        """What a message is about, by its buttons; for one whose prompts are gone."""
        return []

    def track(self, prompt: Prompt) -> str | None:
        """The same for prompts of which a later one makes the earlier stale; None for one that asks nothing."""
        return prompt.subject_name

    def message_kind(self, step: str) -> str:
        """What a message is called whose latest prompt is this step of the kind."""
        return step

    def step_name(self, prompt: DuePrompt) -> str:
        """What the step is called among a message's reasons."""
        return prompt.step

    def showing(self, person: Person, views: Sequence[View], now: datetime) -> str:
        """A name for what these parts show: the same as long as they show the same."""
        return Message(parts=tuple(self.parts(person, views, now))).mark

    def states(
        self, session: Session, messages: Mapping[int, Sequence[Prompt]], now: datetime
    ) -> Mapping[int, CardState]:
        """What each posted message (id) should show of these prompts, in few queries."""
        loaded = self.load(session, [prompt for prompts in messages.values() for prompt in prompts], now)
        views = {known(view.prompt.id): view for view in loaded}
        found: dict[int, CardState] = {}
        for message_id, prompts in messages.items():
            shown = [views[known(prompt.id)] for prompt in prompts if prompt.id in views]
            if shown:
                person = session.get_one(Person, shown[0].prompt.person_id)
                settled = all(view.is_final(now) for view in shown)
                found[message_id] = CardState(self.showing(person, shown, now), settled)
        return found

    def verdicts(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Mapping[int, Verdict]:
        """Whether each stored prompt (id) of one message is still to be sent."""
        views = {known(view.prompt.id): view for view in self.load(session, prompts, now)}
        asked = answerers(session, load_people(session), prompts, now)
        found: dict[int, Verdict] = {}
        for prompt in prompts:
            view, answering = views.get(known(prompt.id)), asked.get(known(prompt.id), ())
            if view is None or not view.still_asks(now) or prompt.revision != view.revision:
                found[known(prompt.id)] = Verdict.OVER
            elif prompt.to == "lead" and prompt.person_id not in answering:
                found[known(prompt.id)] = Verdict.NOT_THEIRS
            else:
                found[known(prompt.id)] = Verdict.RIGHT
        return found
