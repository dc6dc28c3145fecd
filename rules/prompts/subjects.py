"""The interface between the planner of prompts and the kinds of subjects that people are prompted about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from remembrancer.models import Prompt
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.facts import Facts, PromptKey, SubjectKey
from remembrancer.rules.people.recipients import Reason


@dataclass(frozen=True)
class DuePrompt:
    """A step of a subject that has fallen due for one person.

    `wanted_at` is when it would be due if the person worked at any time, and `due_at` when their own days and hours let
    it. `to` is the audience of the step and `because` the reason why the person is in it. Where the step tells that an
    answer is missing, `answerers` are the people (ids) who are asked for it. Of the steps on one `track` a person gets
    only the latest. `rows` are the ids of the rows behind the subject, by column of the table `prompt`. `due_on` is the
    deadline that the message names, kept so that a change of it can be corrected.
    """

    subject: SubjectKey
    track: str
    step: str
    to: str
    person_id: int
    revision: int
    wanted_at: datetime
    due_at: datetime
    expires_at: datetime
    because: Reason
    answerers: Sequence[int] = ()
    rows: Mapping[str, int] = field(default_factory=dict, compare=False)
    window_id: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> PromptKey:
        return (self.subject, self.step, self.person_id, self.revision)

    @property
    def return_id(self) -> int:
        """Return the id of the return that the prompt is about. Raises KeyError for another kind of subject."""
        return self.rows["return_id"]

    def as_row(self) -> Prompt:
        """Build the row of the prompt; `message_id` is set once the message is stored."""
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
    """Return the identity of a stored prompt."""
    return (SubjectKey(prompt.subject_kind, prompt.subject_name), prompt.step, prompt.person_id, prompt.revision)


class PromptSubject(Protocol):
    """One subject that people are prompted about: a return in a window, or a paper at a meeting."""

    def is_open(self, now: datetime) -> bool:
        """Tell whether prompts about the subject may be sent now."""

    def fallen_due(self, facts: Facts, now: datetime) -> Iterable[DuePrompt]:
        """Return each step that has fallen due by now, for each of its recipients, whether it was sent or not."""

    def moments(self, facts: Facts, times: Set[WorkingTime]) -> Iterator[datetime]:
        """Return the moments at which a step can fall due for people with these working times."""
