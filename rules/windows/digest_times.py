"""When a board is told: its secretary looks first, for so many working hours."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, at

GRACE = timedelta(minutes=30)
"""A draft that is written this much late, as a busy service may, still posts on time."""


def drafts_at(due: datetime, hours: int, working: WorkingTime) -> datetime:
    """When the draft of a digest that is due then goes to the secretary."""
    return working.hours_before(due, hours)


def posts_at(due: datetime, drafted_at: datetime, hours: int, working: WorkingTime) -> datetime:
    """When a digest posts unless it is held: when it is due.

    Where its draft was late, by an outage or because a window was closed by hand, the secretary has so many working
    hours from then.
    """
    if drafted_at <= drafts_at(due, hours, working) + GRACE:
        return due
    return working.hours_after(working.next_in_hours(drafted_at, working.zone), hours)


def addendum_due(now: datetime, hour: time, hours: int, taken: Collection[date], working: WorkingTime) -> datetime:
    """When an addendum that is drafted now is due: at the policy's hour, on a working day that has none yet."""
    earliest = working.hours_after(working.next_in_hours(now, working.zone), hours)
    day = working.working_day_on_or_after(earliest.astimezone(ZoneInfo(working.zone)).date())
    while day in taken or at(day, hour, working.zone) < earliest:
        day = working.working_day_on_or_after(day + DAY)
    return at(day, hour, working.zone)
