"""Deadline rules as data: each counts from a meeting or from another deadline (docs/deadlines.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError, field_validator, model_validator

from remembrancer.rules.calendar import day_counting
from remembrancer.rules.calendar.day_counting import MOST, Counting, Roll
from remembrancer.rules.checked_model import Key, Spec

Law = Literal["england", "wales", "scotland", "northern-ireland"]
Unit = Literal["working_days", "clear_working_days", "clear_days", "calendar_days", "weeks", "weekday"]
Direction = Literal["before", "after"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MEETING, PUBLICATION = "meeting", "decision_publication"
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
ROUTES = ("general_exception", "special_urgency")
"""Kinds that are no deadlines but routes to a key decision whose notice came too late (`key_decisions.py`)."""
COUNTS: Mapping[tuple[Unit, Direction], Counting] = {
    ("working_days", "before"): day_counting.working_days_before,
    ("working_days", "after"): day_counting.working_days_after,
    ("clear_working_days", "before"): day_counting.latest_publication,
    ("clear_working_days", "after"): day_counting.earliest_meeting,
    ("clear_days", "before"): day_counting.latest_notice,
    ("clear_days", "after"): day_counting.earliest_decision,
    ("calendar_days", "before"): day_counting.days_before,
    ("calendar_days", "after"): day_counting.days_after,
    ("weeks", "before"): day_counting.weeks_before,
    ("weeks", "after"): day_counting.weeks_after,
}


class DeadlineRule(Spec):
    """One deadline rule; `from` is 'meeting', 'decision_publication' or the key of another rule.

    `kind` is the purpose of the deadline. `at` is a local time, by default the end of working hours. `whom` are the
    people who are told or must agree, each where the one before cannot act. A rule that is not `used` gives no
    deadline, but others may count from it.
    """

    key: Key
    name: str
    kind: Key
    count: int = Field(ge=0, le=MOST)
    unit: Unit
    weekday: Weekday | None = None
    month: Literal["same", "before"] = "same"
    direction: Direction = "before"
    from_: Key = Field(default=MEETING, alias="from")
    roll: Roll = "none"
    at: time | None = None
    applies_to: Literal["all", "key_decisions", "private_items"] = "all"
    whom: list[str] = Field(default_factory=list)
    used: bool = True
    basis: str

    @field_validator("at", mode="before")
    @classmethod
    def _in_quotes(cls, given: object) -> object:
        """Refuse a time without quotes: YAML reads 16:00 as the number 960, and pydantic that as 00:16."""
        if isinstance(given, int):
            raise ValueError('write the time in quotes, as "16:00"')
        return given

    @model_validator(mode="after")
    def _makes_sense(self) -> DeadlineRule:
        found = list(_faults(self))
        if found:
            raise ValueError("; ".join(found))
        return self

    @property
    def counts(self) -> Counting:
        if self.unit == "weekday" and self.weekday is not None:
            return day_counting.weekday_of_month(WEEKDAYS.index(self.weekday), 1 if self.month == "before" else 0)
        return COUNTS[self.unit, self.direction]


def _faults(rule: DeadlineRule) -> Iterator[str]:
    if rule.key in (MEETING, PUBLICATION):
        yield f"{rule.key} is what deadlines count from, so none can be called that"
    if (rule.unit == "weekday") != (rule.weekday is not None):
        yield "give a weekday where the unit is weekday, and nowhere else"
    if rule.unit == "weekday" and (rule.direction == "after" or not 1 <= rule.count <= 4):
        yield "a weekday of the month is counted from 1 to 4, and comes before"
    too_few = (rule.direction, rule.roll) in (("before", "later"), ("after", "earlier"))
    if rule.unit in ("clear_days", "clear_working_days") and too_few:
        yield f"clear days {rule.direction} are never rolled {rule.roll}: there would be too few"
    if rule.kind in ("key_decision_notice", *ROUTES) and (rule.unit == "weekday" or rule.direction == "after"):
        yield f"a {rule.kind} is so many days before"


class Jurisdiction(Spec):
    """A file of jurisdictions/: the deadline rules that law or custom gives every board there."""

    key: Law
    name: str
    rules: list[DeadlineRule]

    @model_validator(mode="after")
    def _is_consistent(self) -> Jurisdiction:
        found = rule_faults(self.rules)
        if found:
            raise ValueError("; ".join(found))
        return self


def rule_faults(rules: Sequence[DeadlineRule]) -> list[str]:
    """Return the faults of the rules taken together, such as 'the deadlines a, b count from one another'."""
    by_key = {rule.key: rule for rule in rules}
    keys = [rule.key for rule in rules]
    known = (MEETING, PUBLICATION, *keys)
    circles = {tuple(sorted(circle)) for rule in rules if (circle := _circle(rule, by_key))}
    return [
        *(f"two deadlines are called {key}" for key in sorted({key for key in keys if keys.count(key) > 1})),
        *(
            f"the deadline {rule.key} counts from {rule.from_}, which is none of {', '.join(known)}"
            for rule in rules
            if rule.from_ not in known
        ),
        *(
            f"the deadlines {', '.join(circle)} count from one another; let one of them count from the meeting"
            if len(circle) > 1
            else f"the deadline {circle[0]} counts from itself; let it count from the meeting"
            for circle in sorted(circles)
        ),
    ]


def _circle(rule: DeadlineRule, rules: Mapping[str, DeadlineRule]) -> list[str]:
    """Return the keys of the circle that the chain from a rule runs into; empty where the chain ends."""
    chain = [rule.key]
    while (following := rules.get(rule.from_)) is not None:
        if following.key in chain:
            return chain[chain.index(following.key) :]
        chain.append(following.key)
        rule = following
    return []


def override_rules(rules: Sequence[DeadlineRule], changes: Mapping[str, Mapping[str, Any]]) -> list[DeadlineRule]:
    """Apply a board's changes to the rules: values of a known key override the rule, and a new key adds a rule.

    Raises ValueError with every fault.
    """
    faults: list[str] = []
    made: dict[str, DeadlineRule] = {rule.key: rule for rule in rules}
    for key, values in changes.items():
        shipped = made[key].model_dump(by_alias=True) if key in made else {}
        try:
            made[key] = DeadlineRule.model_validate({**shipped, **values, "key": key})
        except ValidationError as error:
            for each in error.errors():
                place = ".".join((key, *(str(part) for part in each["loc"])))
                faults.append(f"{place}: {each['msg'].removeprefix('Value error, ').rstrip('.')}")
    faults = faults or rule_faults(list(made.values()))
    if faults:
        raise ValueError("; ".join(faults))
    return list(made.values())
