"""The stages of papers as data: what is asked ahead of which deadline (docs/forward-plan.md has the file's format)."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from remembrancer.rules.calendar.deadline_rules import ROUTES
from remembrancer.rules.checked_model import Key, Spec

KEY_DECISION_NOTICE = "key_decision_notice"
"""The kind of deadline by which the notice of a key decision must be published (in England SI 2012/2089, reg 9)."""
Ahead = Annotated[int, Field(ge=0, le=60)]


def _word(text: str) -> str:
    if not re.fullmatch(r"[\w'’]+", text):
        raise ValueError(f"'{text}' is not one word")
    return text.lower()


Word = Annotated[str, AfterValidator(_word)]
"""A word as people write it, in lower case."""


class Stage(Spec):
    """One question about a paper, ahead of the deadline of a kind.

    `or_first_deadline`: where a board has no such deadline, it is asked ahead of its first. `ahead` is the number of
    working days before the deadline at which somebody is first asked. `after` is the stage that must be passed before.
    `on_pathway`: it is asked at the boards before the last too. `carried_over_by` are the stages whose passing at one
    board counts for this one at the boards that follow.

    `ask`, `button`, `done`, `name`, `next` and `late` (both with {day}) are its sentences. People name it by
    words: `called` are those for its document, and `said_as` those that say that it is done. `said_in`: 'it is in'
    answers it. `said_ahead`: 'it will be' answers it.
    """

    key: Key
    deadline: Key
    or_first_deadline: bool = False
    to: Literal["lead", "secretary"] = "lead"
    ahead: Ahead
    after: Key | None = None
    on_pathway: bool = True
    carried_over_by: tuple[Key, ...] = ()
    ask: str
    button: str
    done: str
    name: str
    next: str
    late: str
    called: tuple[Word, ...] = ()
    said_as: tuple[Word, ...] = ()
    said_in: bool = False
    said_ahead: bool = False

    @property
    def is_notice(self) -> bool:
        """Tell whether it is the notice of a key decision, which is answered by a form or by another route."""
        return self.deadline == KEY_DECISION_NOTICE

    @property
    def is_ordered(self) -> bool:
        """Tell whether it is one of the lead's stages, of which a later one implies the earlier ones."""
        return self.to == "lead"

    @property
    def track(self) -> str:
        """Return the track, of which only the latest prompt counts: the lead's stages share one."""
        return "paper" if self.is_ordered else self.key


class StagedProgramme(Spec):
    """A staged programme file: the stages of papers in their order."""

    key: Literal["forward-plan"]
    kind: Literal["staged"]
    stages: tuple[Stage, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> "StagedProgramme":
        found = list(_faults(self.stages))
        if found:
            raise ValueError("; ".join(found))
        return self


def _faults(stages: Collection[Stage]) -> Iterator[str]:
    keys, kinds = [stage.key for stage in stages], [stage.deadline for stage in stages]
    yield from (f"two stages are called {key}" for key in sorted({key for key in keys if keys.count(key) > 1}))
    yield from (f"two stages have the deadline {kind}" for kind in sorted({k for k in kinds if kinds.count(k) > 1}))
    yield from (f"no stage can be called {key}, which is a route to a key decision" for key in keys if key in ROUTES)
    if not any(stage.is_ordered for stage in stages):
        yield "at least one stage is the lead's"
    if [stage.to for stage in stages if stage.is_notice] != ["secretary"]:
        yield f"one stage has the deadline {KEY_DECISION_NOTICE} and is the secretary's: the law asks for the notice"
    words = [word for stage in stages for word in (*stage.called, *stage.said_as)]
    yield from (f"two stages are known by the word {word}" for word in sorted({w for w in words if words.count(w) > 1}))
    for number, stage in enumerate(stages):
        if stage.after is not None and stage.after not in keys[:number]:
            yield f"{stage.key} comes after {stage.after}, which is no stage before it"
        unknown = [key for key in stage.carried_over_by if key not in keys]
        yield from (f"{stage.key} is carried over by {key}, which is no stage" for key in unknown)
        wrong = [text for text in (stage.next, stage.late) if _has_other(text)]
        yield from (f"{stage.key}: '{text}' may have {{day}} and no other value" for text in wrong)
        if stage.or_first_deadline and number:
            yield f"{stage.key} is not the first stage, so it cannot be asked ahead of the first deadline"


def _has_other(text: str) -> bool:
    """Tell whether the text has a value in braces other than {day}."""
    try:
        text.format(day="")
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return True
    return False


@dataclass(frozen=True)
class Stages:
    """The stages of the papers of one board, in their order; iterating gives each."""

    all: tuple[Stage, ...]

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.all)

    @cached_property
    def by_key(self) -> Mapping[str, Stage]:
        return {stage.key: stage for stage in self.all}

    @cached_property
    def by_deadline(self) -> Mapping[str, Stage]:
        return {stage.deadline: stage for stage in self.all}

    @cached_property
    def ordered(self) -> list[Stage]:
        """Return the lead's stages."""
        return [stage for stage in self.all if stage.is_ordered]

    @cached_property
    def implied_by(self) -> Mapping[str, Collection[str]]:
        """Return the stages (keys) of which one must be passed for a stage (key) to be: itself and the later ones."""
        keys = [stage.key for stage in self.ordered]
        return {stage.key: keys[keys.index(stage.key) :] if stage.is_ordered else [stage.key] for stage in self.all}

    @cached_property
    def last(self) -> Stage:
        """Return the lead's last stage: a board whose meeting had it has heard the paper."""
        return self.ordered[-1]

    def with_ahead(self, ahead: Mapping[str, int]) -> "Stages":
        """Return the stages with other numbers of working days ahead, by stage (key)."""
        return Stages(tuple(s.model_copy(update={"ahead": ahead.get(s.key, s.ahead)}) for s in self.all))
