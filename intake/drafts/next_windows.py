"""Proposes the windows of a new year from those of the year before, as events for the same calendars."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from remembrancer.intake.calendars.events import WindowEvent
from remembrancer.intake.calendars.sources import read_calendar
from remembrancer.intake.folder.reader import Folder
from remembrancer.problems import Problems
from remembrancer.rules.organisation import CalendarSpec
from remembrancer.rules.windows.next_year import Moved, Span, moved_a_year, with_next_year

END = re.compile(rb"END:\s*VCALENDAR", re.IGNORECASE)


@dataclass(frozen=True)
class Proposed:
    """A window of the new year; `window` is how the organisation's patterns read its event."""

    was: WindowEvent
    window: WindowEvent
    moved: Moved
    event: Event
    calendar: CalendarSpec


@dataclass(frozen=True)
class NextWindows:
    """The windows that are proposed, and those of the new year that the calendars have already."""

    proposed: list[Proposed]
    there: list[WindowEvent]


def propose_windows(folder: Folder, year: int, now: datetime, problems: Problems) -> NextWindows:
    """Move the windows of the year before `year` by a year; what overlaps one that is there already is left out."""
    windows = [window for window in folder.windows if not window.cancelled]
    there = [window for window in windows if window.year == year]
    proposed = []
    for calendar in folder.organisation.calendars:
        before = [each for each in windows if each.year == year - 1 and each.source == calendar.key]
        for new in _read(folder, calendar, list(_moved(folder, before)), now, problems):
            of_programme = [window for window in windows if window.programme == new.window.programme]
            if any(_is_there(new.window, window) for window in of_programme if window.year == year):
                continue
            if any(window.key == new.window.key for window in of_programme):
                problems.add("organisation.yaml", None, "calendars", "new_year_same_key", key=new.window.key)
            proposed.append(new)
    return NextWindows(sorted(proposed, key=lambda each: each.window.opens_at), there)


def _is_there(window: WindowEvent, other: WindowEvent) -> bool:
    overlaps = window.opens_at < other.closes_at and other.opens_at < window.closes_at
    return overlaps or window.key == other.key


def _moved(folder: Folder, windows: Sequence[WindowEvent]) -> Iterator[tuple[WindowEvent, Moved]]:
    zone = folder.organisation.zone
    for programme in dict.fromkeys(window.programme for window in windows):
        own = [window for window in windows if window.programme == programme]
        spans = [Span(*(window.days or _local_days(window, zone))) for window in own]
        yield from zip(own, moved_a_year(spans, folder.organisation.working_time), strict=True)


def _local_days(window: WindowEvent, zone: ZoneInfo) -> tuple[date, date]:
    return window.opens_at.astimezone(zone).date(), window.closes_at.astimezone(zone).date()


def _read(
    folder: Folder,
    calendar: CalendarSpec,
    moved: Sequence[tuple[WindowEvent, Moved]],
    now: datetime,
    problems: Problems,
) -> Iterator[Proposed]:
    """Make events of the moved windows, and read them by the patterns of their calendar."""
    events = [_event(window, each, now, folder.organisation.zone) for window, each in moved]
    if not events:
        return
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//Remembrancer//New year//EN")
    for event in events:
        made.add_component(event)
    windows, _ = read_calendar(made.to_ical(), calendar, folder.organisation, None, problems)
    found = {window.uid: window for window in windows}
    for (was, each), event in zip(moved, events, strict=True):
        window = found.get(str(event["uid"]))
        if window is not None and window.programme == was.programme:
            yield Proposed(was, window, each, event, calendar)
        elif not problems.found:
            names = {"title": was.summary, "later": str(event["summary"])}
            problems.add("organisation.yaml", None, "calendars", "new_year_unknown", **names)


def _event(window: WindowEvent, moved: Moved, now: datetime, zone: ZoneInfo) -> Event:
    """The event of a window in the new year: of whole days, or at the same hours, as it was."""
    event = Event()
    event.add("uid", f"{window.programme}-{window.key}-{moved.days.opens.isoformat()}")
    event.add("dtstamp", now)
    event.add("summary", with_next_year(window.summary))
    if window.categories:
        event.add("categories", list(window.categories))
    if window.days is not None:
        event.add("dtstart", moved.days.opens)
        event.add("dtend", moved.days.closes + timedelta(days=1))
        return event
    for name, at, day in (
        ("dtstart", window.opens_at, moved.days.opens),
        ("dtend", window.closes_at, moved.days.closes),
    ):
        there = at.astimezone(zone)
        event.add(name, datetime.combine(day, there.time(), zone).astimezone(UTC))
    return event


def with_events(data: bytes, events: Sequence[Event]) -> bytes:
    """An iCalendar file with further events at its end, its lines ended as they are there."""
    at = max(found.start() for found in END.finditer(data))
    added = b"".join(event.to_ical() for event in events)
    return data[:at] + (added if b"\r\n" in data else added.replace(b"\r\n", b"\n")) + data[at:]
