"""What can be read of a committee system is given, and what cannot is named; its own trouble ends the reading."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from remembrancer.intake.http.fetch import FetchError
from remembrancer.intake.moderngov.client import PRODUCT, PoliteGet, in_time
from remembrancer.intake.moderngov.refresh import Refreshed, read_available_meetings
from remembrancer.rules.organisation import CommitteeSystemSpec
from tests.intake.committee_service import Held, Site, get_as, hangs_up, replies, running
from tests.intake.committee_xml import committees, item, listed, meetings

ZONE = "Europe/London"
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
DAY = date(2026, 9, 24)
BROKEN = (item(5, isrestricted="perhaps"),)
Failure = Callable[[BaseHTTPRequestHandler], None]
BOARDS = {"cabinet": 134, "families": 207}


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as made:
        yield made


def polite() -> PoliteGet:
    return PoliteGet(get_as(PRODUCT), pause=0, sleep=lambda _: None)


def system_of(site: Site, boards: dict[str, int]) -> CommitteeSystemSpec:
    return CommitteeSystemSpec(site=site.address, committees=boards)


def read(site: Site, boards: dict[str, int] | None = None) -> Refreshed:
    return read_available_meetings(system_of(site, boards or {"cabinet": 134}), FIRST, LAST, ZONE, polite())


def numbers(found: Refreshed) -> list[int]:
    return [int(event.uid.rpartition("-")[2]) for event in found.events]


def lists(*rows: str) -> list[Failure]:
    """What the site answers first: its committees, and this list."""
    return [replies(200, committees([(134, "Cabinet")]).encode()), replies(200, meetings(*rows).encode())]


def test_a_meeting_that_cannot_be_read_is_named_and_the_others_are_given(site: Site) -> None:
    site.meetings = [Held(1, 134, DAY), Held(2, 134, DAY, items=BROKEN), Held(3, 134, DAY)]
    found = read(site)
    assert (numbers(found), sorted(found.unread), found.problems) == ([1, 3], [2], [])
    [wrong] = found.wrong
    assert str(wrong).startswith("GetMeeting, row 2, column isrestricted: 'perhaps' is neither True nor False")


@pytest.mark.parametrize("status", [404, 500])
def test_a_meeting_that_the_site_fails_at_is_named_and_the_others_are_given(site: Site, status: int) -> None:
    site.meetings = [Held(1, 134, DAY), Held(2, 134, DAY)]
    site.failures = [*lists(listed(1), listed(2)), replies(status)]
    found = read(site)
    assert (numbers(found), sorted(found.unread), len(found.wrong)) == ([2], [1], 1)


def test_a_row_of_the_list_that_cannot_be_read_costs_only_that_meeting(site: Site) -> None:
    site.meetings = [Held(2, 134, DAY), Held(3, 134, DAY)]
    site.failures = lists(listed(1, "31/09/2026"), listed(2), listed(3))
    found = read(site)
    assert (numbers(found), sorted(found.unread), found.nameless) == ([2, 3], [1], False)
    assert str(found.wrong[0]).startswith("GetMeetings, row 1, column meetingdate: 31/09/2026 is no day")


def test_a_row_whose_number_cannot_be_read_could_be_any_meeting(site: Site) -> None:
    site.meetings = [Held(2, 134, DAY)]
    site.failures = lists(listed("one"), listed(2))
    found = read(site)
    assert (numbers(found), sorted(found.unread), found.nameless) == ([2], [], True)


def test_a_meeting_that_is_listed_twice_is_not_taken_by_chance(site: Site) -> None:
    site.meetings = [Held(2, 134, DAY), Held(3, 134, DAY)]
    site.failures = lists(listed(1), listed(1, "25/09/2026"), listed(2), listed(3))
    found = read(site)
    assert (numbers(found), sorted(found.unread)) == ([2, 3], [1])


def test_what_is_wrong_with_the_meetings_of_other_committees_does_not_matter(site: Site) -> None:
    site.meetings = [Held(2, 134, DAY), Held(3, 207, DAY)]
    other = meetings(listed("one"), committee=999).partition("<committee>")[2]
    own = meetings(listed(2)).replace("</getmeetings>", f"<committee>{other}")
    site.failures = [replies(200, committees([(134, "Cabinet"), (207, "Families")]).encode())]
    site.failures.append(replies(200, own.encode()))
    found = read(site, BOARDS)
    assert (numbers(found), found.nameless, found.wrong) == ([2], False, [])


def test_where_most_meetings_cannot_be_read_the_system_is_not_understood(site: Site) -> None:
    site.meetings = [Held(1, 134, DAY, items=BROKEN), Held(2, 134, DAY, items=BROKEN), Held(3, 134, DAY)]
    found = read(site)
    assert (found.events, sorted(found.unread)) == ([], [])
    assert "2 meetings cannot be read, more than can" in str(found.problems[0])
    site.meetings = [Held(1, 134, DAY, items=BROKEN)]
    assert sorted(read(site).unread) == [1]  # the only one there is may be odd


def test_a_list_without_a_row_that_makes_sense_is_refused(site: Site) -> None:
    site.failures = lists(*(listed(id, "soon") for id in range(1, 200)))
    assert len(read(site).problems) >= 1


def test_a_site_that_goes_away_is_not_asked_for_every_meeting(site: Site) -> None:
    site.meetings = [Held(id, 134, DAY) for id in range(1, 20)]
    site.failures = [*lists(*(listed(id) for id in range(1, 20))), *[hangs_up] * 9]
    found = read(site)
    assert "the site could not be reached" in str(found.problems[0])
    assert len(site.asked) == 2 + 9  # three meetings, three times each


def test_a_site_that_asks_to_be_left_alone_is(site: Site) -> None:
    site.meetings = [Held(id, 134, DAY) for id in range(1, 20)]
    busy = replies(503, Retry_After="7200")
    site.failures = [*lists(*(listed(id) for id in range(1, 20))), busy]
    assert "the site is busy" in str(read(site).problems[0])
    assert len(site.asked) == 3


def test_what_takes_too_long_altogether_is_given_up() -> None:
    moments = iter([0.0, 60.0, 61.0])
    get = in_time(lambda url: url.encode(), 60, lambda: next(moments))
    assert get("a") == b"a"
    with pytest.raises(FetchError) as caught:
        get("b")
    assert (caught.value.name, caught.value.values["minutes"]) == ("takes_long", 1)


def test_a_committee_that_is_not_there_and_a_service_that_is_off_refuse_all(site: Site) -> None:
    assert "the site has no committee 88" in str(read(site, {"harbours": 88}).problems[0])
    site.switched_off = True
    assert "does not offer its web service" in str(read(site).problems[0])


def test_the_moment_is_by_the_bodys_clock(site: Site) -> None:
    site.meetings = [Held(1, 134, DAY)]
    assert read(site).events[0].starts_at == datetime(2026, 9, 24, 9, tzinfo=UTC)
