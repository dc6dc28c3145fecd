"""What is asked about a paper and when, by example: a paper of Ada's for a meeting on Thursday 17 October 2019.

Its draft is due on Monday 7 October, clearance on Wednesday 9 and the final report on Friday 11; Dee is the secretary.
"""

from collections.abc import Set
from dataclasses import replace
from datetime import date, datetime

from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.rules.facts import PromptKey
from remembrancer.rules.forward_plan.paper_prompts import paper_subjects
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.prompts.due import due
from remembrancer.rules.prompts.subjects import DuePrompt
from tests.oracle import World
from tests.oracle import papers as papers_oracle
from tests.rules.build import LEAD, SECRETARY, Who, facts, leave, moment, office, vacate
from tests.rules.test_papers_against_oracle import paper

DRAFT, CLEARED, FINAL = date(2019, 10, 7), date(2019, 10, 9), date(2019, 10, 11)


def adas(**changes: object) -> Paper:
    given = papers_oracle.Paper(
        id=1,
        meeting=1,
        post=LEAD,
        secretary=SECRETARY,
        begins=moment("2019-10-17 10:00"),
        due={"draft": DRAFT, "cleared": CLEARED, "final": FINAL},
        ahead={"coming": 10, "draft": 5, "cleared": 4, "final": 3, "notice": 10},
    )
    return paper(replace(given, **changes))  # type: ignore[arg-type]


def said(world: World, asked: Paper, now: str) -> list[str]:
    return [line(each) for each in planned(world, asked, moment(now))]


def planned(world: World, asked: Paper, now: datetime, told: Set[PromptKey] = frozenset()) -> list[DuePrompt]:
    given = replace(facts(world), prompted=told)
    return due(given, paper_subjects([asked], given), now)


def line(each: DuePrompt) -> str:
    return f"{Who(each.person_id).name.title()} {each.subject.name.rpartition('.')[2]} {each.step}"


def test_without_agenda_setting_whether_it_is_coming_is_asked_for_the_first_deadline() -> None:
    assert said(office(), adas(), "2019-09-20 09:00") == []
    assert said(office(), adas(), "2019-09-23 08:59") == []
    assert said(office(), adas(), "2019-09-23 09:00") == ["Ada coming ask"]


def test_what_is_said_so_is_asked_no_more_and_what_comes_before_it_neither() -> None:
    assert said(office(), adas(said={"draft": False}), "2019-09-30 09:00") == ["Ada draft ask"]
    assert said(office(), adas(said={"draft": True}), "2019-09-30 09:00") == []
    assert said(office(), adas(said={"final": True}), "2019-10-14 09:00") == []


def test_nobody_is_asked_or_reminded_whether_it_is_cleared_before_the_draft_is_in() -> None:
    assert said(office(), adas(said={"coming": True}), "2019-10-07 16:00") == ["Ada draft remind"]
    late = ["Ada draft late", "Dee draft late"]
    assert said(office(), adas(said={"coming": True}), "2019-10-08 09:00") == late
    assert said(office(), adas(said={"draft": True}), "2019-10-08 09:00") == ["Ada cleared remind"]
    assert said(office(), adas(said={"draft": True}), "2019-10-09 09:00") == ["Ada cleared remind"]
    assert said(office(), adas(said={"cleared": True}), "2019-10-09 09:00") == ["Ada final ask"]


def test_what_is_late_is_told_even_where_something_before_it_is_open() -> None:
    assert said(office(), adas(), "2019-10-14 09:00") == ["Ada final late", "Dee final late"]
    assert said(office(), adas(), "2019-10-17 10:00") == []


def test_who_is_away_is_stood_in_for_and_a_vacant_post_goes_up_the_line() -> None:
    world = office()
    leave(world, Who.ADA, "2019-09-20", "2019-09-27", delegate=Who.EVE)
    assert said(world, adas(), "2019-09-23 09:00") == ["Eve coming ask"]
    vacate(world, LEAD)
    assert said(world, adas(), "2019-09-23 09:00") == ["Ben coming ask"]


def test_of_a_paper_that_nobody_brings_the_secretary_is_asked_for_the_notice_alone() -> None:
    nobodys = adas(post=None, due={"draft": DRAFT, "notice": date(2019, 9, 17)})
    assert said(office(), nobodys, "2019-09-03 09:00") == ["Dee notice ask"]
    assert said(office(), nobodys, "2019-10-14 09:00") == ["Dee notice late"]
    assert said(office(), adas(post=None, due={"draft": DRAFT}), "2019-10-14 09:00") == []


def test_nobody_is_asked_while_everything_is_paused() -> None:
    world = office()
    world.paused = True
    assert said(world, adas(), "2019-09-23 09:00") == []


def test_each_is_said_once_and_again_once_the_meeting_has_moved() -> None:
    now = moment("2019-09-23 09:00")
    told = {each.key for each in planned(office(), adas(), now)}
    assert planned(office(), adas(), now, told) == []
    assert [line(each) for each in planned(office(), adas(revision=2), now, told)] == ["Ada coming ask"]


def test_an_exempt_item_is_not_named_where_anybody_may_read_it() -> None:
    item = adas().item
    item.title = "Contract for home care"
    assert public_title(item) == "Contract for home care"
    item.confidential = True
    assert public_title(item) == "Exempt item"
