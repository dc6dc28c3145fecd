"""Calendars as Outlook, Exchange and Google export them, odd as that is; the files are in tests/data/calendars."""

from datetime import UTC, datetime

import pytest

from remembrancer.rules.organisation import CalendarSpec, EventPattern
from tests.conftest import ROOT
from tests.intake.calendars import BOARD, ORGANISATION, calendar, event, read, starts

FILES = ROOT / "tests" / "data" / "calendars"
CALLED_OFF = ("outlook-canceled-meeting", "outlook-canceled-window")
FINANCE = CalendarSpec(file="calendar.ics", events=[EventPattern(meeting=BOARD, summary="^Finance Committee$")])
READ = sorted(path.stem for path in FILES.glob("*.ics") if path.stem not in CALLED_OFF)


def of(name: str) -> bytes:
    return (FILES / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", READ)
def test_the_meeting_on_10_june_at_six_is_found_and_nothing_is_wrong(name: str) -> None:
    """By spaces that are not plain, beside text that is not UTF-8, and by time zones of whatever name."""
    _, [meeting], problems = read(of(name), FINANCE, None)
    assert (meeting.starts_at, meeting.cancelled) == (datetime(2027, 6, 10, 17, tzinfo=UTC), False)
    assert problems.found == []


def test_what_is_not_utf_8_in_another_event_is_noted_with_its_title() -> None:
    [note] = read(of("other-event-cp1252"), horizon=None)[2].notes
    assert "'Lunch at café' of 10 Jun 2027 (UID 2)" in note.text
    assert "UTF-8" in note.text


def test_what_is_not_utf_8_in_one_of_ours_is_a_problem_and_the_others_are_read() -> None:
    data = calendar(event(summary="Comité Committee"), event(uid="b@example.org")).encode("cp1252")
    _, meetings, problems = read(data)
    assert [meeting.uid for meeting in meetings] == ["b@example.org"]
    [problem] = problems.found
    assert (problem.row, problem.column) == (4, "SUMMARY")


def test_what_outlook_calls_canceled_is_cancelled_whatever_its_status() -> None:
    _, [meeting], _ = read(of("outlook-canceled-meeting"), FINANCE, None)
    [window], _, _ = read(of("outlook-canceled-window"), ORGANISATION.calendars[0], None)
    assert meeting.cancelled
    assert (window.cancelled, window.title) == (True, "Quarter 4 2026/27")


@pytest.mark.parametrize("title", ["Cancelled: Planning Committee", "CANCELED - Planning Committee"])
def test_one_date_of_a_series_that_is_called_cancelled_is(title: str) -> None:
    change = event("RECURRENCE-ID:20260113T100000Z", start="DTSTART:20260113T100000Z", summary=title)
    assert starts(calendar(event("RRULE:FREQ=WEEKLY;COUNT=2"), change)) == ["2026-01-06 10:00"]


@pytest.mark.parametrize("title", ["Committee on cancelled projects", "Cancelled projects Committee"])
def test_a_title_that_only_speaks_of_what_is_cancelled_goes_ahead(title: str) -> None:
    assert starts(calendar(event(summary=title))) == ["2026-01-06 10:00"]


@pytest.mark.parametrize(
    ("start", "at"),
    [
        ("DTSTART;TZID=Europe/London:20260706T090000Z", "2026-07-06 09:00"),
        ("DTSTART;TZID=(UTC-05:00) Bogota\\, Lima\\, Quito:20260706T100000", "2026-07-06 15:00"),
        ('DTSTART;TZID="(GMT) Greenwich Mean Time : Dublin, Edinburgh, London":20260706T100000', "2026-07-06 09:00"),
        ("DTSTART;VALUE=DATE-TIME;TZID=tzone://Microsoft/Utc:20260706T100000", "2026-07-06 10:00"),
    ],
)
def test_a_zone_is_known_by_what_exchange_calls_it_and_utc_is_utc(start: str, at: str) -> None:
    assert starts(calendar(event(start=start))) == [at]


def test_a_zone_of_exchange_that_no_city_tells_is_a_problem_that_names_it() -> None:
    start = "DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20260706T100000"
    [problem] = read(calendar(event(start=start)))[2].found
    assert "'(UTC-05:00) Eastern Time (US & Canada)'" in problem.text
    assert "'Planning Committee' of 6 Jul 2026 (UID a@example.org)" in problem.text


GOOGLE = ["X-WR-TIMEZONE:Europe/London"]


def test_a_calendar_that_says_its_time_zone_means_its_times_without_a_zone_by_it() -> None:
    data = calendar(event(start="DTSTART:20260706T100000"), head=["X-WR-TIMEZONE:Europe/Berlin"])
    assert starts(data) == ["2026-07-06 08:00"]
    assert starts(data.replace("Europe/Berlin", "Nowhere")) == ["2026-07-06 09:00"]


def test_a_series_in_utc_keeps_its_hour_by_the_time_zone_that_the_calendar_says() -> None:
    series = event("RRULE:FREQ=MONTHLY;COUNT=3", start="DTSTART:20260206T100000Z")
    assert starts(calendar(series, head=GOOGLE))[-1] == "2026-04-06 09:00"
    assert starts(calendar(series))[-1] == "2026-04-06 10:00"


def test_a_zone_that_says_nothing_that_can_be_followed_is_a_problem_of_who_uses_it() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+9900\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    data = calendar(zone, event(start="DTSTART;TZID=Own:20260706T100000"), event(uid="b@example.org"))
    _, meetings, problems = read(data)
    assert [meeting.uid for meeting in meetings] == ["b@example.org"]
    assert "'Own'" in problems.found[0].text


def test_an_event_that_says_both_when_it_ends_and_how_long_it_lasts_is_read() -> None:
    assert starts(calendar(event("DTEND:20260106T113000Z", "DURATION:PT1H"))) == ["2026-01-06 10:00"]


def test_a_category_is_text_when_that_is_said_too() -> None:
    spec = CalendarSpec(file="calendar.ics", events=[EventPattern(meeting=BOARD, categories="^Board$")])
    assert len(read(calendar(event("CATEGORIES;VALUE=TEXT:Public,Board")), spec)[1]) == 1
