"""What an event is to us, by the patterns of organisation.yaml: a window of a programme, or a board's meeting."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_event import Edition, EventError, Moment
from remembrancer.intake.calendars.ics_recurrence import Horizon, Occurrence
from remembrancer.rules.calendar.financial_year import financial_year
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.organisation import EventPattern
from remembrancer.rules.windows.schedule import closes_on, opens_on
from remembrancer.wording import phrase

LONGEST_KEY = 100


@dataclass(frozen=True)
class Source:
    """Which calendar is read, and how: `name` is the calendar's in problems, `key` its in the store.

    `horizon` bounds the dates of series; without one, each is followed for four years from its first date.
    """

    name: str
    key: str
    patterns: Sequence[EventPattern]
    time: WorkingTime
    year_start: tuple[int, int]
    horizon: Horizon | None = None


@dataclass(frozen=True)
class Known:
    """A pattern fits an event, and its groups captured these texts."""

    pattern: EventPattern
    captured: Mapping[str, str]


def recognise(edition: Edition, patterns: Sequence[EventPattern]) -> Known | None:
    """The first pattern that fits the event; None where it is not ours."""
    for pattern in patterns:
        by_summary = _first_match(pattern.summary, edition.titles)
        by_category = _first_match(pattern.categories, edition.categories)
        is_fit = (by_summary or not pattern.summary) and (by_category or not pattern.categories)
        found = by_summary or by_category
        if is_fit and found:
            return Known(pattern, {name: text or "" for name, text in found.groupdict().items()})
    return None


def _first_match(pattern: str | None, texts: Sequence[str]) -> re.Match[str] | None:
    return next((found for text in texts if pattern and (found := re.search(pattern, text))), None)


def meeting_of(occurrence: Occurrence, known: Known, source: Source) -> MeetingEvent:
    starts_at = _moment(occurrence.start, source.time)
    return MeetingEvent(
        board=known.pattern.meeting or "",
        uid=occurrence.uid or starts_at.isoformat(),
        starts_at=starts_at,
        cancelled=occurrence.edition.cancelled,
        sequence=occurrence.edition.sequence,
        whole_day=not isinstance(occurrence.start, datetime),
        place=occurrence.edition.place,
        source=source.key,
    )


def windows_of(occurrences: Sequence[tuple[Occurrence, Known]], source: Source) -> list[WindowEvent]:
    """The windows that one event is, once or repeated. Raises EventError where two would have one key."""
    made: dict[str, WindowEvent] = {}
    for occurrence, known in occurrences:
        window = _window(occurrence, known, source)
        if not window.cancelled and window.key in made:
            raise EventError("window_repeats", "RRULE", occurrence.edition, key=window.key)
        made[f"{window.key}#{len(made)}" if window.cancelled else window.key] = window
    return list(made.values())


def _window(occurrence: Occurrence, known: Known, source: Source) -> WindowEvent:
    start, end, days = occurrence.start, occurrence.end, None
    if isinstance(start, datetime) or isinstance(end, datetime):
        opens_at, closes_at = _moment(start, source.time), _moment(end, source.time)
    else:
        days = start, end - timedelta(days=1)  # DTEND is the day after the last (RFC 5545, 3.6.1)
        opens_at, closes_at = opens_on(days[0], source.time), closes_on(days[1], source.time)
    if closes_at <= opens_at:
        raise EventError("closes_before_opens", "DTEND", occurrence.edition)
    opens, closes = (each.astimezone(ZoneInfo(source.time.zone)).date() for each in (opens_at, closes_at))
    year = known.captured.get("year") or str(financial_year(opens, source.year_start))
    if not re.fullmatch(r"[0-9]{4}", year):
        raise EventError("bad_year", "SUMMARY", occurrence.edition, year=year)
    # A key or a title may use the days besides what the pattern captures, as in {opens:%Y-%m}.
    key, title = _named(occurrence, known.pattern, {"opens": opens, "closes": closes, **known.captured})
    return WindowEvent(
        programme=known.pattern.window or "",
        key=key,
        title=title,
        uid=occurrence.uid or key,
        year=int(year),
        opens_at=opens_at,
        closes_at=closes_at,
        cancelled=occurrence.edition.cancelled,
        source=source.key,
        summary=occurrence.edition.summary,
        categories=occurrence.edition.categories,
        days=days,
    )


def _named(occurrence: Occurrence, pattern: EventPattern, values: Mapping[str, Any]) -> tuple[str, str]:
    try:
        key = pattern.key.format(**values).lower()
        title = pattern.title.format(**values) if pattern.title else key
    except KeyError as error:
        raise EventError("not_captured", "SUMMARY", occurrence.edition, name=error.args[0]) from error
    except (ValueError, IndexError, AttributeError) as error:
        raise EventError("bad_format", "SUMMARY", occurrence.edition, error=error) from error
    if not 0 < len(key) <= LONGEST_KEY:
        error_text = phrase("problems.key_length", most=LONGEST_KEY)
        raise EventError("bad_format", "SUMMARY", occurrence.edition, error=error_text)
    return key, title


def _moment(moment: Moment, time: WorkingTime) -> datetime:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else opens_on(moment, time)
