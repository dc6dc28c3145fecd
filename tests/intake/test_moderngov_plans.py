"""The forward plan's pages are read as people read them, label by label."""

from datetime import date

import pytest

from remembrancer.intake.moderngov.plan_items import read_plan_items
from remembrancer.intake.moderngov.plans import read_plans
from remembrancer.intake.moderngov.types import Due, ForwardPlan, ForwardPlanEntry
from remembrancer.problems import Problems
from tests.intake.committee_xml import example

TITLE = "Forthcoming Executive Decisions - 2 September 2022 (02/09/2022 to 31/01/2023, Cabinet)"


def read(page: bytes) -> tuple[ForwardPlan, list[ForwardPlanEntry], Problems]:
    problems = Problems()
    found = read_plan_items(page, problems)
    assert found is not None, problems.found
    return *found, problems


def page(*lines: str, title: str = TITLE) -> bytes:
    """A plan with one entry of these lines."""
    inside = "".join(f"<p>{line}</p>" for line in lines)
    link = '<a class="mgPlanItemTitle" href="mgIssueHistoryHome.aspx?IId=7">22/00001 - A title</a>'
    return f"<html><body><h2>{title}</h2><ul><li>{link}{inside}</li></ul></body></html>".encode()


def labelled(label: str, words: str) -> str:
    return f'<span class="mgLabel">{label}:&nbsp;</span>{words}'


def problems_of(given: bytes) -> list[str]:
    """What is wrong with a page that is refused."""
    problems = Problems()
    assert read_plan_items(given, problems) is None
    return [str(each) for each in problems.found]


def problem_of_row(given: bytes) -> str:
    """What is wrong with one decision of a page that can be read."""
    problems = Problems()
    assert read_plan_items(given, problems) is not None
    [problem] = problems.found
    return str(problem)


def test_the_editions_of_a_plan_are_listed_with_their_dates_and_periods() -> None:
    problems = Problems()
    plans = read_plans(example("plans.html"), problems)
    assert plans is not None
    newest, older = plans
    assert older == ForwardPlan(date(2022, 9, 2), date(2023, 1, 31), "Cabinet", 405, 130)
    assert (newest.dated, newest.id) == (date(2022, 10, 3), 412)


def test_a_page_without_a_plan_is_no_list_of_plans() -> None:
    problems = Problems()
    assert read_plans(b"<html><body><a href='mgPlansHome.aspx'>Plans</a></body></html>", problems) is None
    assert "the page is no list of forward plans" in str(problems.found[0])


def test_a_plan_has_its_title_and_its_decisions() -> None:
    plan, entries, problems = read(example("plan_items.html"))
    assert (plan.dated, plan.last_day, plan.body) == (date(2022, 9, 2), date(2023, 1, 31), "Cabinet")
    assert [(each.reference, each.title, each.issue) for each in entries] == [
        ("22/00089", "Road repairs & drainage", 3101),
        ("22/00090", "Sale of the depot", 3102),
        ("", "Library opening hours", 3103),
    ]
    assert (problems.found, problems.notes) == ([], [])


def test_a_decision_has_what_its_labels_say() -> None:
    roads, depot, library = read(example("plan_items.html"))[1]
    assert roads.decision_maker == "Cabinet Member for Highways"
    assert roads.due == Due("Not before 1st Oct 2022", "not_before", date(2022, 10, 1))
    assert (roads.lead_officer, roads.exempt) == ("Lee Marsh", False)
    assert depot.exempt
    assert depot.urgency == "The lease ends before the next plan is published."
    assert library.due == Due("Before 29 Sep 2023", "before", date(2023, 9, 29))
    assert (library.exempt, library.decision_maker) == (True, "")


def test_what_is_under_decision_is_words_from_which_no_notice_can_be_reckoned() -> None:
    depot = read(example("plan_items.html"))[1][1]
    assert (depot.decision, depot.due) == ("21 Nov 2022", None)


def test_words_that_name_no_day_are_kept() -> None:
    _, [entry], _ = read(page(labelled("Decision due", "Autumn 2022")))
    assert entry.due == Due("Autumn 2022", "unclear", None)


def test_a_day_that_is_none_is_a_problem_with_its_place() -> None:
    problem = problem_of_row(page(labelled("Decision due", "Not before 31 Feb 2023")))
    assert problem.startswith("mgListPlanItems, row 1, column Decision due: 31 Feb 2023 is no day of any calendar")
    [problem] = problems_of(page(title=TITLE.replace("31/01/2023", "31/02/2023")))
    assert "is no day of any calendar" in problem


def test_a_restriction_that_is_not_known_is_exempt_and_none_is_not() -> None:
    restricted = page(labelled("Anticipated restriction", "Confidential - a reason"))
    opened = page(labelled("Anticipated restriction", "Open (for now)"))
    assert [read(each)[1][0].exempt for each in (restricted, opened, page())] == [True, False, False]


def test_a_reference_or_a_number_that_is_there_twice_is_a_problem_of_the_second() -> None:
    link = '</li><li><a class="mgPlanItemTitle" href="mgIssueHistoryHome.aspx?IId={}">{}</a></li>'
    twice = page().replace(b"</li>", link.format(8, "22/00001 - B").encode())
    assert problem_of_row(twice).startswith("mgListPlanItems, row 2: the reference 22/00001 is there twice")
    twice = page().replace(b"</li>", link.format(7, "22/00002 - B").encode())
    assert problem_of_row(twice).startswith("mgListPlanItems, row 2: the decision with the number 7 is there twice")


def test_a_decision_without_a_title_is_a_problem() -> None:
    assert problem_of_row(page().replace(b"22/00001 - A title", b" ")).startswith(
        "mgListPlanItems, row 1, column title: is blank"
    )


def test_a_plan_without_decisions_is_whole_and_another_page_is_none() -> None:
    assert read(f"<html><body><h2>{TITLE}</h2></body></html>".encode())[1] == []
    assert "the page is no forward plan" in problems_of(b"<html><body><p>Access denied</p></body></html>")[0]


@pytest.mark.parametrize("form", ["<br>{0}", "<div>{0}</div>", "<table><tr><td>{0}</td></tr></table>", "<dd>{0}</dd>"])
def test_labels_are_known_wherever_their_line_begins(form: str) -> None:
    _, [entry], _ = read(page(form.format("Lead officer: Lee Marsh"), form.format("Decision: Later")))
    assert (entry.lead_officer, entry.decision) == ("Lee Marsh", "Later")


def test_an_older_page_whose_links_have_no_style_is_read_by_their_addresses() -> None:
    plain = example("plan_items.html").replace(b'class="mgPlanItemTitle"', b"")
    assert read(plain)[1] == read(example("plan_items.html"))[1]
