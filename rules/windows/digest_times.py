"""Computes when digests are drafted and posted; the secretary has some working hours to review each draft."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, at

GRACE = timedelta(minutes=30)
"""A draft that is written late by no more than this still posts on time."""


def drafts_at(due: datetime, hours: int, working: WorkingTime) -> datetime:
    """Return when the draft of a digest due at `due` goes to the secretary, `hours` working hours before."""
    return working.hours_before(due, hours)


def posts_at(due: datetime, drafted_at: datetime, hours: int, working: WorkingTime) -> datetime:
    """Return when a digest posts unless it is held: normally when it is due.

    Where its draft was late, after an outage or because a window was closed by hand, the secretary gets `hours` working
    hours from then.
    """
    if drafted_at <= drafts_at(due, hours, working) + GRACE:
        return due
    return working.hours_after(working.next_in_hours(drafted_at), hours)


def addendum_due(now: datetime, hour: time, hours: int, taken: Collection[date], working: WorkingTime) -> datetime:
    """Return when an addendum drafted now is due: at `hour` on the first possible working day that is not `taken`."""
    earliest = working.hours_after(working.next_in_hours(now), hours)
    day = working.working_day_on_or_after(earliest.astimezone(ZoneInfo(working.zone)).date())
    while day in taken or at(day, hour, working.zone) < earliest:
        day = working.working_day_on_or_after(day + DAY)
    return at(day, hour, working.zone)
