"""Events that repeat, change and are cancelled: of all that a file says of one event, when it takes place.

The recurring-ical-events package applies changes, exceptions and THISANDFUTURE. It works on wall-clock times of the
series' own zone, so that a meeting at ten stays at ten when the clocks change (RFC 5545, 3.8.5.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vRecur

from remembrancer.intake.calendars.ics_event import Component, Moment
from remembrancer.intake.calendars.ics_rules import MOST_OCCURRENCES, Budget, RuleError, dates_of

BACK = timedelta(days=366)
AHEAD = timedelta(days=3 * 366)
FOUR_YEARS = timedelta(days=4 * 365)
MOST_CHANGES = 1_000
"""Changed dates of one series."""
MOST_FUTURES = 50
"""Changes of one series from a date on. Each is looked at for every date of the series."""


@dataclass(frozen=True)
class Horizon:
    """From when to when the dates of a series are wanted; aware moments. What does not repeat has no horizon."""

    start: datetime
    end: datetime


def horizon_at(now: datetime) -> Horizon:
    """A year back, for the last meetings of each board; three years ahead, as far as councils set their calendars."""
    return Horizon(now - BACK, now + AHEAD)


@dataclass(frozen=True)
class Occurrence:
    """One time that an event takes place. `uid` stays the same when it moves; `part` is what says so in the file."""

    part: Component
    uid: str
    start: Moment
    end: Moment
    cancelled: bool


def occurrences(parts: Sequence[Component], horizon: Horizon | None, budget: Budget) -> list[Occurrence]:
    """When the event takes place that these components of one UID describe.

    Without a horizon, a series is followed for four years from its first date. Raises RuleError.
    """
    newest = _newest(parts)
    if not newest:
        return []
    if all(part.recurrence is None and not part.repeats for part in newest):
        found = [_once(part) for part in newest]
    else:
        found = _repeated(newest, horizon or _from_its_first_date(newest), budget)
    budget.spend(events=len(found))
    return found


def _newest(parts: Sequence[Component]) -> list[Component]:
    """Of each recurrence the newest component: by SEQUENCE, by its stamp, then the later one (RFC 5546, 2.1.5).

    What is cancelled keeps the dates that it had; and whoever cancels the whole cancels what was changed before.
    """
    zone = next((part.zone for part in parts if part.recurrence is None), parts[0].zone)
    by_recurrence: dict[datetime | None, list[Component]] = {}
    for part in parts:
        key = None if part.recurrence is None else _plain(part.recurrence, zone)
        by_recurrence.setdefault(key, []).append(part)
    found = {key: _winner(each) for key, each in by_recurrence.items()}
    whole = found.get(None)
    if whole is not None and whole.cancelled:
        found = {key: _cancelled_by(part, whole) for key, part in found.items()}
    return [part for part in found.values() if part.start is not None]


def _winner(parts: Sequence[Component]) -> Component:
    ordered = sorted(parts, key=lambda part: (part.sequence, part.stamp))
    newest = ordered[-1]
    dated = [part for part in ordered if part.start is not None and not part.cancelled]
    if not newest.cancelled or not dated:
        return newest
    return replace(dated[-1], cancelled=True, sequence=newest.sequence)


def _cancelled_by(part: Component, whole: Component) -> Component:
    return replace(part, cancelled=True) if part.sequence <= whole.sequence else part


def _once(part: Component) -> Occurrence:
    assert part.start is not None
    return Occurrence(part, part.header.uid, part.start, _or_start(part), part.cancelled)


def _or_start(part: Component) -> Moment:
    """The end; the beginning where the end lies before it, which only a window minds."""
    start, end = part.start, part.end
    assert start is not None
    if end is None or isinstance(start, datetime) != isinstance(end, datetime) or end < start:
        return start
    return end


def _from_its_first_date(parts: Sequence[Component]) -> Horizon:
    first = min(_aware(part.start, part.zone) for part in parts if part.start is not None)
    return Horizon(first - timedelta(days=1), first + FOUR_YEARS)


def _repeated(parts: Sequence[Component], horizon: Horizon, budget: Budget) -> list[Occurrence]:
    series = _Series(parts, horizon, budget)
    return [series.occurrence(event) for event in series.events()]


class _Series:
    """A series by the clock of its zone, as the recurring-ical-events package takes it."""

    def __init__(self, parts: Sequence[Component], horizon: Horizon, budget: Budget) -> None:
        if len(parts) > MOST_CHANGES or sum(part.and_future for part in parts) > MOST_FUTURES:
            raise RuleError("changed_too_often", most=MOST_CHANGES, futures=MOST_FUTURES)
        self.whole = next((part for part in parts if part.recurrence is None), parts[0])
        self.zone, self.parts, self.budget = self.whole.zone, parts, budget
        self.span = _plain(horizon.start, self.zone), _plain(horizon.end, self.zone)
        self.all_day = not isinstance(self.whole.start, datetime)

    def events(self) -> Iterable[Event]:
        calendar = Calendar()
        for number, part in enumerate(self.parts):
            calendar.add_component(self._event(number, part))
        try:
            found: list[Event] = recurring_ical_events.of(calendar).between(*self.span)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError) as error:
            # The package says what it cannot follow in many ways; one series that is odd must not end the file.
            raise RuleError("bad_rule", error=" ".join(str(error).split())[:80]) from error
        return found

    def _event(self, number: int, part: Component) -> Event:
        event = Event({"UID": "series", "X-PART": number, "SEQUENCE": part.sequence})
        start = self._plain(part.start)
        event["DTSTART"] = vDDDTypes(start)
        event["DTEND"] = vDDDTypes(start + self._lasts(part))
        if part.recurrence is not None:
            event["RECURRENCE-ID"] = vDDDTypes(self._plain(part.recurrence))
            if part.and_future:
                event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
            return event
        added = self._added(part)
        # Two lists, because a list of periods holds nothing else.
        event.add("RDATE", [begins for begins, lasts in added if lasts is None])
        event.add("RDATE", [(begins, lasts) for begins, lasts in added if lasts is not None])
        if part.exdates:
            event.add("EXDATE", [self._plain(moment) for moment in part.exdates])
        return event

    def _plain(self, moment: Moment | None) -> Moment:
        """A day of a series of days, else a wall-clock time; a day among moments is at the series' own hour."""
        assert moment is not None
        if self.all_day:
            return _plain(moment, self.zone).date() if isinstance(moment, datetime) else moment
        if isinstance(moment, datetime):
            return _plain(moment, self.zone)
        return datetime.combine(moment, _plain(self.whole.start, self.zone).time())

    def _lasts(self, part: Component) -> timedelta:
        lasts = _plain(_or_start(part), self.zone) - _plain(part.start, self.zone)
        return timedelta(days=lasts.days) if self.all_day else lasts

    def _added(self, part: Component) -> list[tuple[Moment, timedelta | None]]:
        """What the rules give within the horizon, and the dates that are added by themselves."""
        found: list[tuple[Moment, timedelta | None]] = []
        first = _plain(part.start, self.zone)
        for rule in part.rules:
            until = _until(rule, self.zone, self.all_day)
            for start in dates_of(rule, first, until, self.span, self.budget):
                found.append((start.date() if self.all_day else start, None))
        found += [(self._plain(begins), None if self.all_day else lasts) for begins, lasts in part.rdates]
        if len(found) > MOST_OCCURRENCES:
            raise RuleError("repeats_too_often", most=MOST_OCCURRENCES)
        return found

    def occurrence(self, event: Any) -> Occurrence:
        part = self.parts[event["X-PART"]]
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        original = event["RECURRENCE-ID"].dt
        if part.and_future:
            original = start - (self._plain(part.start) - self._plain(part.recurrence))
        uid = f"{part.header.uid}/{_name(original, self.zone)}"
        return Occurrence(part, uid, self._back(start), self._back(end), part.cancelled)

    def _back(self, plain: Moment) -> Moment:
        return plain.replace(tzinfo=self.zone).astimezone(UTC) if isinstance(plain, datetime) else plain


def _until(rule: vRecur, zone: tzinfo, all_day: bool) -> datetime | None:
    """UNTIL by the series' clock. A day counts whole; of a moment among days, the day that is written counts."""
    until = rule.get("UNTIL", [None])[0]
    if until is None:
        return None
    if not isinstance(until, date):
        raise RuleError("bad_rule", error="UNTIL")
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max)
    if all_day:
        return datetime.combine(until.date(), time.max)
    return _plain(until, zone) if until.tzinfo else until


def _plain(moment: Moment | None, zone: tzinfo) -> datetime:
    """A wall-clock time in the zone; of a day, its midnight."""
    assert moment is not None
    if isinstance(moment, datetime):
        return moment.astimezone(zone).replace(tzinfo=None)
    return datetime.combine(moment, time())


def _aware(moment: Moment, zone: tzinfo) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), zone)


def _name(original: Moment, zone: tzinfo) -> str:
    """What a recurrence is called for ever: its original start, as RECURRENCE-ID would have it."""
    if not isinstance(original, datetime):
        return f"{original:%Y%m%d}"
    return f"{original.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
