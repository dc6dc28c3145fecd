"""A programme file that shows what there is not in its digest is refused, with the line and the fix."""

from pathlib import Path

import pytest

from remembrancer.intake.folder.programme_file import ProgrammeFile
from remembrancer.problems import Problems, read_yaml
from remembrancer.shipped import PROGRAMMES

SHIPPED = PROGRAMMES / "strategic-delivery-plan.yaml"


def problems_with(path: Path, old: str, new: str) -> list[str]:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    problems = Problems()
    read_yaml(path, ProgrammeFile, problems)
    return [problem.text for problem in problems.found]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("show: revised_dates", "show: shakers", "no section is called shakers"),
        (", figure: due_in_year}", "}", "the section 'Due to end this financial year' shows group, and needs a figure"),
        ("    group: not_on_track\n", "", "the section 'Not on track' shows exceptions, and needs a group"),
        ("figure: delivery,", "figure: deliveries,", "no figure is called deliveries"),
        ("of_which: on_track", "of_which: on_course", "no group is called on_course"),
        ("than: original_end_date,", "than: first_end_date,", "no fact is called first_end_date"),
        ("share_of: [not_on_track,", "share_of: [off_track,", "no group is called off_track"),
        ("of: issues,", "of: issue,", "no question or fact is called issue"),
    ],
)
def test_what_is_nowhere_defined_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert any(says in text for text in problems_with(tmp_path / "plan.yaml", old, new))


def test_what_is_shipped_is_read(tmp_path: Path) -> None:
    assert problems_with(tmp_path / "plan.yaml", "title: Delivery", "title: Delivery") == []
