"""What a committee system has becomes the meetings of the boards: all of them, or none and the reasons."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.moderngov.client import PRODUCT, PoliteGet, WebService
from remembrancer.intake.moderngov.meetings import MOST_MEETINGS, meetings_between
from remembrancer.intake.moderngov.parse import read_meeting
from remembrancer.intake.moderngov.refresh import Refreshed, read_available_meetings
from remembrancer.intake.moderngov.types import Meeting
from remembrancer.intake.moderngov.values import readable
from remembrancer.problems import Problems
from remembrancer.rules.organisation import CommitteeSystemSpec
from tests.intake.committee_service import Held, Site, get_as, replies, running
from tests.intake.committee_xml import item, listed, meeting, meetings, read_listed, row, slashed

ZONE = "Europe/London"
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
DAY = date(2026, 9, 24)


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site(wants_dummy=True)) as made:
        yield made


def polite() -> PoliteGet:
    return PoliteGet(get_as(PRODUCT), pause=0, sleep=lambda _: None)


def read(site: Site, boards: dict[str, int]) -> Refreshed:
    system = CommitteeSystemSpec(site=site.address, committees=boards)
    return read_available_meetings(system, FIRST, LAST, ZONE, polite())


def read_well(site: Site, boards: dict[str, int]) -> list[MeetingEvent]:
    found = read(site, boards)
    assert (found.wrong, found.problems) == ([], [])
    return found.events


def only_problem(site: Site, boards: dict[str, int]) -> str:
    found = read(site, boards)
    assert found.events == []
    [problem] = found.problems
    return str(problem)


def looked_at(site: Site) -> tuple[list[Meeting], list[str]]:
    """The meetings of a committee as the command `meetings` reads them, and what is wrong."""
    problems = Problems()
    found = meetings_between(WebService(site.address, polite()), 134, FIRST, LAST, problems)
    return found, [str(each) for each in problems.found]


def only_problem_looked_at(site: Site) -> str:
    found, [problem] = looked_at(site)
    assert found == []
    return problem


BOARDS = {"cabinet": 134, "families": 207}


def test_a_meeting_becomes_one_of_its_board_by_the_bodys_clock(site: Site) -> None:
    site.meetings = [Held(5501, 134, DAY), Held(5502, 134, date(2026, 11, 5), "2.00 pm")]
    events = read_well(site, {"cabinet": 134})
    more: dict[str, Any] = {"place": "Town Hall", "source": "moderngov:127.0.0.1"}
    assert events == [
        MeetingEvent("cabinet", "moderngov-127.0.0.1-5501", datetime(2026, 9, 24, 9, tzinfo=UTC), **more),
        MeetingEvent("cabinet", "moderngov-127.0.0.1-5502", datetime(2026, 11, 5, 14, tzinfo=UTC), **more),
    ]


def test_a_meeting_that_moves_keeps_its_uid(site: Site) -> None:
    site.meetings = [Held(5501, 134, DAY)]
    [before] = read_well(site, {"cabinet": 134})
    site.meetings = [Held(5501, 134, date(2026, 10, 8), status="Confirmed; Rescheduled from 24 September 2026")]
    [after] = read_well(site, {"cabinet": 134})
    assert (before.uid, after.cancelled) == (after.uid, False)
    assert after.starts_at - before.starts_at == timedelta(days=14)


def test_a_cancelled_meeting_is_told_and_its_agenda_is_not_asked_for(site: Site) -> None:
    site.meetings = [Held(5501, 134, DAY, status="Cancelled", items=(item(1),))]
    [event] = read_well(site, {"cabinet": 134})
    assert event.cancelled
    assert not any("GetMeeting?" in path for path in site.asked)


def test_a_meeting_without_a_time_is_of_a_whole_day_that_begins_at_midnight(site: Site) -> None:
    site.meetings = [Held(5501, 134, DAY, time="")]
    [event] = read_well(site, {"cabinet": 134})
    assert (event.whole_day, event.starts_at) == (True, datetime(2026, 9, 23, 23, tzinfo=UTC))


def test_agendas_come_with_their_meetings_and_nothing_that_is_restricted(site: Site) -> None:
    secret = item(2, "SECRET", "2", isrestricted="True")
    site.meetings = [Held(5501, 134, DAY, items=(item(1, "Minutes"), secret)), Held(5502, 134, DAY, items=(item(3),))]
    found, _ = looked_at(site)
    assert [[(each.id, each.title) for each in meeting.agenda] for meeting in found] == [
        [(1, "Minutes"), (2, "")],
        [(3, "Minutes")],
    ]


@pytest.mark.parametrize("every", [-1, 0])
def test_all_committees_are_minus_one_on_some_sites_and_nought_on_others(site: Site, every: int) -> None:
    site.every = every
    site.meetings = [Held(1, 134, DAY), Held(2, 207, DAY), Held(3, 999, DAY)]
    events = read_well(site, BOARDS)
    assert [(event.board, event.uid[-1]) for event in events] == [("cabinet", "1"), ("families", "2")]


def test_a_site_that_answers_one_of_the_two_with_an_error_is_read_by_the_other(site: Site) -> None:
    site.every, site.wants_dummy = 0, False
    site.meetings = [Held(1, 134, DAY)]
    committees = "<committees>" + "".join(row("committee", {"committeeid": str(id)}) for id in (134, 207))
    site.failures = [replies(200, f"{committees}</committees>".encode()), replies(500, b"Overflow")]
    assert len(read_well(site, BOARDS)) == 1
    site.failures = [replies(200, f"{committees}</committees>".encode()), replies(500), replies(500)]
    assert only_problem(site, BOARDS).startswith("GetAllMeetingsByDate: the site answered with an error (500)")


def test_meetings_of_other_days_and_committees_are_left_out_whatever_the_site_sends(site: Site) -> None:
    site.wants_dummy = False
    held = [listed(1, "31/08/2026"), listed(2, "01/09/2026"), listed(3, "30/11/2026"), listed(4, "01/12/2026")]
    site.meetings = [Held(2, 134, FIRST), Held(3, 134, LAST)]
    committees = replies(200, b"<committees><committee><committeeid>134</committeeid></committee></committees>")
    site.failures = [committees, replies(200, meetings(*held).encode())]
    assert [event.uid[-1] for event in read_well(site, {"cabinet": 134})] == ["2", "3"]


def test_a_committee_that_the_site_does_not_have_is_a_problem(site: Site) -> None:
    said = only_problem(site, {"cabinet": 134, "harbours": 88})
    assert said.startswith("GetCommittees, row 88, column committeeid: the site has no committee 88")
    assert f"'remembrancer committees {site.address}' lists those there are" in said


def test_one_meeting_that_cannot_be_read_refuses_all_that_are_looked_at(site: Site) -> None:
    site.meetings = [Held(1, 134, DAY), Held(2, 134, DAY, items=(item(5, isrestricted="perhaps"),)), Held(3, 134, DAY)]
    said = only_problem_looked_at(site)
    assert said.startswith("GetMeeting, row 2, column isrestricted: 'perhaps' is neither True nor False")


def test_a_problem_with_a_whole_answer_names_the_meeting_that_was_asked_for(site: Site) -> None:
    site.wants_dummy = False
    site.meetings = [Held(5501, 134, DAY)]
    listing = replies(200, meetings(listed(5501)).encode())
    site.failures = [listing, replies(200, b"")]
    assert only_problem_looked_at(site).startswith("GetMeeting, row 5501: the answer is empty")
    site.failures = [listing, replies(403)]
    assert "ask those who run it to let 'Remembrancer/0.1' through" in only_problem_looked_at(site)
    site.failures = [listing, replies(200, meeting(meetingid="77").encode())]
    assert "the site answered with the meeting 77" in only_problem_looked_at(site)


def test_a_service_that_is_switched_off_is_told_in_plain_words(site: Site) -> None:
    site.switched_off = True
    said = only_problem(site, BOARDS)
    assert said.startswith("GetCommittees: the site does not offer its web service to programs")


def test_too_many_meetings_are_not_asked_for_one_by_one(site: Site) -> None:
    site.meetings = [Held(id, 134, DAY) for id in range(1, MOST_MEETINGS + 2)]
    assert "there are 401 meetings on these days" in only_problem(site, {"cabinet": 134})
    assert len(site.asked) == 3


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=60)
TITLES = TEXTS.filter(lambda text: readable(text) == text)
DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))
TIMES = st.none() | st.times().map(lambda each: each.replace(second=0, microsecond=0))
ZERO_OR_MORE = st.integers(0, 999_999_999)


def written(starts: time | None, style: str) -> str:
    if starts is None:
        return ""
    if style == "24":
        return f"{starts:%H:%M}"
    half = "am" if starts.hour < 12 else "pm"
    return f"{(starts.hour - 1) % 12 + 1}{style}{starts:%M} {half}"


@st.composite
def agenda_items(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    wanted = {
        "id": draw(st.integers(1, 999_999_999)),
        "number": draw(ZERO_OR_MORE),
        "title": draw(TITLES),
        "restricted": draw(st.booleans()),
    }
    escaped = draw(st.integers(0, 1))
    values = {
        "agendaitemid": f" {wanted['id']}",
        "agendaitemtitle": str(wanted["title"]),
        "agendaitemnumber": f" {wanted['number']}",
        "isrestricted": str(wanted["restricted"]),
    }
    return wanted, row("agendaitem", values, escaped=escaped)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    ZERO_OR_MORE.filter(bool),
    DAYS,
    TIMES,
    st.sampled_from([".", ":", "24"]),
    TITLES,
    st.lists(agenda_items(), max_size=5, unique_by=lambda each: each[0]["id"]),
)
def test_any_meeting_that_is_written_in_that_shape_is_read_back_the_same(
    id: int, day: date, starts: time | None, style: str, place: str, agenda: list[tuple[dict[str, Any], str]]
) -> None:
    values = {"meetingid": str(id), "meetingdate": slashed(day), "meetingtime": written(starts, style)}
    problems = Problems()
    answer = meeting(*(xml for _, xml in agenda), **values, meetinglocation=place)
    found = read_meeting(answer.encode(), problems)
    assert found is not None, problems.found
    assert (found.id, found.day, found.starts, found.place) == (id, day, starts, place)
    for read, (wanted, _) in zip(found.agenda, agenda, strict=True):
        assert (read.id, read.number, read.restricted) == (wanted["id"], wanted["number"], wanted["restricted"])
        assert read.title == ("" if wanted["restricted"] else wanted["title"])


@given(st.lists(st.tuples(st.integers(1, 999_999_999), DAYS), max_size=20, unique_by=lambda each: each[0]))
def test_any_list_that_is_written_in_that_shape_is_read_back_the_same(held: list[tuple[int, date]]) -> None:
    problems = Problems()
    found = read_listed(meetings(*(listed(id, slashed(day)) for id, day in held)).encode(), problems)
    assert [(each.id, each.day) for each in found or ()] == held
    assert (problems.found, problems.notes) == ([], [])
