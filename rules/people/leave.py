"""Leave: when somebody is back, who is asked meanwhile, and whether a delegate is there at all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from remembrancer.models import Absence, Person
from remembrancer.rules.calendar.working_time import DAY, WorkingTime, at
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.people import recipients


def back_on(time: WorkingTime, absences: Sequence[Absence], last_day: date) -> date:
    """The first working day after a leave on which the person is not away again."""
    day = time.working_day_on_or_after(last_day + DAY)
    while any(absence.first_day <= day <= absence.last_day for absence in absences):
        day = time.working_day_on_or_after(day + DAY)
    return day


def stretch(time: WorkingTime, absences: Sequence[Absence], absence: Absence) -> list[Absence]:
    """The leave with what comes before and after it without a working day between, in order."""
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
    """Whether somebody is away on every working day of a leave; on every day of one that has no working day."""
    days = time.between(first_day, last_day) or [
        first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)
    ]
    return all(any(absence.first_day <= day <= absence.last_day for absence in absences) for day in days)


def now_or_next(facts: Facts, person: Person, now: datetime) -> Absence | None:
    """The leave that the person is on, or else the next."""
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    coming = [absence for absence in facts.absences.get(known(person.id), ()) if absence.last_day >= today]
    return min(coming, key=lambda absence: absence.first_day, default=None)


def reached_from(time: WorkingTime, person: Person, absences: Sequence[Absence], now: datetime) -> datetime:
    """When the person, whose leave this is, may first be told something that can wait: at work, in their hours."""
    moment = time.next_in_hours(now, person.time_zone)
    day = moment.astimezone(ZoneInfo(person.time_zone)).date()
    away = [absence.last_day for absence in absences if absence.first_day <= day <= absence.last_day]
    return at(back_on(time, absences, max(away)), time.starts, person.time_zone) if away else moment


def asked_above(facts: Facts, person: Person, now: datetime) -> recipients.Asked | None:
    """Who is asked while the person is away and nobody is named: somebody else in their post, or above it.

    None where nobody there is at work, or the person leads nothing.
    """
    for post_id in posts_leading(facts, person, now):
        for above in recipients.upwards(facts, post_id):
            asked = recipients.at_work(facts, above, now)
            if asked is not None and asked[0].id != person.id:
                return asked if above == post_id else (asked[0], recipients.Because.ABOVE)
    return None


def posts_leading(facts: Facts, person: Person, now: datetime) -> list[int]:
    """The posts that the person holds and that lead an item."""
    leading = dict.fromkeys(item.lead_post_id for item in facts.items.values() if item.active)
    return [post for post in leading if any(held.id == person.id for held in recipients.holders(facts, post, now))]
