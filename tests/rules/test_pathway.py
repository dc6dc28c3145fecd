"""A paper's way through boards: each has to meet in time for the next, worked out backwards."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import Board, Meeting
from remembrancer.queries.deadline_rules import shipped
from remembrancer.rules.calendar.deadline_rules import override_rules
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import WorkingTime, local_day
from remembrancer.rules.forward_plan.pathway import pathway

TIME = WorkingTime(nation="england-and-wales", zone="Europe/London")
RULES = override_rules(shipped("england").rules, {"final_report": {"used": True}})
UNTIL = date(2030, 12, 31)


def board(id: int) -> Board:
    return Board(id=id, key=f"board_{id}", name=f"Board {id}", kind="board", channel="#x", secretary_post_id=1)


def meeting(board_id: int, day: date) -> Meeting:
    return Meeting(
        board_id=board_id, uid=day.isoformat(), starts_at=datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    )


def of(_board: Board, each: Meeting) -> Sequence[Deadline]:
    return deadlines(RULES, each.starts_at, TIME, UNTIL)


def test_each_board_before_has_to_meet_two_working_days_before_the_next_ones_final_report() -> None:
    last = meeting(3, date(2021, 6, 17))  # final report Tuesday 8 June; two working days before: Friday 4 June
    team = [meeting(2, day) for day in (date(2021, 5, 5), date(2021, 6, 2), date(2021, 6, 9))]
    first = [meeting(1, day) for day in (date(2021, 5, 12), date(2021, 5, 26))]
    stops = pathway([(board(1), first), (board(2), team), (board(3), [])], last, of, TIME)
    assert [stop.by for stop in stops] == [date(2021, 5, 19), date(2021, 6, 4), None]
    assert [stop.meeting and stop.meeting.uid for stop in stops] == ["2021-05-12", "2021-06-02", "2021-06-17"]


def test_a_board_without_a_meeting_in_time_is_named_and_nothing_before_it_can_be_known() -> None:
    stops = pathway([(board(1), []), (board(2), []), (board(3), [])], meeting(3, date(2021, 6, 17)), of, TIME)
    assert [(stop.meeting, stop.by) for stop in stops[:2]] == [(None, None), (None, date(2021, 6, 4))]


def test_a_board_without_a_date_for_reports_has_its_papers_in_when_they_are_published() -> None:
    def published(_board: Board, each: Meeting) -> Sequence[Deadline]:
        return deadlines(shipped("england").rules, each.starts_at, TIME, UNTIL)

    [first, _] = pathway([(board(1), []), (board(2), [])], meeting(2, date(2021, 6, 17)), published, TIME)
    assert first.by == date(2021, 6, 7)  # published by Wednesday 9 June


@given(st.lists(st.integers(0, 200), max_size=12), st.lists(st.integers(0, 200), max_size=12))
def test_a_paper_never_comes_to_a_board_before_the_one_that_it_goes_through_first(a: list[int], b: list[int]) -> None:
    start = date(2021, 1, 4)
    meetings = [[meeting(n, start + timedelta(days=day)) for day in days] for n, days in ((1, a), (2, b))]
    last = meeting(3, date(2021, 6, 17))
    stops = pathway([(board(1), meetings[0]), (board(2), meetings[1]), (board(3), [])], last, of, TIME)
    days = [local_day(stop.meeting.starts_at, TIME.zone) for stop in stops if stop.meeting]
    assert days == sorted(days)
    assert all(day <= stop.by for stop in stops if stop.meeting and stop.by for day in [stop.meeting.starts_at.date()])
