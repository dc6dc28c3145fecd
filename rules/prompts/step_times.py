"""Computes when each step of a chase policy is due and expires."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import WorkingTime, at
from remembrancer.rules.programmes.spec import StepSpec


def expires(step: StepSpec, closes_at: datetime, late_until: datetime) -> datetime:
    """Return when a step expires: at the lock if it is counted from after the close, else at the close."""
    return late_until if step.working_days_after_close is not None else closes_at


BESIDE_THE_POLICY = ("snoozed", "returned", "chased", "requested")
"""Kinds of steps that are no part of a policy; their keys end with a time or a number, as in 'returned_2'."""


def kind_of(step: str) -> str:
    """Return the kind of a step: 'returned' for 'returned_2', and the whole key for a step of a policy."""
    kind = step.partition("_")[0]
    return kind if kind != step and kind in BESIDE_THE_POLICY else step


class StepTime(NamedTuple):
    """When a step is due: `wanted_at` if the person worked at any time, and `due_at` within their working hours."""

    wanted_at: datetime
    due_at: datetime


@lru_cache(maxsize=100_000)
def step_time(
    step: StepSpec,
    time: WorkingTime,
    own: WorkingTime,
    opens_at: datetime,
    closes_at: datetime,
    late_until: datetime,
) -> StepTime:
    """Return when the step is due for a person whose working time is `own`; `time` is the organisation's.

    Days are counted by the organisation's. A step at the beginning of its hours, or before, comes at the person's own
    first hour.
    """
    hour = step.hour if step.hour > time.starts else min(step.hour, own.starts)
    wanted = opens_at if step.at == "opening" else at(_day(step, time, opens_at, closes_at), hour, own.zone)
    earliest = closes_at if step.working_days_after_close is not None else opens_at
    return StepTime(wanted, own.fit(wanted, earliest, expires(step, closes_at, late_until)))


def _day(step: StepSpec, time: WorkingTime, opens_at: datetime, closes_at: datetime) -> date:
    here = ZoneInfo(time.zone)
    closing_day = closes_at.astimezone(here).date()
    if step.working_days_before_close is not None:
        return time.before(closing_day, step.working_days_before_close)
    if step.working_days_after_close is not None:
        return time.after(closing_day, step.working_days_after_close)
    opening_day = opens_at.astimezone(here).date()
    days = time.between(opening_day, closing_day) or [opening_day]
    return days[len(days) // 2]
