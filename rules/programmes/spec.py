"""A programme as data: its form, scale, chase policy, figures and digest (the programme file, checked).

The file's format is described in docs/programme-file.md. Anything unknown in a file is refused.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from remembrancer.rules.checked_model import Key, Slug, Spec
from remembrancer.rules.programmes.field_types import QUESTION_TYPES
from remembrancer.rules.programmes.field_types.base import QuestionType
from remembrancer.rules.programmes.measures import Measure


class Condition(Spec):
    """One test of an answer or a fact. Of several in a list, all must hold.

    `last` in `later_than` is what was given last time, or the fact that the question names as `last_from`.
    `unchanged` asks whether every other answer is as it was last time.
    """

    question: Key | None = None
    fact: Key | None = None
    is_: list[str] = Field(default_factory=list, alias="is")
    given: bool | None = None
    later_than: str | None = None
    within: Literal["financial_year"] | None = None
    unchanged: bool | None = None


class Option(Spec):
    """One value of a choice: its word, a symbol and a colour where it is a scale, and how people say it.

    `group` is what figures count it under (a board's kind); a `hidden` option is understood but not offered.
    """

    key: Key
    word: str
    symbol: str = ""
    colour: Literal["green", "amber", "red", "blue", "grey", ""] = ""
    said_as: list[str] = Field(default_factory=list)
    group: str = ""
    hidden: bool = False

    @property
    def counts_as(self) -> str:
        return self.group or self.key


def _known_type(name: str) -> str:
    if name not in QUESTION_TYPES:
        *others, last = (f"'{known}'" for known in QUESTION_TYPES)
        raise ValueError(f"Input should be {', '.join(others)} or {last}")
    return name


class Question(Spec):
    """One question of the form; `kind` is its type's class (see rules.programmes.field_types).

    `fresh_unless`: the words must differ from last time's
    unless the conditions hold. `none_word`: nothing must be said in this word, a blank is no answer.
    `not_before` names the fact that is the day on which the item began: an earlier date is asked about.
    `stands_as` names the date that stands where no new one is given ('End date').
    Of a number: its `unit`, its range (`least` to `most`, both included), `values` that have a word ('rare': 1),
    whether a number said `alone` is this one, and `out_of`, the number that it is a part of ('900 of 1,454').
    """

    key: Key
    ask: str
    label: str
    hint: str = ""
    type: Annotated[str, AfterValidator(_known_type)]
    options: list[Option] | Literal["boards"] = Field(default_factory=list)
    column: str = ""
    required: bool = False
    required_if: list[Condition] = Field(default_factory=list)
    required_unless: list[Condition] = Field(default_factory=list)
    asked_if: list[Condition] = Field(default_factory=list)
    asked_unless: list[Condition] = Field(default_factory=list)
    fresh_unless: list[Condition] = Field(default_factory=list)
    none_word: str = ""
    last_from: Key | None = None
    not_before: Key | None = None
    stands_as: str = ""
    date_optional: bool = False
    said_as: list[str] = Field(default_factory=list)
    prefill: bool = True
    unit: str = ""
    least: float | None = None
    most: float | None = None
    values: dict[str, int] = Field(default_factory=dict)
    alone: bool = False
    out_of: Key | None = None

    @property
    def choices(self) -> list[Option]:
        """The options, once rules.programmes.boards has put the boards in."""
        return [] if isinstance(self.options, str) else self.options

    @property
    def table_column(self) -> str:
        return self.column or self.key

    @property
    def kind(self) -> QuestionType:
        return QUESTION_TYPES[self.type](self)

    def option(self, key: str) -> Option | None:
        return next((option for option in self.choices if option.key == key), None)

    def option_or_key(self, key: str) -> Option | str:
        """The option with this key; the key in words where the form has no such option any more."""
        return self.option(key) or key.replace("_", " ")

    def ways_to_say(self) -> list[tuple[str, Option]]:
        """Every way of saying an option, longest first."""
        ways = [(words, option) for option in self.choices for words in (option.word, *option.said_as)]
        return sorted(ways, key=lambda way: -len(way[0]))


class Form(Spec):
    """The questions, in order. `status` names the question whose scale is an item's status.

    `examples` are answers in people's own words, which prompts and the help show.
    """

    status: Key
    progress: Key
    no_change_if: list[Condition]
    unchanged_warning: int = 3
    examples: list[str] = Field(default_factory=list)
    questions: list[Question]


class StepSpec(Spec):
    """One step of the chase policy. Exactly one of the three moments; `hour` is on the recipient's own clock."""

    key: Key
    to: Literal["lead", "manager", "director", "secretary"]
    at: Literal["opening", "half-way"] | None = None
    working_days_before_close: int | None = Field(default=None, ge=0)
    working_days_after_close: int | None = Field(default=None, ge=1)
    hour: time = time(9)

    @model_validator(mode="after")
    def _one_moment(self) -> StepSpec:
        given = [self.at, self.working_days_before_close, self.working_days_after_close]
        if sum(value is not None for value in given) != 1:
            raise ValueError("a step needs exactly one of at, working_days_before_close and working_days_after_close")
        return self


class ChasePolicy(Spec):
    """When people are asked and chased; how long late answers are taken; when the secretary hears who is missing.

    A digest is a draft to the secretary so many working hours (`draft_working_hours`) before its board is told.
    """

    steps: list[StepSpec]
    late_working_days: int = Field(ge=0)
    secretary_digests: list[StepSpec] = Field(default_factory=list)
    addendum_hour: time = time(16)
    draft_working_hours: int = Field(default=4, ge=0)


class Section(Spec):
    """One section of the digest, and the figures it shows; `show` names its kind in reports.digests.sections."""

    show: Key
    title: str
    figure: Key | None = None
    percent: Key | None = None
    previous: Key | None = None
    none: Key | None = None
    per_item: Key | None = None
    group: Key | None = None
    questions: list[Key] = Field(default_factory=list)
    note: str = ""


class Programme(Spec):
    """A programme; what its file says is checked when the file is read (rules.programmes.checks)."""

    key: Slug
    title: str
    item_word: str
    items_word: str
    ref_column: str = "ref"
    facts: dict[Key, Literal["text", "date"]] = Field(default_factory=dict)
    form: Form
    chase: ChasePolicy
    groups: dict[Key, list[Condition]] = Field(default_factory=dict)
    figures: dict[Key, Measure]
    digest: list[Section]

    def conditions(self) -> list[Condition]:
        """Every condition in the file."""
        found = [*self.form.no_change_if]
        for q in self.form.questions:
            found += [*q.required_if, *q.required_unless, *q.asked_if, *q.asked_unless, *q.fresh_unless]
        for group in self.groups.values():
            found += group
        return found

    def question(self, key: str) -> Question:
        """The question with this key. Raises KeyError."""
        for question in self.form.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    def fact(self, name: str) -> Question:
        """The fact with this name, as the question that the register's column answers. Raises KeyError."""
        return Question(key=name, label=name, ask=name, type=self.facts[name])

    @property
    def status(self) -> Question:
        return self.question(self.form.status)

    @property
    def examples(self) -> list[str]:
        """Answers in people's own words; where the file has none, how its first status is said."""
        first = self.status.choices[0]
        return self.form.examples or [*first.said_as, first.word][:1]

    @property
    def no_change_statuses(self) -> list[str]:
        """The words of the statuses at which 'No change' is enough."""
        keys = [
            key
            for condition in self.form.no_change_if
            if condition.question == self.form.status
            for key in condition.is_
        ]
        return [option.word for option in self.status.choices if option.key in keys]
