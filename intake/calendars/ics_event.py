"""One event of an iCalendar file: what of it is asked for, as values. The icalendar package reads them (RFC 5545)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar.parser import Contentline
from icalendar.prop import vDDDLists, vDDDTypes, vDuration, vRecur

from remembrancer.intake.calendars.ics_header import Header, text_of
from remembrancer.intake.calendars.ics_lines import Block, Trouble
from remembrancer.intake.calendars.ics_time_zones import Zones

MONITORED_YEARS = (1970, 2199)
MOST_DATES = 5_000
"""Dates in all the RDATEs of an event, and in all its EXDATEs."""
_HOW: dict[str, Any] = {"DTSTART": vDDDTypes, "DTEND": vDDDTypes, "RECURRENCE-ID": vDDDTypes, "DURATION": vDuration}
_HOW |= {"RDATE": vDDDLists, "EXDATE": vDDDLists, "RRULE": vRecur}
_MANY = frozenset({"CATEGORIES", "RRULE", "RDATE", "EXDATE"})
_STAMP = re.compile(r"\d{8}T\d{6}Z?$")
Moment = date | datetime
"""A day, or a moment; moments are aware."""


@dataclass(frozen=True)
class _Value:
    """A property as the icalendar package reads it: its parameters, and what it gives for the value."""

    params: Mapping[str, Any]
    given: Any


Values = Mapping[str, Sequence[_Value]]
"""By name, each as often as it stands there."""


@dataclass(frozen=True)
class Component:
    """An event with its dates. `zone` is the clock by which it repeats; `recurrence` names the repetition it changes.

    `rdates` holds the dates that are added, each with how long it lasts where that is its own.
    """

    header: Header
    sequence: int
    stamp: str
    cancelled: bool
    place: str
    zone: tzinfo
    start: Moment | None
    end: Moment | None
    rules: tuple[vRecur, ...] = ()
    rdates: tuple[tuple[Moment, timedelta | None], ...] = ()
    exdates: tuple[Moment, ...] = ()
    recurrence: Moment | None = None
    and_future: bool = False

    @property
    def repeats(self) -> bool:
        return bool(self.rules or self.rdates)


@dataclass
class _Reading:
    """One event being read, with the troubles found so far."""

    header: Header
    zones: Zones
    here: ZoneInfo
    troubles: list[Trouble] = field(default_factory=list)

    def trouble(self, name: str, column: str, /, **values: object) -> None:
        trouble = Trouble(name, column, {"summary": self.header.summary[:80], **values})
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def text(self, name: str) -> str:
        line = next((line for line in self.header.block.lines if line.name == name), None)
        try:
            return text_of(line.text) if line else ""
        except ValueError:
            self.trouble("event_text", name, name=name)
            return ""

    def zone_of(self, value: _Value, name: str) -> tzinfo:
        tzid = value.params.get("TZID")
        if not isinstance(tzid, str):
            return self.here
        zone = self.zones.find(tzid)
        if zone is None:
            self.trouble("event_zone", name, zone=tzid[:80])
        return zone or self.here

    def moment(self, given: Any, zone: tzinfo, name: str) -> Moment | None:
        """A day or an aware moment, of the years that can be monitored."""
        if isinstance(given, datetime):
            given = given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=zone)
        if isinstance(given, date) and MONITORED_YEARS[0] <= given.year <= MONITORED_YEARS[1]:
            return given
        self.trouble("no_event_date", name, name=name)
        return None


def read_component(header: Header, zones: Zones, here: ZoneInfo) -> tuple[Component, list[Trouble]]:
    """The event's values, and what is wrong with them; with troubles, no value may be used."""
    reading = _Reading(header, zones, here, [*header.block.troubles])
    for name in sorted(header.damaged - {str(trouble.column) for trouble in header.block.troubles}):
        reading.trouble("event_text", name, name=name)
    _check_counts(reading)
    values = {} if reading.troubles else _parsed(reading)
    zone = next((reading.zone_of(value, "DTSTART") for value in values.get("DTSTART", ())), here)
    start = _single(reading, values, "DTSTART")
    component = Component(
        header=header,
        sequence=_sequence(reading),
        stamp=_stamp(header.block),
        cancelled=header.block.method == "CANCEL" or reading.text("STATUS").upper() == "CANCELLED",
        place=reading.text("LOCATION"),
        zone=start.tzinfo or zone if isinstance(start, datetime) else zone,
        start=start,
        end=_end(reading, values, start),
        rules=tuple(value.given for value in values.get("RRULE", ())),
        rdates=tuple(_rdates(reading, values)),
        exdates=tuple(_exdates(reading, values)),
        recurrence=_single(reading, values, "RECURRENCE-ID"),
        and_future=any(_is_future(value) for value in values.get("RECURRENCE-ID", ())),
    )
    _check_dates(reading, component)
    return component, reading.troubles


def _check_dates(reading: _Reading, component: Component) -> None:
    """A begin must be there, unless the event is only there to cancel another; begin and end are of one sort."""
    start, end = component.start, component.end
    if start is None and not reading.troubles and not component.cancelled:
        reading.trouble("no_event_date", "DTSTART", name="DTSTART")
    if start is not None and end is not None and isinstance(start, datetime) != isinstance(end, datetime):
        reading.trouble("mixed_dates", "DTEND")


def _check_counts(reading: _Reading) -> None:
    """What may stand once stands once, and lists are no longer than anybody's."""
    counts: dict[str, int] = {}
    for line in reading.header.block.lines:
        counts[line.name] = counts.get(line.name, 0) + (line.text.count(",") + 1 if line.name in _MANY else 1)
    for name, count in counts.items():
        if name not in _MANY and count > 1:
            reading.trouble("event_twice", name, name=name)
        elif name in _MANY and count > MOST_DATES:
            reading.trouble("event_many", name, name=name, most=MOST_DATES)


def _parsed(reading: _Reading) -> Values:
    """The dates and rules, as the icalendar package reads them. Zones are ours: the package keeps one list for all."""
    values: dict[str, list[_Value]] = {}
    for line in reading.header.block.lines:
        if line.name in _HOW:
            try:
                value = _value(line.name, line.text)
                values.setdefault(line.name, []).append(value)
            except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError) as error:
                # The package says in many ways that a value is none.
                reading.trouble("event_value", line.name, error=" ".join(str(error).split())[:120])
    return {} if reading.troubles else values


def _value(name: str, text: str) -> _Value:
    head, _, value = text.partition(":")
    if ";" not in head:
        return _Value({}, _HOW[name].from_ical(value.strip()))
    line: Any = Contentline
    _, params, value = line(text).parts()
    return _Value(params, _HOW[name].from_ical(value.strip()))


def _is_future(value: _Value) -> bool:
    return str(value.params.get("RANGE", "")).upper() == "THISANDFUTURE"


def _sequence(reading: _Reading) -> int:
    text = reading.text("SEQUENCE")
    if text and not re.fullmatch(r"\d{1,9}", text):
        reading.trouble("event_value", "SEQUENCE", error=text[:40])
        return 0
    return int(text or 0)


def _stamp(block: Block) -> str:
    """When it was last changed, as text that sorts; empty where it does not say."""
    values = [line.text.rpartition(":")[2].strip() for line in block.lines if line.name in ("LAST-MODIFIED", "DTSTAMP")]
    return max((value for value in values if _STAMP.match(value)), default="")


def _end(reading: _Reading, values: Values, start: Moment | None) -> Moment | None:
    """DTEND; without it DTSTART and DURATION; without either a whole day, or the moment itself."""
    if start is None or "DTEND" in values:
        return _single(reading, values, "DTEND")
    if "DURATION" not in values:
        return start if isinstance(start, datetime) else start + timedelta(days=1)
    try:
        ends = start + values["DURATION"][0].given
    except OverflowError:
        ends = None
    return reading.moment(ends, reading.here, "DURATION")


def _single(reading: _Reading, values: Values, name: str) -> Moment | None:
    """The moment of a property that stands once; None where it is not there, or is none."""
    value = next(iter(values.get(name, ())), None)
    return None if value is None else reading.moment(value.given, reading.zone_of(value, name), name)


def _dates(reading: _Reading, values: Values, name: str) -> Iterator[tuple[Any, tzinfo]]:
    """Each date of a list as the package gives it, and the list's own clock."""
    for value in values.get(name, ()):
        zone = reading.zone_of(value, name)
        for each in value.given:
            yield each, zone


def _exdates(reading: _Reading, values: Values) -> Iterator[Moment]:
    for given, zone in _dates(reading, values, "EXDATE"):
        moment = reading.moment(given, zone, "EXDATE")
        if moment is not None:
            yield moment


def _rdates(reading: _Reading, values: Values) -> Iterator[tuple[Moment, timedelta | None]]:
    """Each date that is added, with how long it lasts where it says so (a PERIOD)."""
    for given, zone in _dates(reading, values, "RDATE"):
        begins, ends = given if isinstance(given, tuple) else (given, None)
        moment = reading.moment(begins, zone, "RDATE")
        if moment is not None:
            yield moment, ends - begins if isinstance(ends, date) else ends
