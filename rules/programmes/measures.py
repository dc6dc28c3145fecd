"""The handful of measures that a programme's figures are declared from (docs/programme-file.md), each computed here.

A figure that rests on a question nobody's record has is None: not recorded is never nought. Percentages are of
the items in the figure's group (every item of the window where it names none), rounded half up; None of nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from remembrancer.rules.programmes.figures import Counted, Told


def percent(part: int, whole: int) -> int | None:
    """Rounded half up, in whole percent; None where there is no whole."""
    return (200 * part + whole) // (2 * whole) if whole else None


class BaseMeasure(BaseModel):
    """`among` names a group of items that the figure is confined to and counted out of; without one, all items.

    `window: previous` counts the window before this one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    among: str | None = None
    window: Literal["this", "previous"] = "this"

    def names(self) -> list[tuple[str, str]]:
        """What it speaks of: each question, fact or group, as (what it is, its name)."""
        return [("group", self.among)] if self.among else []

    def rests_on(self) -> list[tuple[str, str]]:
        """Those of the names without which there is no figure."""
        return self.names()

    @abstractmethod
    def compute(self, counted: Counted, among: Sequence[Told]) -> Any:
        """The figure, as JSON, of the returns in its group."""


class Submissions(BaseMeasure):
    """{submitted, of, percent}"""

    measure: Literal["submissions"]

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        submitted = sum(told.answers is not None for told in among)
        return {"submitted": submitted, "of": len(among), "percent": percent(submitted, len(among))}


class NoUpdate(BaseMeasure):
    """The refs of items with no answer in the window."""

    measure: Literal["no_update"]

    def compute(self, counted: Counted, among: Sequence[Told]) -> list[str]:
        return [told.ref for told in among if told.answers is None]


class Items(BaseMeasure):
    """The refs of the items in the group `among`."""

    measure: Literal["items"]

    def compute(self, counted: Counted, among: Sequence[Told]) -> list[str]:
        return [told.ref for told in among]


class ValuesMeasure(BaseMeasure):
    """A measure of the values of a question or a fact."""

    of: str

    def names(self) -> list[tuple[str, str]]:
        return [("question or fact", self.of), *super().names()]


class Count(ValuesMeasure):
    """By value of a question or a fact: {value: n}, {value: percent} or {value: {n, percent}}."""

    measure: Literal["count"]
    show: Literal["n", "percent", "both"] = "n"

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        counts = counted.by_value(self.of, among)
        if self.show == "n":
            return dict(counts)
        shares = {key: percent(n, len(among)) for key, n in counts.items()}
        if self.show == "percent":
            return dict(shares)
        return {key: {"n": n, "percent": shares[key]} for key, n in counts.items()}


class Without(ValuesMeasure):
    """How many answered, and gave nothing for a question."""

    measure: Literal["without"]

    def compute(self, counted: Counted, among: Sequence[Told]) -> int:
        kind = counted.programme.question(self.of).kind
        return sum(told.answers is not None and kind.is_nothing(told.value(self.of)) for told in among)


class WithOrWithout(ValuesMeasure):
    """{with, of, percent, without: [refs]}"""

    measure: Literal["with_or_without"]

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        kind = counted.programme.question(self.of).kind
        without = [told.ref for told in among if kind.is_nothing(told.value(self.of))]
        given = len(among) - len(without)
        return {"with": given, "of": len(among), "percent": percent(given, len(among)), "without": without}


class PerItem(ValuesMeasure):
    """How many options were chosen: {'number of options': items}."""

    measure: Literal["per_item"]

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, int]:
        kind = counted.programme.question(self.of).kind
        numbers = [len(kind.chosen(told.value(self.of))) for told in among]
        return {str(n): numbers.count(n) for n in sorted(set(numbers), reverse=True)}


class Dates(ValuesMeasure):
    """Dates by kind: {reporting, percent, by_kind: {kind: n}}; without percent where `show` is n."""

    measure: Literal["dates"]
    show: Literal["n", "both"] = "both"

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        reporting = sum(bool(told.value(self.of)) for told in among)
        share = {"percent": percent(reporting, len(among))} if self.show == "both" else {}
        return {"reporting": reporting, **share, "by_kind": counted.by_value(self.of, among)}


class LaterThan(ValuesMeasure):
    """A date given that is later than another: {total, of_which_<group>, items: [refs]}."""

    measure: Literal["later_than"]
    than: str
    of_which: str

    def names(self) -> list[tuple[str, str]]:
        return [*super().names(), ("fact", self.than), ("group", self.of_which)]

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        later = [told for told in among if self._is_later(told)]
        both = sum(counted.is_in(told, self.of_which) for told in later)
        return {"total": len(later), f"of_which_{self.of_which}": both, "items": [told.ref for told in later]}

    def _is_later(self, told: Told) -> bool:
        given, than = told.value(self.of), told.facts.get(self.than)
        return bool(given and than and str(given) > str(than))


class Group(BaseMeasure):
    """A group by status, and how many of it are in any of the groups `share_of`.

    {total, <status>: n ..., <share>: n, percent}
    """

    measure: Literal["group"]
    by: str
    share: str
    share_of: list[str]

    def names(self) -> list[tuple[str, str]]:
        shares = [("group", name) for name in self.share_of]
        return [("question or fact", self.by), *super().names(), *shares]

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        shared = sum(any(counted.is_in(told, name) for name in self.share_of) for told in among)
        share = {self.share: shared, "percent": percent(shared, len(among))}
        return {"total": len(among), **counted.by_value(self.by, among), **share}


class Coverage(ValuesMeasure):
    """Of those who expect to report to a kind of board, how many are on its forward plan: {kind: {scheduled, of,
    percent}}; None for a kind whose forward plan is not recorded. `scheduled` maps a kind to the yes-or-no
    question that records it.
    """

    measure: Literal["coverage"]
    scheduled: dict[str, str]

    def names(self) -> list[tuple[str, str]]:
        return [*super().names(), *(("question", name) for name in self.scheduled.values())]

    def rests_on(self) -> list[tuple[str, str]]:
        return [("question", self.of)]

    def compute(self, counted: Counted, among: Sequence[Told]) -> dict[str, Any]:
        kinds = dict.fromkeys(option.counts_as for option in counted.programme.question(self.of).choices)
        return {kind: self._covered(counted, kind, self.scheduled.get(kind), among) for kind in kinds}

    def _covered(
        self, counted: Counted, kind: str, scheduled: str | None, among: Sequence[Told]
    ) -> dict[str, Any] | None:
        if scheduled is None or (counted.answered and scheduled not in counted.recorded):
            return None
        question = counted.programme.question(self.of)
        expect = [told for told in among if kind in question.kind.counts_as(told.value(self.of))]
        on_it = sum(told.value(scheduled) == "yes" for told in expect)
        return {"scheduled": on_it, "of": len(expect), "percent": percent(on_it, len(expect))}


Measure = Annotated[
    Submissions | NoUpdate | Items | Count | Without | WithOrWithout | PerItem | Dates | LaterThan | Group | Coverage,
    Field(discriminator="measure"),
]
