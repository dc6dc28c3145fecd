"""Calendars: the windows and meetings among the events of an iCalendar file (RFC 5545)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from intake.events import MeetingEvent, WindowEvent
from intake.organisation import CalendarSpec, EventPattern
from intake.problems import Problems
from rules.periods import financial_year
from rules.windows import closes_on, opens_on
from rules.working_time import WorkingTime
from wording import say

MONITORED_YEARS = (1970, 2199)


@dataclass(frozen=True)
class _Source:
    file: str
    row: int
    event: Event
    pattern: EventPattern
    found: re.Match[str]
    time: WorkingTime
    year_start: tuple[int, int]


def read_calendar(
    folder: Path, spec: CalendarSpec, time: WorkingTime, year_start: tuple[int, int], problems: Problems
) -> tuple[list[WindowEvent], list[MeetingEvent]]:
    """The windows and meetings in one file, by the patterns of organisation.yaml; other events are passed over."""
    windows: list[WindowEvent] = []
    meetings: list[MeetingEvent] = []
    for row, event in _events(folder / spec.file, spec.file, problems):
        known = _recognised(event, spec.events)
        if known is None:
            continue
        if event.get("RRULE"):
            problems.note(spec.file, row, "RRULE", "no_recurrence", summary=str(event.get("SUMMARY", "")))
        source = _Source(spec.file, row, event, known[0], known[1], time, year_start)
        if known[0].window:
            windows += _window(source, problems)
        else:
            meetings += _meeting(source, problems)
    return windows, meetings


def _events(path: Path, file: str, problems: Problems) -> list[tuple[int, Event]]:
    """Each VEVENT with the line it begins on."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.add(file, None, None, "no_such_file")
        return []
    except UnicodeDecodeError:
        problems.add(file, None, None, "ics_not_utf8")
        return []
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip().upper() == "BEGIN:VEVENT"]
    try:
        calendar: Any = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        problems.add(file, None, None, "not_a_calendar", error=str(error).splitlines()[0])
        return []
    if calendar.name != "VCALENDAR":
        problems.add(file, 1, None, "not_a_calendar", error=say("problems.begins_with", name=calendar.name))
        return []
    return list(zip(lines, calendar.walk("VEVENT"), strict=False))


def _recognised(event: Event, patterns: Sequence[EventPattern]) -> tuple[EventPattern, re.Match[str]] | None:
    summary = str(event.get("SUMMARY", "")).strip()
    categories = _categories(event)
    for pattern in patterns:
        by_summary = re.search(pattern.summary, summary) if pattern.summary else None
        by_category = _first_match(pattern.categories, categories) if pattern.categories else None
        if (pattern.summary and not by_summary) or (pattern.categories and not by_category):
            continue
        found = by_summary or by_category
        if found:
            return pattern, found
    return None


def _categories(event: Event) -> list[str]:
    given = event.get("CATEGORIES", [])
    return [str(name) for each in (given if isinstance(given, list) else [given]) for name in getattr(each, "cats", [])]


def _first_match(pattern: str, texts: Sequence[str]) -> re.Match[str] | None:
    return next((found for text in texts if (found := re.search(pattern, text))), None)


def _window(source: _Source, problems: Problems) -> list[WindowEvent]:
    times = _window_times(source, problems)
    if times is None:
        return []
    opens_at, closes_at = times
    captured = {name: text or "" for name, text in source.found.groupdict().items()}
    try:
        key = source.pattern.key.format(**captured).lower()
        title = source.pattern.title.format(**captured) if source.pattern.title else key
    except KeyError as error:
        problems.add(source.file, source.row, "SUMMARY", "not_captured", name=error.args[0])
        return []
    except (ValueError, IndexError, AttributeError) as error:
        problems.add(source.file, source.row, "SUMMARY", "bad_format", error=error)
        return []
    here = ZoneInfo(source.time.zone)
    year = captured.get("year") or str(financial_year(opens_at.astimezone(here).date(), source.year_start))
    if not re.fullmatch(r"\d{4}", year):
        problems.add(source.file, source.row, "SUMMARY", "bad_year", year=year)
        return []
    return [
        WindowEvent(
            programme=source.pattern.window or "",
            key=key,
            title=title,
            uid=str(source.event.get("UID", key)),
            year=int(year),
            opens_at=opens_at,
            closes_at=closes_at,
            cancelled=_is_cancelled(source.event),
        )
    ]


def _window_times(source: _Source, problems: Problems) -> tuple[datetime, datetime] | None:
    start = _moment(source, "DTSTART", problems)
    end = _moment(source, "DTEND", problems, start=start)
    if start is None or end is None:
        return None
    if isinstance(start, datetime) != isinstance(end, datetime):
        problems.add(source.file, source.row, "DTEND", "mixed_dates")
        return None
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        last_day = end - timedelta(days=1)  # DTEND is the day after the last (RFC 5545, 3.6.1)
        times = opens_on(start, source.time), closes_on(last_day, source.time)
    else:
        times = _aware(start, source.time), _aware(end, source.time)
    if times[1] <= times[0]:
        summary = str(source.event.get("SUMMARY", ""))
        problems.add(source.file, source.row, "DTEND", "closes_before_opens", summary=summary)
        return None
    return times


def _meeting(source: _Source, problems: Problems) -> list[MeetingEvent]:
    start = _moment(source, "DTSTART", problems)
    if start is None:
        return []
    moment = _aware(start, source.time) if isinstance(start, datetime) else opens_on(start, source.time)
    uid = str(source.event.get("UID", moment.isoformat()))
    return [MeetingEvent(source.pattern.meeting or "", uid, moment, _is_cancelled(source.event))]


def _moment(
    source: _Source, name: str, problems: Problems, start: date | datetime | None = None
) -> date | datetime | None:
    """DTSTART or DTEND as a date or a datetime; without DTEND, DTSTART and DURATION, or a whole day."""
    value = source.event.get(name)
    given = getattr(value, "dt", None)
    if given is None and value is None and start is not None:
        lasts = getattr(source.event.get("DURATION"), "dt", None)
        given = start + lasts if lasts else (start if isinstance(start, datetime) else start + timedelta(days=1))
    if not isinstance(given, date) or not MONITORED_YEARS[0] <= given.year <= MONITORED_YEARS[1]:
        if name == "DTSTART" or start is not None:
            summary = str(source.event.get("SUMMARY", ""))
            problems.add(source.file, source.row, name, "no_event_date", name=name, summary=summary)
        return None
    return given


def _aware(moment: date | datetime, time: WorkingTime) -> datetime:
    if not isinstance(moment, datetime):
        return opens_on(moment, time)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time.zone))).astimezone(UTC)


def _is_cancelled(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def check_no_window_twice(file: str, windows: Sequence[WindowEvent], problems: Problems) -> None:
    """Two events are never the same window, whichever calendars they are in."""
    seen: set[tuple[str, str]] = set()
    for window in windows:
        if (window.programme, window.key) in seen:
            problems.add(file, None, "SUMMARY", "window_twice", key=window.key)
        seen.add((window.programme, window.key))
