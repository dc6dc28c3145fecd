"""What an occurrence of an event is to us: a window of a programme, or a board's meeting."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_event import Moment
from remembrancer.intake.calendars.ics_recurrence import Horizon, Occurrence
from remembrancer.problems import Problems
from remembrancer.rules.calendar.financial_year import financial_year
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.organisation import EventPattern
from remembrancer.rules.windows.schedule import closes_on, opens_on
from remembrancer.wording import say

LONGEST_KEY = 100
DAYS = ("opens", "closes")
"""What a key or a title may use besides what the pattern captures: the days, as in {opens:%Y-%m}."""


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
    """A pattern that fits an event, and what it found."""

    pattern: EventPattern
    found: re.Match[str]


def meeting_of(occurrence: Occurrence, known: Known, source: Source) -> MeetingEvent:
    starts_at = _moment(occurrence.start, source.time)
    return MeetingEvent(
        board=known.pattern.meeting or "",
        uid=occurrence.uid or starts_at.isoformat(),
        starts_at=starts_at,
        cancelled=occurrence.cancelled,
        sequence=occurrence.part.sequence,
        whole_day=not isinstance(occurrence.start, datetime),
        place=occurrence.part.place,
        source=source.key,
    )


def windows_of(
    occurrences: Sequence[tuple[Occurrence, Known]], source: Source, problems: Problems
) -> list[WindowEvent]:
    """The windows that one event is, once or repeated. Each has a key of its own, or it is a problem."""
    made: dict[str, WindowEvent] = {}
    for occurrence, known in occurrences:
        window = _Window(occurrence, known, source, problems).made()
        if window is not None and not window.cancelled and window.key in made:
            row = occurrence.part.header.row
            problems.add(
                source.name, row, "RRULE", "window_repeats", summary=occurrence.part.header.summary, key=window.key
            )
            break
        if window is not None:
            made[f"{window.key}#{len(made)}" if window.cancelled else window.key] = window
    return list(made.values())


class _Window:
    """One window in the making; what keeps it from being one is a problem."""

    def __init__(self, occurrence: Occurrence, known: Known, source: Source, problems: Problems) -> None:
        self.occurrence, self.source, self.problems = occurrence, source, problems
        self.pattern = known.pattern
        self.captured = {name: text or "" for name, text in known.found.groupdict().items()}
        self.here = ZoneInfo(source.time.zone)

    def made(self) -> WindowEvent | None:
        times = self._times()
        year = self._year(times) if times else None
        named = self._named(times) if times and year is not None else None
        if times is None or year is None or named is None:
            return None
        return WindowEvent(
            programme=self.pattern.window or "",
            key=named[0],
            title=named[1],
            uid=self.occurrence.uid or named[0],
            year=year,
            opens_at=times[0],
            closes_at=times[1],
            cancelled=self.occurrence.cancelled,
            source=self.source.key,
        )

    def _say(self, column: str, name: str, /, **values: Any) -> None:
        self.problems.add(self.source.name, self.occurrence.part.header.row, column, name, **values)

    def _times(self) -> tuple[datetime, datetime] | None:
        start, end = self.occurrence.start, self.occurrence.end
        if isinstance(start, datetime) or isinstance(end, datetime):
            times = _moment(start, self.source.time), _moment(end, self.source.time)
        else:
            last_day = end - timedelta(days=1)  # DTEND is the day after the last (RFC 5545, 3.6.1)
            times = opens_on(start, self.source.time), closes_on(last_day, self.source.time)
        if times[1] <= times[0]:
            self._say("DTEND", "closes_before_opens", summary=self.occurrence.part.header.summary)
            return None
        return times

    def _year(self, times: tuple[datetime, datetime]) -> int | None:
        first_day = times[0].astimezone(self.here).date()
        year = self.captured.get("year") or str(financial_year(first_day, self.source.year_start))
        if re.fullmatch(r"[0-9]{4}", year):
            return int(year)
        self._say("SUMMARY", "bad_year", year=year)
        return None

    def _named(self, times: tuple[datetime, datetime]) -> tuple[str, str] | None:
        """The window's key and title, of what the pattern captures and of the days on which it opens and closes."""
        days: dict[str, date] = {
            name: time.astimezone(self.here).date() for name, time in zip(DAYS, times, strict=True)
        }
        try:
            key = self.pattern.key.format(**{**days, **self.captured}).lower()
            title = self.pattern.title.format(**{**days, **self.captured}) if self.pattern.title else key
        except KeyError as error:
            self._say("SUMMARY", "not_captured", name=error.args[0])
        except (ValueError, IndexError, AttributeError) as error:
            self._say("SUMMARY", "bad_format", error=error)
        else:
            if 0 < len(key) <= LONGEST_KEY:
                return key, title
            self._say("SUMMARY", "bad_format", error=say("problems.key_length", most=LONGEST_KEY))
        return None


def _moment(moment: Moment, time: WorkingTime) -> datetime:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else opens_on(moment, time)
