"""Reads the values of one VEVENT, which is an event, a newer edition of it, or a change of one of its dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import is_utc
from icalendar.prop import vBroken

from remembrancer.intake.calendars.ics_parser import DATES, ROW, TROUBLE, UNREADABLE
from remembrancer.intake.calendars.ics_time_zones import iana_name
from remembrancer.wording import phrase, short_day

MONITORED_YEARS = (1970, 2199)
Moment = date | datetime
"""A day, or a moment; moments are aware."""
_ONCE = ("UID", "SUMMARY", "DTSTART", "DTEND", "RECURRENCE-ID", "DURATION", "SEQUENCE", "STATUS", "LOCATION")
_STAMPS = ("DTSTAMP", "LAST-MODIFIED")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_UNPARSED = "Content line could not be parsed into parts: "
_PROPERTY = re.compile(r"\b[A-Z]{3,}(-ID)?\b")
_CALLED_OFF = re.compile(r"^cancell?ed\s*[:–—-]\s*", re.IGNORECASE)
"""Outlook puts 'Canceled: ' before the title of what is cancelled, and may leave its STATUS as it was."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with an event: the sentence `problems.<name>` with its values, and the property it is about."""

    name: str
    column: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def hides_title(self) -> bool:
        """Whether what the event is called is lost; text in another encoding, or twice, can still be told."""
        return self.column in ("SUMMARY", "CATEGORIES") and self.name in ("event_value", "event_garbled", "event_text")


@dataclass(frozen=True)
class Edition:
    """A VEVENT holds these values; where it has `troubles`, only those that tell which event it is may be used.

    `component` is the icalendar package's; `zone` is the clock by which it repeats; `recurrence` names the repetition
    that it changes; `stamp` is when it was last changed, as text that sorts, empty where it does not say.
    """

    component: Any
    row: int
    uid: str
    summary: str
    categories: tuple[str, ...]
    place: str
    sequence: int
    stamp: str
    cancelled: bool
    zone: tzinfo
    start: Moment | None
    end: Moment | None
    recurrence: Moment | None
    troubles: tuple[Trouble, ...]

    def __getstate__(self) -> dict[str, Any]:
        """What other processes need of it."""
        return {**self.__dict__, "component": None, "zone": None}

    @property
    def repeats(self) -> bool:
        return bool(values_of(self.component, "RRULE") or values_of(self.component, "RDATE"))

    @property
    def and_future(self) -> bool:
        changed = values_of(self.component, "RECURRENCE-ID")
        return any(str(value.params.get("RANGE", "")).upper() == "THISANDFUTURE" for value in changed)

    @property
    def titles(self) -> tuple[str, ...]:
        """The summary as a pattern may know it: with plain spaces, without 'Canceled: ', and just as it is written."""
        clean = " ".join(_UNSEEN.sub("", self.summary).split())
        return tuple(dict.fromkeys((_CALLED_OFF.sub("", clean), clean, self.summary)))

    @property
    def called(self) -> str:
        """The event as a problem names it: by its summary, and by its day and its UID where it has them."""
        called = phrase("problems.event_called", summary=self.summary[:80] or phrase("problems.event_untitled"))
        if self.start is not None:
            called = phrase("problems.event_of_day", event=called, day=short_day(self.start))
        return phrase("problems.event_with_uid", event=called, uid=self.uid[:150]) if self.uid else called


class EventError(Exception):
    """An event cannot be used: `trouble` says why, and `edition` in which of its editions."""

    def __init__(self, name: str, column: str | None, edition: Edition | None = None, /, **values: Any) -> None:
        super().__init__(name)
        self.trouble, self.edition = Trouble(name, column, values), edition


def read_edition(component: Any, calendar: Any, here: ZoneInfo) -> Edition:
    """Reads the values of an event; times that name no zone are by the calendar's own clock, or else by `here`."""
    named = iana_name(_text(calendar, "X-WR-TIMEZONE"))
    clock = ZoneInfo(named) if named else here
    troubles = [*_unread(component), *_set_clocks(component, clock)]
    summary = _text(component, "SUMMARY")
    categories = (name for each in values_of(component, "CATEGORIES") for name in getattr(each, "cats", ()))
    is_cancelled = _text(component, "STATUS").upper() == "CANCELLED" or _text(calendar, "METHOD").upper() == "CANCEL"
    is_cancelled = is_cancelled or bool(_CALLED_OFF.match(summary))
    start, end, sequence = _date(component, "DTSTART"), None, 0
    zone: tzinfo = clock
    # A calendar may write its times in UTC and say in X-WR-TIMEZONE whose they are.
    if isinstance(start, datetime) and start.tzinfo is not None and not (named and is_utc(start)):
        zone = start.tzinfo
    stamps = [_date(component, name) for name in _STAMPS]
    troubles += [] if troubles else _contradictions(component, start, is_cancelled)
    if not troubles:
        try:
            sequence, end = component.sequence, None if start is None else _end(component)
            if sequence < 0:
                raise ValueError(f"SEQUENCE: {sequence}")
        except UNREADABLE as error:
            troubles.append(_trouble("DURATION" if "DURATION" in component else None, str(error)))
    return Edition(
        component=component,
        row=int(_text(component, ROW)),
        uid=_text(component, "UID"),
        summary=summary,
        categories=tuple(str(name).strip() for name in categories),
        place=_text(component, "LOCATION"),
        sequence=sequence,
        stamp=max((f"{each:%Y%m%dT%H%M%S}" for each in stamps if each is not None), default=""),
        cancelled=is_cancelled,
        zone=zone,
        start=start,
        end=end,
        recurrence=_date(component, "RECURRENCE-ID"),
        troubles=tuple(troubles),
    )


def values_of(component: Any, name: str) -> list[Any]:
    """What the package has read of a property, as often as it stands there."""
    value = component.get(name, [])
    return [each for each in (value if isinstance(value, list) else [value]) if not isinstance(each, vBroken)]


def _text(component: Any, name: str) -> str:
    return next((str(value).strip() for value in values_of(component, name)), "")


def _date(component: Any, name: str) -> Moment | None:
    found = next((getattr(value, "dt", None) for value in values_of(component, name)), None)
    return found if isinstance(found, date) else None


def _end(component: Any) -> Moment:
    """The end; without DTEND and DURATION a whole day, or the moment itself. Raises ValueError, or OverflowError."""
    if "DTEND" in component:
        component.pop("DURATION", None)  # some programs write both
    end: Moment = component.end
    if not _is_monitored(end):
        raise ValueError(f"DTEND or DURATION: {end.year}")
    return end


def _unread(component: Any) -> Iterator[Trouble]:
    """What of the event could not be read, or stands there twice."""
    for value in values_of(component, TROUBLE):
        name, column, text = str(value).split(";", 2)
        yield Trouble(name, column or None, {"name": column, "text": text})
    yield from (_trouble(name, message) for name, message in component.errors if name not in _STAMPS)
    for name in _ONCE:
        if isinstance(component.get(name), list):
            yield Trouble("event_twice", name, {"name": name})


def _trouble(name: str | None, message: str) -> Trouble:
    """What the package says; where it does not say of what, the first property that it speaks of is meant."""
    found = name is None and _PROPERTY.search(message)
    error = " ".join(message.removeprefix(_UNPARSED).split())[:120]
    return Trouble("event_value", found[0].upper() if found else name, {"error": error})


def _set_clocks(component: Any, clock: ZoneInfo) -> Iterator[Trouble]:
    """Gives every date of the event its clock, and says which are none."""
    for name in DATES:
        for value in values_of(component, name):
            for each in getattr(value, "dts", [value]):
                moment = getattr(each, "dt", None)
                begins = moment[0] if isinstance(moment, tuple) and name == "RDATE" else moment
                zone = value.params.get("TZID")
                if not isinstance(begins, date) or not _is_monitored(begins):
                    yield Trouble("no_event_date", name, {"name": name})
                elif isinstance(begins, datetime) and zone is not None and not _has_clock(begins):
                    yield Trouble("event_zone", name, {"zone": str(zone)[:80]})
                else:
                    each.dt = _aware(moment, clock)


def _contradictions(component: Any, start: Moment | None, is_cancelled: bool) -> Iterator[Trouble]:
    """A begin must be there, unless the event only cancels another; begin and end are both days, or both moments."""
    end = _date(component, "DTEND")
    if start is None and not is_cancelled:
        yield Trouble("no_event_date", "DTSTART", {"name": "DTSTART"})
    if start is not None and end is not None and isinstance(start, datetime) != isinstance(end, datetime):
        yield Trouble("mixed_dates", "DTEND")


def _is_monitored(day: date) -> bool:
    return MONITORED_YEARS[0] <= day.year <= MONITORED_YEARS[1]


def _has_clock(moment: datetime) -> bool:
    """Whether it is by a time zone that was found, and that can be followed."""
    try:
        return moment.utcoffset() is not None
    except UNREADABLE:
        return False


def _aware(moment: Any, clock: ZoneInfo) -> Any:
    if isinstance(moment, tuple):
        return tuple(_aware(each, clock) for each in moment)
    return moment.replace(tzinfo=clock) if isinstance(moment, datetime) and moment.tzinfo is None else moment
