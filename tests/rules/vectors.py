"""The vectors of tests/data/timing: dates that real bodies published, and dates worked out by the formulas."""

import csv
from dataclasses import dataclass
from datetime import date

from tests.conftest import ROOT


@dataclass(frozen=True)
class Vector:
    """`rolled` is None where rolling does not come into it. For questions before a meeting, `result` is the meeting."""

    rule: str
    given: date
    result: date
    rolled: bool | None = None
    nation: str = "england-and-wales"

    @property
    def n(self) -> int:
        return int(next(part for part in self.rule.split("_") if part.isdigit()))


def computed() -> list[Vector]:
    """Meetings and the latest publication of their agendas."""
    return [
        Vector(row["rule"], _day(row["meeting"]), _day(row["latest_publication"]), nation=row["nation"])
        for row in _rows("computed.csv")
    ]


def published(*rules: str) -> list[Vector]:
    """What was published, and what came of it, by the rules whose names begin so."""
    rolled = {"yes": True, "no": False, "": None}
    return [
        Vector(row["rule"], _day(row["published"]), _day(row["result"]), rolled[row["rolled"]])
        for row in _rows("vectors.csv")
        if row["rule"].startswith(rules)
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "data" / "timing" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date:
    return date.fromisoformat(text)
