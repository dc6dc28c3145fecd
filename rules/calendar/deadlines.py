"""Computes the deadlines of a meeting from the deadline rules; deadlines are never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.day_counting import Counted
from remembrancer.rules.calendar.deadline_rules import MEETING, PUBLICATION, ROUTES, DeadlineRule
from remembrancer.rules.calendar.working_time import WorkingTime, at


@dataclass(frozen=True)
class Deadline:
    """One deadline of a meeting; `due_at` is UTC, and `counted` explains the day."""

    key: str
    name: str
    kind: str
    due_at: datetime
    counted: Counted
    basis: str


def deadlines(
    rules: Sequence[DeadlineRule],
    meeting: date | datetime,
    working_time: WorkingTime,
    announced_until: date,
    key_decision: bool = False,
    private: bool = False,
    published: date | None = None,
) -> list[Deadline]:
    """Return the deadlines for an item at a meeting, the earliest first.

    A `meeting` with a time is aware, and no deadline before it is later than its start. Deadlines that count from the
    publication of the decision are included once that day is known (`published`). Raises CannotCountError.
    """
    days = {MEETING: day_of(meeting, working_time)} | ({PUBLICATION: published} if published else {})
    applies = {"all": True, "key_decisions": key_decision, "private_items": private}
    by_key = {rule.key: rule for rule in rules}
    found = [
        Deadline(rule.key, rule.name, rule.kind, _due_at(rule, counted, meeting, working_time), counted, rule.basis)
        for rule in rules
        if rule.used and rule.kind not in ROUTES and applies[rule.applies_to]
        if (counted := _counted(rule, by_key, days, working_time, announced_until))
    ]
    return sorted(found, key=lambda deadline: deadline.due_at)


def _counted(
    rule: DeadlineRule,
    rules: Mapping[str, DeadlineRule],
    days: Mapping[str, date],
    working_time: WorkingTime,
    announced_until: date,
) -> Counted | None:
    """Count along the rule's chain, provisional where a link is; None where the chain's first day is not known."""
    start, provisional = days.get(rule.from_), False
    if rule.from_ in rules:
        before = _counted(rules[rule.from_], rules, days, working_time, announced_until)
        start, provisional = (before.date, before.provisional) if before else (None, False)
    if start is None:
        return None
    found = rule.counts(start, rule.count, working_time, announced_until, rule.roll)
    return replace(found, provisional=found.provisional or provisional)


def day_of(meeting: date | datetime, working_time: WorkingTime) -> date:
    """Return the day of a meeting in the organisation's time zone."""
    return meeting.astimezone(ZoneInfo(working_time.zone)).date() if isinstance(meeting, datetime) else meeting


def _due_at(rule: DeadlineRule, counted: Counted, meeting: date | datetime, working_time: WorkingTime) -> datetime:
    due = at(counted.date, rule.at or working_time.ends, working_time.zone)
    on_the_day = rule.direction == "before" and counted.date == day_of(meeting, working_time)
    return min(due, meeting.astimezone(UTC)) if on_the_day and isinstance(meeting, datetime) else due
