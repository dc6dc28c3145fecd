"""Two programmes run at once: what is said of each item is understood in the words of the item's own programme."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import EXAMPLE
from tests.dialog import LEAD, World

INDICATORS = """
key: indicator-returns
title: Indicator returns
item_word: indicator
items_word: indicators
form:
  status: target
  progress: commentary
  no_change_if: []
  questions:
    - key: target
      label: Target
      ask: Was the target met?
      type: choice
      required: true
      options:
        - {key: met, word: Met its target, symbol: ●, colour: green}
        - {key: missed, word: Missed its target, symbol: ■, colour: red}
    - {key: commentary, label: Commentary, ask: "Why?", type: text}
chase:
  late_working_days: 5
  steps: [{key: opening, at: opening, to: lead}]
figures: {}
digest: []
"""
EVENT = """BEGIN:VEVENT
UID:indicators-2019-20-q2@example.org
DTSTAMP:20190401T090000Z
SUMMARY:Indicators: Quarter 2 2019/20
DTSTART;VALUE=DATE:20190830
DTEND;VALUE=DATE:20190914
END:VEVENT
END:VCALENDAR"""
WINDOW = """    events:
      - window: indicator-returns
        summary: 'Indicators: Quarter (?P<quarter>[1-4]) (?P<year>\\d{4})/(?P<end>\\d{2})'
        key: "{year}-{end}-q{quarter}-indicators"
        title: Quarter {quarter} {year}/{end}
"""


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """The example, with an indicator K3 of the same lead in a second programme."""
    folder = tmp_path / "folder"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("responses"))
    (folder / "programmes").mkdir()
    (folder / "programmes" / "indicator-returns.yaml").write_text(INDICATORS, encoding="utf-8")
    _replace(folder / "organisation.yaml", "    events:\n", WINDOW)
    second = "  - key: indicator-returns\n    boards: [adults_delivery_board]\n"
    _replace(folder / "organisation.yaml", "programmes:\n", f"programmes:\n{second}")
    _replace(folder / "calendar.ics", "END:VCALENDAR", EVENT)
    with (folder / "items.csv").open("a", encoding="utf-8") as items:
        items.write("indicator-returns,K3,Grants paid on time,Head of Voluntary Sector Commissioning,,,,\n")
    return World(engine, folder, until="2019-09-02 10:00")


def _replace(path: Path, old: str, new: str) -> None:
    content = path.read_bytes().decode()
    assert old in content
    path.write_bytes(content.replace(old, new).encode())


@pytest.mark.parametrize("text", ["52 on track. K3 met its target", "K3 met its target. 52 on track"])
def test_each_item_is_understood_in_the_words_of_its_own_programme(world: World, text: str) -> None:
    read = sorted(world.incoming(LEAD, "text", text=text))
    assert len(read) == 2
    plan, indicator = read
    assert "Delivery:** ● Yes, it is on track" in plan
    assert "target" not in plan
    assert "Target:** ● Met its target" in indicator
    assert "on track" not in indicator
