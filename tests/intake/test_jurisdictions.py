"""Whose law a board follows, and what organisation.yaml says of its deadlines."""

from datetime import date
from pathlib import Path

import pytest

from remembrancer.intake.folder.reader import read_folder
from remembrancer.problems import RefusedError
from remembrancer.queries.deadline_rules import rules_of, shipped
from remembrancer.rules.organisation import LAWS, OrganisationSpec
from remembrancer.shipped import JURISDICTIONS
from tests.conftest import Edit

SECRETARY = '    channel: "#asch-cabinet-committee"\n'


def organisation(folder: Path) -> OrganisationSpec:
    return read_folder(folder).organisation


def faults(folder: Path) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        read_folder(folder)
    return [str(problem) for problem in refused.value.problems.found]


def test_every_jurisdiction_has_a_file_and_every_file_is_one() -> None:
    laws = [law for nation in LAWS.values() for law in nation]
    assert {path.stem for path in JURISDICTIONS.glob("*.yaml")} == set(laws)
    assert [shipped(law).key for law in laws] == laws
    assert all(rule.basis for law in laws for rule in shipped(law).rules)


def test_the_law_is_that_of_the_nation_unless_the_organisation_or_the_board_says_so(folder: Path, edit: Edit) -> None:
    board = organisation(folder).boards[0]
    assert organisation(folder).law_of(board) == "england"
    edit("organisation.yaml", "nation: england-and-wales\n", "nation: england-and-wales\njurisdiction: wales\n")
    assert organisation(folder).law_of(board) == "wales"
    edit("organisation.yaml", SECRETARY, f"{SECRETARY}    jurisdiction: england\n")
    welsh = organisation(folder)
    assert [welsh.law_of(each) for each in welsh.boards[:2]] == ["england", "wales"]


def test_a_jurisdiction_of_another_nation_is_refused(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", "nation: england-and-wales\n", "nation: england-and-wales\njurisdiction: scotland\n")
    [fault] = faults(folder)
    assert "in england-and-wales the jurisdiction is england or wales, not scotland" in fault


def test_a_board_changes_a_rule_and_the_others_keep_theirs(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", SECRETARY, f"{SECRETARY}    rules: {{agenda: {{count: 7}}}}\n")
    found = organisation(folder)
    counts = [next(rule.count for rule in rules_of(found, board) if rule.key == "agenda") for board in found.boards]
    assert counts == [7, 5, 5, 5]


def test_the_rules_are_the_same_once_the_organisation_has_been_stored(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", SECRETARY, f'{SECRETARY}    rules: {{agenda: {{from: agenda_setting, at: "16:00"}}}}\n')
    found = organisation(folder)
    again = OrganisationSpec.model_validate(found.model_dump(mode="json"))
    assert rules_of(again, again.boards[0]) == rules_of(found, found.boards[0])


def test_rules_that_cannot_be_counted_are_refused_with_the_board_and_the_reason(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", SECRETARY, f"{SECRETARY}    rules: {{agenda: {{from: agenda}}}}\n")
    [fault] = faults(folder)
    assert fault == (
        "organisation.yaml, column asch_cabinet_committee: the deadlines of Adult Social Care and Health Cabinet "
        "Committee cannot be counted: the deadline agenda counts from itself; let it count from the meeting. "
        "Correct its rules."
    )


def test_bank_holidays_are_announced_to_the_day_that_is_told_or_to_the_end_of_next_year(
    folder: Path, edit: Edit
) -> None:
    assert organisation(folder).announced_until(date(2019, 8, 28)) == date(2020, 12, 31)
    told = "bank_holidays_announced_until: 2019-12-31\nworks: []"
    edit("organisation.yaml", "works: []", told)
    assert organisation(folder).announced_until(date(2019, 8, 28)) == date(2019, 12, 31)
