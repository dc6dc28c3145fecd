"""The calendars of an organisation, each from where it is: a file of the folder, or the body of a feed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_parser import LARGEST_FILE
from remembrancer.intake.calendars.ics_patterns import Source
from remembrancer.intake.calendars.ics_reader import Found, read_events
from remembrancer.intake.calendars.ics_recurrence import Horizon
from remembrancer.problems import Problems
from remembrancer.rules.organisation import CalendarSpec, OrganisationSpec


def read_calendars(
    folder: Path,
    organisation: OrganisationSpec,
    feeds: Mapping[str, bytes],
    horizon: Horizon | None,
    problems: Problems,
) -> tuple[list[WindowEvent], list[MeetingEvent], frozenset[str]]:
    """The windows and meetings of all of them, and the feeds (CalendarSpec.key) that were never read.

    A meeting that two calendars give is that of the first.
    """
    windows: list[WindowEvent] = []
    meetings: dict[tuple[str, str], MeetingEvent] = {}
    unread = set()
    for calendar in organisation.calendars:
        data = feeds.get(calendar.key) if calendar.is_feed else _bytes_of(folder, calendar.name, problems)
        if data is None and calendar.is_feed:
            unread.add(calendar.key)
            problems.note("organisation.yaml", None, "calendars", "feed_not_read", feed=calendar.name)
        found = read_calendar(data, calendar, organisation, horizon, problems) if data is not None else ([], [])
        windows += found[0]
        for meeting in found[1]:
            meetings.setdefault((meeting.board, meeting.uid), meeting)
    check_no_window_twice(organisation.calendars[-1].name if organisation.calendars else "", windows, problems)
    return windows, list(meetings.values()), frozenset(unread)


def read_calendar(
    data: bytes,
    calendar: CalendarSpec,
    organisation: OrganisationSpec,
    horizon: Horizon | None,
    problems: Problems,
) -> Found:
    """The windows and meetings in one calendar's data, by its patterns of organisation.yaml."""
    return read_events(data, source_of(calendar, organisation, horizon), problems)


def source_of(calendar: CalendarSpec, organisation: OrganisationSpec, horizon: Horizon | None) -> Source:
    return Source(
        name=calendar.name,
        key=calendar.key,
        patterns=calendar.events,
        time=organisation.working_time,
        year_start=organisation.year_start,
        horizon=horizon,
    )


def _bytes_of(folder: Path, name: str, problems: Problems) -> bytes | None:
    """A file's bytes; of one that is too large, enough to tell."""
    try:
        with (folder / name).open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        problems.add(name, None, None, "no_such_file")
    except OSError as error:
        problems.add(name, None, None, "unreadable_file", error=error.strerror or type(error).__name__)
    return None


def check_no_window_twice(file: str, windows: Sequence[WindowEvent], problems: Problems) -> None:
    """Two events are never the same window, whichever calendars they are in; what is cancelled is none."""
    seen: set[tuple[str, str]] = set()
    for window in (window for window in windows if not window.cancelled):
        if (window.programme, window.key) in seen:
            problems.add(file, None, "SUMMARY", "window_twice", key=window.key)
        seen.add((window.programme, window.key))
