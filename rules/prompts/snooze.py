"""When somebody may be asked again who was asked at a bad moment."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, at

LATER = timedelta(hours=3)


def later_today(time: WorkingTime, now: datetime, zone: str) -> datetime | None:
    """Three hours from now, on the full hour from then on; None where that is not in today's working hours."""
    there = ZoneInfo(zone)
    then = (now + LATER).astimezone(there)
    if (then.minute, then.second, then.microsecond) != (0, 0, 0):
        then = (now + LATER + timedelta(hours=1)).astimezone(there).replace(minute=0, second=0, microsecond=0)
    same_day = then.date() == now.astimezone(there).date()
    return then if same_day and time.in_hours(then, zone) else None


def next_morning(time: WorkingTime, now: datetime, zone: str) -> datetime:
    """The start of the next working day after today, by the clock of `zone`."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + DAY
    return at(time.working_day_on_or_after(tomorrow), time.starts, zone)
