"""The facts that prompts and permissions are computed from: stored rows, indexed."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from remembrancer.models import Absence, Item, Person, Post, Return, Tenure, Window
from remembrancer.rules.calendar.working_time import WorkingTime, of_one_person
from remembrancer.rules.programmes.slices import Hearing
from remembrancer.rules.programmes.spec import ChasePolicy


class SubjectKey(NamedTuple):
    """The identity of a prompt's subject: its kind, and its name within the kind."""

    kind: str
    name: str


PromptKey = tuple[SubjectKey, str, int, int]
"""The identity of a prompt: its subject, step key, person id, schedule revision."""


@dataclass(frozen=True)
class Facts:
    """Everything that decides who is messaged, loaded at once; ids are the database's.

    `policies` and `hearings` are by programme id; `returns` by window id; `tenures` by post id; `absences` by person
    id; `snoozes` by (return id, person id); `prompted` holds the prompts planned so far. While `paused` nothing is due;
    in a pilot only the people of `pilot` (ids) are messaged.
    """

    time: WorkingTime
    people: Mapping[int, Person]
    posts: Mapping[int, Post]
    tenures: Mapping[int, Sequence[Tenure]]
    absences: Mapping[int, Sequence[Absence]]
    policies: Mapping[int, ChasePolicy]
    hearings: Mapping[int, Sequence[Hearing]]
    windows: Sequence[Window]
    returns: Mapping[int, Sequence[Return]]
    items: Mapping[int, Item]
    snoozes: Mapping[tuple[int, int], datetime] = field(default_factory=dict)
    prompted: Set[PromptKey] = field(default_factory=frozenset)
    paused: bool = False
    pilot: Set[int] | None = None

    def time_of(self, person: Person) -> WorkingTime:
        """Return a person's own working time."""
        return own_time(self.time, person)


def own_time(time: WorkingTime, person: Person) -> WorkingTime:
    """Return a person's own working time in an organisation with the working time `time`."""
    return of_one_person(time, person.time_zone, person.works, person.prompt_hour)


def stored_id(id: int | None) -> int:
    """Return the id of a stored row. Raises ValueError for a row that was never stored."""
    if id is None:
        raise ValueError("a row that was never stored has no id")
    return id
