"""Computes when a window opens, closes and locks."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import WorkingTime, at


def opens_on(day: date, time: WorkingTime) -> datetime:
    """Return the start of working hours on the first working day from `day` on."""
    return at(time.working_day_on_or_after(day), time.starts, time.zone)


def closes_on(day: date, time: WorkingTime) -> datetime:
    """Return the end of working hours on `day`, even if that is no working day, because people were told this day."""
    return at(day, time.ends, time.zone)


def locks_after(closes_at: datetime, working_days: int, time: WorkingTime) -> datetime:
    """Return the end of hours `working_days` after the close; with 0, the close itself."""
    if working_days == 0:
        return closes_at
    closing_day = closes_at.astimezone(ZoneInfo(time.zone)).date()
    return at(time.after(closing_day, working_days), time.ends, time.zone)


def extended(closes_at: datetime, working_days: int, time: WorkingTime) -> datetime:
    """Return the same local time, `working_days` later."""
    there = closes_at.astimezone(ZoneInfo(time.zone))
    return at(time.after(there.date(), working_days), there.time(), time.zone)
