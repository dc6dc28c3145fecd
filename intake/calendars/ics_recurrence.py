"""Works out when an event takes place, from all that a file says of one UID: its editions, changes and repetitions.

The recurring-ical-events package follows rules and applies changes, exceptions and THISANDFUTURE. It is given the wall
clock's times in the series' own zone, so that a meeting at ten stays at ten when the clocks change (RFC 5545, 3.8.5.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import prod
from typing import Any

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr
from icalendar.prop import vDDDTypes, vRecur

from remembrancer.intake.calendars.ics_event import Edition, EventError, Moment, values_of
from remembrancer.intake.calendars.ics_parser import DATES, UNREADABLE

BACK = timedelta(days=366)
AHEAD = timedelta(days=3 * 366)
FOUR_YEARS = timedelta(days=4 * 365)
MOST_OCCURRENCES = 5_000
"""Of one event within the horizon. A daily meeting makes 1,461 in four years."""
MOST_TIMES_A_DAY = 24
LATER = 7_600
"""Years: nineteen times four hundred, after which the calendar is day for day the same."""
_NUMBER = "X-NUMBER"
_OF_THE_WHOLE = ("RRULE", "RDATE", "EXDATE")


@dataclass(frozen=True)
class Horizon:
    """Dates of a series are wanted from `start` to `end` (aware moments); single events are, whenever they are."""

    start: datetime
    end: datetime


def horizon_at(now: datetime) -> Horizon:
    """Goes a year back, for each board's last meetings, and three ahead, as far as councils set their calendars."""
    return Horizon(now - BACK, now + AHEAD)


@dataclass(frozen=True)
class Occurrence:
    """An event takes place once; `uid` stays the same when it moves, and `edition` is what says so in the file."""

    edition: Edition
    uid: str
    start: Moment
    end: Moment


def occurrences(editions: Sequence[Edition], horizon: Horizon | None) -> list[Occurrence]:
    """Returns when the event takes place that these editions of one UID describe.

    Without a horizon, a series is followed for four years from its first date. Raises EventError.
    """
    newest = _newest(editions)
    if all(each.recurrence is None and not each.repeats for each in newest):
        return [Occurrence(each, each.uid, each.start, _end(each)) for each in newest if each.start is not None]
    return _Series(newest, horizon).occurrences()


def _newest(editions: Sequence[Edition]) -> list[Edition]:
    """Keeps of each recurrence the newest edition: by SEQUENCE, by its stamp, then the later one (RFC 5546, 2.1.5).

    What is cancelled keeps the dates that it had; and whoever cancels the whole cancels what was changed before.
    """
    zone = next((each.zone for each in editions if each.recurrence is None), editions[0].zone)
    of_each: dict[datetime | None, list[Edition]] = {}
    for each in editions:
        key = None if each.recurrence is None else _plain(each.recurrence, zone)
        of_each.setdefault(key, []).append(each)
    found = {}
    for key, these in of_each.items():
        ordered = sorted(these, key=lambda each: (each.sequence, each.stamp))
        newest = ordered[-1]
        dated = [each for each in ordered if each.start is not None and not each.cancelled]
        if newest.cancelled and dated:
            newest = replace(dated[-1], cancelled=True, sequence=newest.sequence)
        found[key] = newest
    whole = found.get(None)
    if whole is not None and whole.cancelled:
        for key, each in found.items():
            if each.sequence <= whole.sequence:
                found[key] = replace(each, cancelled=True)
    return [each for each in found.values() if each.start is not None]


def _end(edition: Edition) -> Moment:
    """Returns the end, or the beginning where the end lies before it, which only a window minds."""
    start, end = edition.start, edition.end
    assert start is not None
    if end is None or isinstance(start, datetime) != isinstance(end, datetime) or end < start:
        return start
    return end


class _Series:
    """Unfolds a series by the clock of its zone with the recurring-ical-events package."""

    def __init__(self, editions: Sequence[Edition], horizon: Horizon | None) -> None:
        self._whole = next((each for each in editions if each.recurrence is None), editions[0])
        self._editions, self._zone = editions, self._whole.zone
        self._all_day = not isinstance(self._whole.start, datetime)
        first = min(_plain(each.start, self._zone) for each in editions)
        four_years = first - timedelta(days=1), first + FOUR_YEARS
        span = (horizon.start, horizon.end) if horizon else four_years
        self._span = _plain(span[0], self._zone), _plain(span[1], self._zone)

    def occurrences(self) -> list[Occurrence]:
        calendar = icalendar.Calendar()
        try:
            for number, edition in enumerate(self._editions):
                calendar.add_component(self._localised(number, edition))
            found = recurring_ical_events.of(calendar).between(*self._span)
        except UNREADABLE as error:  # one series that is odd must not end the file
            raise EventError("bad_rule", "RRULE", error=" ".join(str(error).split())[:80]) from error
        if len(found) > MOST_OCCURRENCES:
            raise EventError("repeats_too_often", None, most=MOST_OCCURRENCES)
        return [self._occurrence(each) for each in found]

    def _localised(self, number: int, edition: Edition) -> Any:
        """Sets an event's dates by the clock of the series, and numbers it to know it by."""
        component = edition.component
        component[_NUMBER] = number
        for name in DATES:
            for each in (each for value in values_of(component, name) for each in value.dts):
                each.dt = self._local(each.dt)
        start = component["DTSTART"].dt
        lasts = _plain(_end(edition), self._zone) - _plain(edition.start, self._zone)
        component["DTEND"] = vDDDTypes(start + (timedelta(days=lasts.days) if self._all_day else lasts))
        rules = [self._rule(rule) for rule in values_of(component, "RRULE")]
        component["RRULE"] = [rule for rule in rules if _comes_true(rule, start)]
        for name in _OF_THE_WHOLE if edition.recurrence else ():
            component.pop(name, None)
        return component

    def _rule(self, rule: vRecur) -> vRecur:
        """Sets a rule's UNTIL by the series' clock: a day counts whole, and a moment among days counts as its day."""
        plain = {name: values for name, values in rule.items() if not name.startswith("X-")}
        if "UNTIL" in plain:
            [until] = plain["UNTIL"]
            if not isinstance(until, date):
                raise EventError("bad_rule", "RRULE", error="UNTIL")
            if self._all_day or not isinstance(until, datetime):
                until = datetime.combine(until, time.max)
            plain["UNTIL"] = [_plain(until, self._zone)]
        return vRecur(plain)

    def _local(self, moment: Any) -> Any:
        """Returns a day in a series of days, else a wall-clock time; a day among moments is at the series' hour."""
        if isinstance(moment, tuple):
            return self._local(moment[0]) if self._all_day else tuple(map(self._local, moment))
        if isinstance(moment, timedelta):
            return moment
        if self._all_day:
            return _plain(moment, self._zone).date()
        if isinstance(moment, datetime):
            return _plain(moment, self._zone)
        return datetime.combine(moment, _plain(self._whole.start, self._zone).time())

    def _occurrence(self, made: Any) -> Occurrence:
        edition = self._editions[made[_NUMBER]]
        start, end, original = (made[name].dt for name in ("DTSTART", "DTEND", "RECURRENCE-ID"))
        if edition.and_future:
            original = start - (self._local(edition.start) - self._local(edition.recurrence))
        # A recurrence is named for ever by its original start, as RECURRENCE-ID would have it.
        back = self._back(original)
        name = f"{back:%Y%m%dT%H%M%SZ}" if isinstance(back, datetime) else f"{back:%Y%m%d}"
        return Occurrence(edition, f"{edition.uid}/{name}", self._back(start), self._back(end))

    def _back(self, local: Moment) -> Moment:
        return local.replace(tzinfo=self._zone).astimezone(UTC) if isinstance(local, datetime) else local


def _comes_true(rule: vRecur, start: Moment) -> bool:
    """Says whether the rule gives any date; raises EventError where it says nothing that can be followed.

    dateutil would look for 30 February until the year 9999, so it is asked from a start that is not far from there.
    """
    times_a_day = prod(len(rule.get(name, [1])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if rule.get("FREQ") in (["HOURLY"], ["MINUTELY"], ["SECONDLY"]) or times_a_day > MOST_TIMES_A_DAY:
        raise EventError("repeats_within_days", "RRULE")
    wrong = [name for name in ("INTERVAL", "COUNT") if any(number < 1 for number in rule.get(name, ()))]
    if wrong or "FREQ" not in rule:
        raise EventError("bad_rule", "RRULE", error=", ".join(wrong) or "no FREQ")
    text = vRecur({name: values for name, values in rule.items() if name != "UNTIL"}).to_ical().decode()
    first = _plain(start, UTC)
    return next(iter(rrulestr(text, dtstart=first.replace(year=first.year + LATER))), None) is not None


def _plain(moment: Moment | None, zone: tzinfo) -> datetime:
    """Returns a wall-clock time in the zone; of a day, its midnight."""
    assert moment is not None
    if isinstance(moment, datetime):
        return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
    return datetime.combine(moment, time())
