"""What people can be prompted about: each kind of thing gives the same answers to the one planner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from remembrancer.models import Prompt
from remembrancer.rules.facts import Facts, PromptKey, SubjectKey
from remembrancer.rules.people.recipients import Because


@dataclass(frozen=True)
class DuePrompt:
    """A step of a subject that has fallen due for one person.

    `to` is the audience that the step is for and `because` why this person is in it; where it tells somebody that an
    answer is missing, `answerers` are the people (ids) who are asked to give it. Of the steps on one `track` a
    person gets the latest alone. `rows` are the ids of our own rows behind the subject, by column of the table of
    prompts. `due_on` is the deadline that the message names, where a later one has to be corrected.
    """

    subject: SubjectKey
    track: str
    step: str
    to: str
    person_id: int
    revision: int
    due_at: datetime
    expires_at: datetime
    because: Because
    answerers: Sequence[int] = ()
    rows: Mapping[str, int] = field(default_factory=dict, compare=False)
    window_id: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> PromptKey:
        return (self.subject, self.step, self.person_id, self.revision)

    @property
    def return_id(self) -> int:
        """The return that it is about. Raises KeyError for another kind of subject."""
        return self.rows["return_id"]

    def as_row(self) -> Prompt:
        """The prompt as it is stored, still without the message that carries it."""
        return Prompt(
            subject_kind=self.subject.kind,
            subject_name=self.subject.name,
            step=self.step,
            person_id=self.person_id,
            revision=self.revision,
            to=self.to,
            because=self.because,
            due_on=self.due_on,
            message_id=0,
            **self.rows,
        )


def prompt_key(prompt: Prompt) -> PromptKey:
    """The identity of a stored prompt."""
    return (SubjectKey(prompt.subject_kind, prompt.subject_name), prompt.step, prompt.person_id, prompt.revision)


class PromptSubject(Protocol):
    """One thing that people are asked about: a return in a window, a paper at a meeting."""

    def is_open(self, now: datetime) -> bool:
        """Whether anything about it may be asked or told at this moment."""

    def fallen_due(self, facts: Facts, now: datetime) -> Iterable[DuePrompt]:
        """Each step that has fallen due by now, for each person whom it is for, whether it was sent or not."""

    def moments(self, facts: Facts, zones: Set[str]) -> Iterator[datetime]:
        """When a step can fall due by anybody's clock in these time zones."""
