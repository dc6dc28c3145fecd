"""Computes the times that a person may choose to be asked again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, local_day

LATER = timedelta(hours=3)


def later_today(time: WorkingTime, now: datetime) -> datetime | None:
    """Return the first full hour at least three hours from now; None where that is not in today's working hours.

    `time` is the person's own working time.
    """
    there = ZoneInfo(time.zone)
    then = (now + LATER).astimezone(there)
    if (then.minute, then.second, then.microsecond) != (0, 0, 0):
        then = (now + LATER + timedelta(hours=1)).astimezone(there).replace(minute=0, second=0, microsecond=0)
    same_day = then.date() == now.astimezone(there).date()
    return then if same_day and time.in_hours(then) else None


def next_morning(time: WorkingTime, now: datetime) -> datetime:
    """Return the start of the person's next working day after today; `time` is their own working time."""
    return time.start_of(time.working_day_on_or_after(local_day(now, time.zone) + DAY))
