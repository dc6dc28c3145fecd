"""Calendars as programs write them: time zones, series, changes, cancellations, and what is said of each."""

import pytest

from remembrancer.rules.organisation import CalendarSpec, EventPattern
from tests.intake.calendars import BOARD, SPEC, calendar, event, read, starts

CUSTOM = """BEGIN:VTIMEZONE
TZID:Our own
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE""".replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("start", "at"),
    [
        ("DTSTART;TZID=Europe/London:20260706T100000", "2026-07-06 09:00"),
        ('DTSTART;TZID="Europe/London":20260706T100000', "2026-07-06 09:00"),
        ("DTSTART;TZID=GMT Standard Time:20260706T100000", "2026-07-06 09:00"),
        ("DTSTART;TZID=/example.org/20260101/Europe/London:20260706T100000", "2026-07-06 09:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20260706T100000", "2026-07-06 08:00"),
        ("DTSTART;TZID=Our own:20260706T100000", "2026-07-06 09:00"),
        ("DTSTART;TZID=Our own:20261106T100000", "2026-11-06 10:00"),
        ("DTSTART;TZID=europe/london:20260706T100000", "2026-07-06 09:00"),
        ("DTSTART:20260706T100000", "2026-07-06 09:00"),
        ("DTSTART:20260706T100000Z", "2026-07-06 10:00"),
        ("DTSTART;VALUE=DATE:20260706", "2026-07-06 08:00"),
        ("DTSTART:20260706", "2026-07-06 08:00"),
        ("DTSTART;TZID=Europe/London:20260329T013000", "2026-03-29 01:30"),  # the clocks skip it
        ("DTSTART;TZID=Europe/London:20261025T013000", "2026-10-25 00:30"),  # it happens twice: the first
    ],
)
def test_a_time_is_by_the_clock_that_is_named_or_the_organisations(start: str, at: str) -> None:
    assert starts(calendar(CUSTOM, event(start=start))) == [at]


def test_one_calendars_zones_are_not_anothers() -> None:
    there = CUSTOM.replace("+0100", "+0900").replace("+0000", "+0900")
    local = event(start="DTSTART;TZID=Our own:20260706T100000")
    assert starts(calendar(CUSTOM, local)) == ["2026-07-06 09:00"]
    assert starts(calendar(there, local)) == ["2026-07-06 01:00"]
    assert read(calendar(local))[2].found


def test_a_meeting_has_its_place_its_sequence_and_whether_it_has_an_hour() -> None:
    more = ("SEQUENCE:3", "LOCATION;LANGUAGE=en:Council Chamber\\, County Hall")
    _, [meeting], _ = read(calendar(event(*more, start="DTSTART;VALUE=DATE:20260706")))
    assert (meeting.board, meeting.uid, meeting.source) == (BOARD, "a@example.org", "calendar.ics")
    assert (meeting.sequence, meeting.place, meeting.whole_day) == (3, "Council Chamber, County Hall", True)


def test_a_series_keeps_its_hour_when_the_clocks_change() -> None:
    found = starts(calendar(event("RRULE:FREQ=MONTHLY;COUNT=5", start="DTSTART;TZID=Europe/London:20260206T100000")))
    assert found == ["2026-02-06 10:00", "2026-03-06 10:00", "2026-04-06 09:00", "2026-05-06 09:00", "2026-06-06 09:00"]


def test_dates_are_added_and_taken_out_whatever_zone_they_are_written_in() -> None:
    more = ("RRULE:FREQ=WEEKLY;COUNT=4", "RDATE;TZID=Europe/Paris:20260109T150000", "EXDATE:20260113T100000Z")
    assert starts(calendar(event(*more))) == [
        "2026-01-06 10:00",
        "2026-01-09 14:00",
        "2026-01-20 10:00",
        "2026-01-27 10:00",
    ]


def test_a_date_of_a_series_that_is_changed_keeps_its_name() -> None:
    change = event(
        "RECURRENCE-ID;TZID=Europe/London:20260113T100000", start="DTSTART;TZID=Europe/London:20260114T140000"
    )
    for data in (
        calendar(event("RRULE:FREQ=WEEKLY;COUNT=3"), change),
        calendar(change, event("RRULE:FREQ=WEEKLY;COUNT=3")),
    ):
        _, meetings, _ = read(data)
        assert {meeting.uid: f"{meeting.starts_at:%m-%d %H:%M}" for meeting in meetings} == {
            "a@example.org/20260106T100000Z": "01-06 10:00",
            "a@example.org/20260113T100000Z": "01-14 14:00",
            "a@example.org/20260120T100000Z": "01-20 10:00",
        }


def test_a_change_whose_title_no_pattern_fits_is_of_the_same_meeting() -> None:
    change = event("RECURRENCE-ID:20260113T100000Z", start="DTSTART:20260114T100000Z", summary="POSTPONED")
    assert starts(calendar(event("RRULE:FREQ=WEEKLY;COUNT=2"), change)) == ["2026-01-06 10:00", "2026-01-14 10:00"]


def test_a_change_from_a_date_on_moves_all_that_follow_and_each_keeps_its_name() -> None:
    change = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/London:20260113T100000",
        start="DTSTART;TZID=Europe/London:20260114T110000",
    )
    _, meetings, problems = read(calendar(event("RRULE:FREQ=WEEKLY;COUNT=4"), change))
    assert problems.found == []
    assert {meeting.uid.split("/")[1]: f"{meeting.starts_at:%m-%d %H:%M}" for meeting in meetings} == {
        "20260106T100000Z": "01-06 10:00",
        "20260113T100000Z": "01-14 11:00",
        "20260120T100000Z": "01-21 11:00",
        "20260127T100000Z": "01-28 11:00",
    }


def test_a_days_change_in_a_series_of_hours_is_of_that_days_hour() -> None:
    change = event("RECURRENCE-ID;VALUE=DATE:20260113", start="DTSTART;TZID=Europe/London:20260114T100000")
    assert starts(calendar(event("RRULE:FREQ=WEEKLY;COUNT=2"), change)) == ["2026-01-06 10:00", "2026-01-14 10:00"]


def test_a_series_of_days_is_of_days() -> None:
    _, meetings, problems = read(
        calendar(
            event(
                "RRULE:FREQ=WEEKLY;UNTIL=20260120T000000Z",
                "EXDATE;VALUE=DATE:20260113",
                start="DTSTART;VALUE=DATE:20260106",
            )
        )
    )
    assert problems.found == []
    assert [meeting.uid.split("/")[1] for meeting in meetings] == ["20260106", "20260120"]
    assert all(meeting.whole_day for meeting in meetings)


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (("SEQUENCE:2", "DTSTAMP:20250101T000000Z"), ("SEQUENCE:10", "DTSTAMP:20240101T000000Z"), 2),
        (("SEQUENCE:10",), ("SEQUENCE:2",), 1),
        (("DTSTAMP:20250102T000000Z",), ("DTSTAMP:20250101T000000Z",), 1),
        (("LAST-MODIFIED:20250103T000000Z", "DTSTAMP:20250101T000000Z"), ("DTSTAMP:20250102T000000Z",), 1),
        ((), (), 2),
    ],
)
def test_of_two_editions_the_newer_counts(first: tuple[str, ...], second: tuple[str, ...], wins: int) -> None:
    one = event(*first, start="DTSTART:20260101T100000Z")
    two = event(*second, start="DTSTART:20260102T100000Z")
    assert starts(calendar(one, two)) == [f"2026-01-0{wins} 10:00"]


def test_what_is_cancelled_is_told_as_cancelled_with_the_dates_it_had() -> None:
    cancel = event("SEQUENCE:1", start="DTSTAMP:20260101T000000Z")
    for data in (
        calendar(event("STATUS:CANCELLED")),
        calendar(event()) + calendar(event("SEQUENCE:1"), head=["METHOD:CANCEL"]),
        calendar(event()) + calendar(cancel, head=["METHOD:CANCEL"]),
    ):
        _, [meeting], problems = read(data)
        assert (meeting.cancelled, f"{meeting.starts_at:%m-%d}", problems.found) == (True, "01-06", [])
    assert read(calendar(cancel, head=["METHOD:CANCEL"]))[1] == []


def test_a_series_that_is_cancelled_is_cancelled_with_its_changes_but_for_later_ones() -> None:
    series = event("RRULE:FREQ=WEEKLY;COUNT=3", "STATUS:CANCELLED", "SEQUENCE:2")
    older = event("RECURRENCE-ID:20260113T100000Z", "SEQUENCE:1", start="DTSTART:20260114T100000Z")
    newer = event("RECURRENCE-ID:20260120T100000Z", "SEQUENCE:3", start="DTSTART:20260121T100000Z")
    _, meetings, _ = read(calendar(series, older, newer))
    assert [(f"{m.starts_at:%d}", m.cancelled) for m in sorted(meetings, key=lambda m: m.starts_at)] == [
        ("06", True),
        ("14", True),
        ("21", False),
    ]


def test_one_date_of_a_series_is_cancelled_by_itself() -> None:
    cancelled = event("RECURRENCE-ID:20260113T100000Z", "STATUS:CANCELLED", start="DTSTART:20260113T100000Z")
    data = calendar(event("RRULE:FREQ=WEEKLY;COUNT=3"), cancelled)
    assert starts(data) == ["2026-01-06 10:00", "2026-01-20 10:00"]
    assert [meeting.cancelled for meeting in read(data)[1]].count(True) == 1


def test_a_window_that_repeats_is_named_by_the_day_it_opens() -> None:
    window = event(
        "DTEND;VALUE=DATE:20260110",
        "RRULE:FREQ=MONTHLY;COUNT=3",
        start="DTSTART;VALUE=DATE:20260105",
        summary="Update risks",
    )
    windows, _, problems = read(calendar(window))
    assert problems.found == []
    assert [each.key for each in windows] == ["risks-2026-01", "risks-2026-02", "risks-2026-03"]
    assert [f"{each.closes_at:%m-%d %H:%M}" for each in windows] == ["01-09 17:00", "02-09 17:00", "03-09 17:00"]
    assert [each.uid for each in windows] == [f"a@example.org/2026{month}05" for month in ("01", "02", "03")]


def test_a_window_that_repeats_with_one_name_says_how_to_tell_its_dates_apart() -> None:
    spec = CalendarSpec(
        file="c.ics", events=[EventPattern(window="strategic-delivery-plan", summary="Update", key="risks")]
    )
    _, _, problems = read(
        calendar(event("RRULE:FREQ=MONTHLY;COUNT=3", "DTEND:20260107T100000", summary="Update")), spec
    )
    [problem] = problems.found
    assert (problem.row, problem.column) == (4, "RRULE")
    assert "{opens:%Y-%m}" in problem.text


def test_a_series_is_followed_within_the_horizon_and_a_single_event_whenever_it_is() -> None:
    endless = event("RRULE:FREQ=YEARLY", start="DTSTART;TZID=Europe/London:19800106T100000")
    single = event(uid="b@example.org", start="DTSTART:19990101T100000Z")
    far = event(uid="c@example.org", start="DTSTART:21500101T100000Z")
    found = starts(calendar(endless, single, far))
    assert found == ["1999-01-01 10:00", *(f"{year}-01-06 10:00" for year in range(2025, 2029)), "2150-01-01 10:00"]


def test_without_a_horizon_a_series_is_followed_for_four_years_from_its_first_date() -> None:
    assert [each[:4] for each in starts(calendar(event("RRULE:FREQ=YEARLY")), None)] == ["2026", "2027", "2028", "2029"]


def test_a_rule_that_never_comes_true_leaves_the_first_date() -> None:
    assert starts(calendar(event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"))) == ["2026-01-06 10:00"]


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n"])
def test_lines_end_as_they_like(newline: str) -> None:
    assert starts(calendar(event()).replace("\r\n", newline)) == ["2026-01-06 10:00"]


def test_folds_are_undone_even_within_a_character_or_a_word() -> None:
    data = calendar(
        event(summary="Comité Committee", start="DTSTART;TZID=Eur\r\n ope/London:2026\r\n\t0106T100000")
    ).encode()
    assert starts(data.replace("é".encode(), b"\xc3\r\n \xa9")) == ["2026-01-06 10:00"]


def test_several_calendars_in_one_file_and_calendars_in_calendars_are_all_read() -> None:
    inner = calendar(event(uid="b@example.org")).rstrip()
    assert len(starts(calendar(inner, event()) + calendar(event(uid="c@example.org")))) == 3


def test_what_nobody_asks_for_costs_nothing_and_breaks_nothing() -> None:
    attached = event(
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "QUJD" * 500_000, "X-BROKEN", "DESCRIPTION:caf\ufffd", "GEO:nowhere"
    )
    alarm = event("BEGIN:VALARM", "TRIGGER:soon", "DTSTART:never", "END:VALARM", uid="b@example.org")
    assert len(starts(calendar(attached, alarm))) == 2


def test_text_that_is_not_utf_8_matters_only_where_it_is_read() -> None:
    assert starts(calendar(event("DESCRIPTION:café")).encode("cp1252")) == ["2026-01-06 10:00"]


def test_a_broken_event_that_is_not_ours_is_only_noted() -> None:
    _, meetings, problems = read(
        calendar(event(summary="Staff lunch", start="DTSTART:noon", uid="b@example.org"), event())
    )
    assert (len(meetings), problems.found) == (1, [])
    [noted] = problems.notes
    assert (noted.row, noted.column) == (4, "DTSTART")


def test_an_event_without_uid_is_read_and_noted() -> None:
    data = calendar(event().replace("UID:a@example.org\r\n", ""), event().replace("UID:a@example.org\r\n", ""))
    _, meetings, problems = read(data)
    assert len(meetings) == 2
    assert [note.column for note in problems.notes] == ["UID", "UID"]


@pytest.mark.parametrize(
    "places", [{}, {"file": "a.ics", "url": "https://example.org/a"}, {"url": "ftp://example.org/"}]
)
def test_a_calendar_is_in_one_place(places: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"only one of them|begins with"):
        CalendarSpec(events=SPEC.events, **places)


def test_a_feeds_name_and_key_do_not_give_its_address_away() -> None:
    spec = CalendarSpec(url="https://clerk:geheim@example.org/private-token/basic.ics", events=[])
    assert spec.name == "the calendar at example.org"
    assert not any(secret in spec.name + spec.key for secret in ("clerk", "geheim", "token"))
