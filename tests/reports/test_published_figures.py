"""The simulated Quarter 2 of 2019/20 gives the figures that were published, where its rows support them.

Source: Kent County Council, Strategic Delivery Plan monitoring analysis report, 27 November 2019 (tests/data).
"""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from remembrancer.scheduler.simulate import simulate
from tests.conftest import EXAMPLE, ROOT

PUBLISHED = yaml.safe_load((ROOT / "tests/data/sdp_2019_20_published.yaml").read_text(encoding="utf-8"))
FIRST, LAST = date(2019, 8, 30), date(2019, 9, 30)
Figures = dict[str, Any]


def run(folder: Path, out: Path) -> Figures:
    simulate(folder, FIRST, LAST, out)
    found = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    return next(each for each in found if each["window"] == "2019-20-q2")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def figures(out: Path) -> Figures:
    return run(EXAMPLE, out)


def test_the_window_is_named_by_its_programme_and_its_key(figures: Figures) -> None:
    assert (figures["programme"], figures["window"]) == ("strategic-delivery-plan", "2019-20-q2")


def test_submissions_are_as_published(figures: Figures) -> None:
    assert figures["submissions"] == PUBLISHED["submissions"]
    assert figures["no_update"] == []


def test_delivery_now_and_last_quarter_is_as_published(figures: Figures) -> None:
    assert figures["delivery"] == PUBLISHED["delivery"]["q2"]
    assert figures["delivery_percent"] == PUBLISHED["delivery"]["q2_percent"]
    assert figures["delivery_previous"] == PUBLISHED["delivery"]["q1"]
    assert figures["not_on_track"] == [str(ref) for ref in PUBLISHED["delivery"]["not_on_track"]]


def test_activities_due_in_the_year_are_as_published(figures: Figures) -> None:
    assert figures["due_in_year"] == PUBLISHED["due_in_2019_20"]


def test_revised_end_dates_are_as_published(figures: Figures) -> None:
    published = PUBLISHED["revised_end_date_beyond_original"]
    assert figures["revised_end_date"] == {
        "total": published["total"],
        "of_which_on_track": published["of_which_on_track"],
        "items": [str(ref) for ref in published["activities"]],
    }


def test_the_type_of_activity_not_on_track_is_as_published(figures: Figures) -> None:
    published = PUBLISHED["activity_type"]
    assert figures["activity_type"]["people_commissioning"] == {
        "n": published["not_on_track_people_commissioning"],
        "percent": published["percent"],
    }


def test_milestones_of_both_quarters_are_as_published(figures: Figures) -> None:
    published = PUBLISHED["milestones"]
    assert figures["milestones"] == {
        "reporting": published["reporting"]["q2"],
        "percent": published["reporting"]["q2_percent"],
        "by_kind": published["q2"],
    }
    assert figures["milestones_previous"] == {"reporting": published["reporting"]["q1"], "by_kind": published["q1"]}


def test_issues_are_as_published(figures: Figures) -> None:
    published = PUBLISHED["issues_not_on_track"]
    for theme in ("dependencies", "stakeholders", "complexity", "delivery_environment"):
        assert figures["issues"][theme] == published[theme]
    assert figures["issues_per_item"] == {str(n): items for n, items in published["per_activity"].items()}


def test_what_was_reported_since_last_quarter_is_as_published(figures: Figures) -> None:
    published = PUBLISHED["reported_since_q1"]
    assert figures["reported"] == {
        "corporate_board": 0,
        "cabinet_members_meeting": published["cabinet_members_meeting"],
        "cabinet_committee": published["cabinet_committees"],
        "informal_governance_board": published["informal_governance_boards"],
    }


def test_expected_reporting_is_as_published(figures: Figures) -> None:
    published = PUBLISHED["expected_reporting_2019_20"]
    assert figures["expected_reporting"]["cabinet_members_meeting"] == published["q2"]["cabinet_members_meeting"]
    assert figures["expected_reporting"]["cabinet_committee"] == published["q2"]["cabinet_committees"]
    assert figures["expected_reporting_percent"]["cabinet_committee"] == published["cabinet_committees_percent"]
    assert figures["expected_none"] == published["none_of_them"]["q2"]


def test_risk_registers_are_as_published(figures: Figures) -> None:
    assert figures["risk_registers"] == PUBLISHED["risk_registers"]


def test_contradiction_the_table_ticks_eleven_informal_boards_and_the_text_says_ten(figures: Figures) -> None:
    assert PUBLISHED["expected_reporting_2019_20"]["q2"]["informal_governance_boards"] == 10
    assert figures["expected_reporting"]["informal_governance_board"] == 11
    assert figures["expected_reporting_percent"]["informal_governance_board"] == 65
    covered = figures["forward_plan"]["informal_governance_board"]
    assert covered == {"scheduled": 6, "of": 11, "percent": 55}


def test_contradiction_activity_52_is_ticked_for_mitigation_and_named_as_giving_none(figures: Figures) -> None:
    assert figures["mitigating_actions"] == {"with": 2, "of": 3, "percent": 67, "without": ["52"]}


def test_contradiction_quarter_1_expectations_cannot_be_so_and_are_not_recorded(figures: Figures) -> None:
    q1 = PUBLISHED["expected_reporting_2019_20"]["q1"]
    assert sum(q1.values()) < 17 - PUBLISHED["expected_reporting_2019_20"]["none_of_them"]["q1"]
    assert figures["expected_reporting_previous"] is None


def test_what_quarter_1_did_not_record_is_null_and_never_nought(figures: Figures, out: Path) -> None:
    found = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    q1 = next(each for each in found if each["window"] == "2019-20-q1")
    recorded = {
        "submissions",
        "delivery",
        "delivery_percent",
        "not_on_track",
        "activity_type",
        "milestones",
        "no_update",
    }
    unknown = {key for key, value in q1.items() if value is None}
    assert recorded.isdisjoint(unknown)
    assert {"issues", "mitigating_actions", "reported", "expected_reporting", "risk_registers"} <= unknown
    assert {"revised_end_date", "due_in_year", "forward_plan", "expected_none", "delivery_previous"} <= unknown


Change = Callable[[dict[str, str]], None]

EXPECTATIONS = {"expected_reporting", "expected_reporting_percent", "forward_plan"}


@pytest.mark.parametrize(
    ("ref", "column", "value", "moves"),
    [
        ("52", "mitigating_actions", "A second supplier", {"mitigating_actions"}),
        ("56", "issues", "Financial; Governance; Stakeholders", {"issues", "issues_per_item"}),
        ("53", "reported_to", "Cabinet Committee", {"reported"}),
        ("45", "expects_to_report_to", "Corporate Board", EXPECTATIONS - {"forward_plan"}),
        ("46", "expects_to_report_to", "Informal Governance Board", EXPECTATIONS | {"expected_none"}),
        ("49", "on_informal_forward_plan", "yes", {"forward_plan"}),
        ("59", "risk_registers", "Corporate", {"risk_registers"}),
        ("45", "milestones", "key_decision=2019-12-02", {"milestones"}),
        ("49", "new_end_date", "2019-10-01", {"revised_end_date", "due_in_year"}),
        ("57", "new_end_date", "2021-04-30", {"revised_end_date"}),
        ("45", "progress_description", "Moving along", set()),
    ],
)
def test_changing_one_answer_changes_the_right_figures_and_no_other(
    figures: Figures, folder: Path, tmp_path: Path, ref: str, column: str, value: str, moves: set[str]
) -> None:
    rewrite(folder, lambda row: row.update({column: value}) if row["activity_number"] == ref else None)
    changed = run(folder, tmp_path / "out")
    assert {key for key in figures if figures[key] != changed[key]} == moves


def rewrite(folder: Path, change: Change) -> None:
    path = folder / "responses" / "2019-20-q2.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_an_item_without_a_row_never_answers_and_is_reported_as_no_update(folder: Path, tmp_path: Path) -> None:
    path = folder / "responses" / "2019-20-q2.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("45,")) + "\n", encoding="utf-8")
    changed = run(folder, tmp_path / "out")
    assert changed["submissions"] == {"submitted": 16, "of": 17, "percent": 94}
    assert changed["no_update"] == ["45"]
    messages = [json.loads(line) for line in (tmp_path / "out" / "messages.jsonl").read_text("utf-8").splitlines()]
    about = [(m["kind"], m["at"][:10], m["to"]) for m in messages if "45" in [i["ref"] for i in m["items"]]]
    assert sorted(about, key=lambda each: (each[1], each[0])) == [
        ("opening", "2019-08-30", "priya.raman@example.org"),
        ("half_way", "2019-09-06", "priya.raman@example.org"),
        ("two_days_before", "2019-09-11", "priya.raman@example.org"),
        ("closing_morning", "2019-09-13", "priya.raman@example.org"),
        ("manager_told", "2019-09-16", "naomi.fielding@example.org"),
        ("director_told", "2019-09-18", "margaret.linden@example.org"),
        ("secretary_told", "2019-09-18", "joanna.pell@example.org"),
    ]


def test_a_simulation_gives_the_same_messages_each_time(out: Path, figures: Figures, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "folder")
    run(tmp_path / "folder", tmp_path / "again")
    for name in ("messages.jsonl", "figures.json"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()
