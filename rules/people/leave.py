"""Rules for leave: when a person is back, who is asked meanwhile, and whether a delegate is away too."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from remembrancer.models import Absence, Person
from remembrancer.rules.calendar.working_time import DAY, WorkingTime, local_day
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients


def back_on(time: WorkingTime, absences: Sequence[Absence], last_day: date) -> date:
    """Return the first working day after a leave on which the person is not away again.

    Here and below, `time` is the person's own working time.
    """
    day = time.working_day_on_or_after(last_day + DAY)
    while any(absence.first_day <= day <= absence.last_day for absence in absences):
        day = time.working_day_on_or_after(day + DAY)
    return day


def stretch(time: WorkingTime, absences: Sequence[Absence], absence: Absence) -> list[Absence]:
    """Return a leave and those that adjoin it without a working day between, in order."""
    ordered = sorted(absences, key=lambda each: each.first_day)
    found = [absence]
    for other in ordered:
        if other.first_day > found[-1].first_day and _follows(time, found[-1], other):
            found.append(other)
    for other in reversed(ordered):
        if other.first_day < found[0].first_day and _follows(time, other, found[0]):
            found.insert(0, other)
    return found


def _follows(time: WorkingTime, before: Absence, after: Absence) -> bool:
    return after.first_day <= time.working_day_on_or_after(before.last_day + DAY)


def is_away_throughout(time: WorkingTime, absences: Sequence[Absence], first_day: date, last_day: date) -> bool:
    """Tell whether a person is away on every working day of a period, or on every day if none is a working day."""
    days = time.between(first_day, last_day) or [
        first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)
    ]
    return all(any(absence.first_day <= day <= absence.last_day for absence in absences) for day in days)


def now_or_next(facts: Facts, person: Person, now: datetime) -> Absence | None:
    """Return the person's current leave, or else the next one; None without any."""
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    coming = [absence for absence in facts.absences.get(stored_id(person.id), ()) if absence.last_day >= today]
    return min(coming, key=lambda absence: absence.first_day, default=None)


def reached_from(time: WorkingTime, absences: Sequence[Absence], now: datetime) -> datetime:
    """Return the first moment from now on at which the person is at work and within working hours."""
    moment = time.next_in_hours(now)
    day = local_day(moment, time.zone)
    away = [absence.last_day for absence in absences if absence.first_day <= day <= absence.last_day]
    return time.start_of(back_on(time, absences, max(away))) if away else moment


def asked_above(facts: Facts, person: Person, now: datetime) -> recipients.Asked | None:
    """Return who is asked while a person without a delegate is away: another holder of their post, or of one above it.

    Returns None where nobody there is at work, or the person leads nothing.
    """
    for post_id in posts_leading(facts, person, now):
        for above in recipients.upwards(facts, post_id):
            asked = recipients.at_work(facts, above, now)
            if asked is not None and asked[0].id != person.id:
                return asked if above == post_id else (asked[0], recipients.Reason.ABOVE)
    return None


def posts_leading(facts: Facts, person: Person, now: datetime) -> list[int]:
    """Return the posts (ids) that the person holds and that lead an active item."""
    leading = dict.fromkeys(item.lead_post_id for item in facts.items.values() if item.active)
    return [post for post in leading if any(held.id == person.id for held in recipients.holders(facts, post, now))]
