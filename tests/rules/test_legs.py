"""A paper's legs by example: what was said for a board before, and to which meetings of a board a paper may go."""

from datetime import UTC, date, datetime

from remembrancer.models import Meeting, PaperAnswer
from remembrancer.rules.forward_plan.papers import Paper, may_go_to, stages_carried_over, with_earlier_papers
from tests.oracle import papers as papers_oracle
from tests.rules.build import LEAD, SECRETARY, STAGES, moment
from tests.rules.test_papers_against_oracle import add_leg, paper

NOW = datetime(2021, 5, 20, 9, tzinfo=UTC)
APRIL, MAY, JUNE = (
    Meeting(id=n, board_id=1, uid=str(n), starts_at=datetime(2021, n, 5, tzinfo=UTC)) for n in (4, 5, 6)
)


def said(**answers: bool) -> dict[str, PaperAnswer]:
    return {
        stage: PaperAnswer(placing_id=1, meeting_id=1, stage=stage, is_so=is_so, at=NOW)
        for stage, is_so in answers.items()
    }


def two_boards() -> papers_oracle.Paper:
    """For Thursday 17 October 2019, by way of a board on the 10th, each with all the dates that there are."""
    days: dict[papers_oracle.Stage, int] = {"draft": 3, "cleared": 4, "final": 5}
    found = [
        papers_oracle.Paper(
            id=1,
            meeting=1,
            post=LEAD,
            secretary=SECRETARY,
            begins=moment(f"2019-10-{day} 10:00"),
            due={stage: date(2019, 10, day - 10 + n) for stage, n in days.items()},
            ahead=dict.fromkeys((*papers_oracle.ORDER, "notice"), 3),
        )
        for day in (17, 10)
    ]
    add_leg(found[0], found[1])
    return found[0]


def asked(given: papers_oracle.Paper) -> list[list[str]]:
    return [
        [stage.key for stage, _ in each.open_stages]
        for each in with_earlier_papers([paper(given)], moment("2019-09-01 09:00"))
    ]


def test_whether_it_is_coming_is_asked_for_the_last_board_and_all_else_for_each() -> None:
    assert asked(two_boards()) == [["draft", "cleared", "final"], ["coming", "draft", "cleared", "final"]]


def test_what_is_in_or_cleared_for_one_board_is_not_asked_for_the_next_but_the_final_report_is() -> None:
    given = two_boards()
    given.legs[0].said = {"draft": True}
    assert asked(given) == [["cleared", "final"], ["cleared", "final"]]
    given.legs[0].said = {"cleared": True}
    assert asked(given) == [["final"], ["final"]]
    given.legs[0].said = {"final": True}
    assert asked(given) == [[], ["cleared", "final"]]
    given.legs[0].said = {"draft": False}
    assert asked(given) == asked(two_boards())


def test_what_is_said_for_the_last_board_is_still_asked_for_the_one_before() -> None:
    given = two_boards()
    given.said = {"cleared": True}
    assert asked(given) == [["draft", "cleared", "final"], ["final"]]


def test_what_was_said_for_a_meeting_that_it_goes_to_no_more_holds() -> None:
    assert stages_carried_over(STAGES, {7: said(draft=True), 8: said(cleared=True)}, [8]) == {"draft"}
    assert stages_carried_over(STAGES, {7: said(draft=False), 8: said(cleared=True)}, [8]) == set()


def test_a_leg_whose_meeting_is_over_is_asked_for_no_more() -> None:
    found: list[Paper] = with_earlier_papers([paper(two_boards())], moment("2019-10-10 10:00"))
    assert [each.final_paper is None for each in found] == [True]


def test_a_board_that_had_the_final_report_when_it_met_has_heard_it() -> None:
    assert may_go_to([APRIL, MAY, JUNE], {5: said(final=True)}, {5}, STAGES.last, NOW) == [MAY]
    assert may_go_to([APRIL, MAY, JUNE], {5: said(final=False)}, {5}, STAGES.last, NOW) == [MAY, JUNE]
    assert may_go_to([APRIL, MAY, JUNE], {6: said(final=True)}, {6}, STAGES.last, NOW) == [JUNE]


def test_what_was_asked_about_does_not_go_back_to_a_meeting_that_is_over() -> None:
    assert may_go_to([APRIL, MAY, JUNE], {}, {6}, STAGES.last, NOW) == [JUNE]
    assert may_go_to([APRIL, MAY, JUNE], {}, {5}, STAGES.last, NOW) == [MAY, JUNE]
    assert may_go_to([APRIL, MAY, JUNE], {}, {99}, STAGES.last, NOW) == [APRIL, MAY, JUNE]
