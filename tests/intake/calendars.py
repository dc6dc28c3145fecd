"""Calendars for tests: made of events, and read as an organisation's own."""

from collections.abc import Sequence
from datetime import UTC, datetime

import yaml

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_reader import read_dates, windows_and_meetings
from remembrancer.intake.calendars.ics_recurrence import Horizon
from remembrancer.intake.calendars.sources import read_calendar, source_of
from remembrancer.problems import Problems
from remembrancer.rules.organisation import CalendarSpec, EventPattern, OrganisationSpec
from tests.conftest import EXAMPLE

ORGANISATION = OrganisationSpec.model_validate(yaml.safe_load((EXAMPLE / "organisation.yaml").read_text("utf-8")))
BOARD = "asch_cabinet_committee"
HORIZON = Horizon(datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
SPEC = CalendarSpec(
    file="calendar.ics",
    events=[
        EventPattern(window="strategic-delivery-plan", summary=r"^Update (?P<name>.*)$", key="{name}-{opens:%Y-%m}"),
        EventPattern(meeting=BOARD, summary="Committee"),
    ],
)


def calendar(*events: str, head: Sequence[str] = ()) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *head, *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines)


def event(
    *more: str,
    uid: str = "a@example.org",
    start: str = "DTSTART;TZID=Europe/London:20260106T100000",
    summary: str = "Planning Committee",
) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{summary}", start, *more, "END:VEVENT"])


def read(
    data: bytes | str, spec: CalendarSpec = SPEC, horizon: Horizon | None = HORIZON
) -> tuple[list[WindowEvent], list[MeetingEvent], Problems]:
    """What is in a calendar, read in this process."""
    source, problems = source_of(spec, ORGANISATION, horizon), Problems()
    dated, found = read_dates(data.encode() if isinstance(data, str) else data, source)
    windows, meetings = windows_and_meetings(dated, source, found, problems)
    return windows, meetings, problems


def read_bounded(data: bytes, spec: CalendarSpec = SPEC) -> tuple[list[WindowEvent], list[MeetingEvent], Problems]:
    """What is in a calendar, read in a child process as the program does it."""
    problems = Problems()
    windows, meetings = read_calendar(data, spec, ORGANISATION, HORIZON, problems)
    return windows, meetings, problems


def starts(data: bytes | str, horizon: Horizon | None = HORIZON) -> list[str]:
    """When the meetings begin that are not cancelled (UTC, sorted); there must be no problem."""
    _, meetings, problems = read(data, horizon=horizon)
    assert [str(problem) for problem in problems.found] == []
    return sorted(f"{meeting.starts_at:%Y-%m-%d %H:%M}" for meeting in meetings if not meeting.cancelled)
