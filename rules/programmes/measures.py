"""The handful of measures that a programme's figures are declared from (docs/programme-file.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class BaseMeasure(BaseModel):
    """`among` names a group of items that the figure is confined to and counted out of; without one, all items.

    `window: previous` counts the window before this one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    among: str | None = None
    window: Literal["this", "previous"] = "this"

    def names(self) -> list[str]:
        """The questions, facts and groups it speaks of."""
        fields = (getattr(self, name, None) for name in ("among", "of", "by", "than", "of_which"))
        return [name for name in fields if name]


class Submissions(BaseMeasure):
    """{submitted, of, percent}"""

    measure: Literal["submissions"]


class NoUpdate(BaseMeasure):
    """The refs of items with no answer in the window."""

    measure: Literal["no_update"]


class Items(BaseMeasure):
    """The refs of the items in the group `among`."""

    measure: Literal["items"]


class Count(BaseMeasure):
    """By value of a question or a fact: {value: n}, {value: percent} or {value: {n, percent}}."""

    measure: Literal["count"]
    of: str
    show: Literal["n", "percent", "both"] = "n"


class Without(BaseMeasure):
    """How many answered, and gave nothing for a question."""

    measure: Literal["without"]
    of: str


class WithOrWithout(BaseMeasure):
    """{with, of, percent, without: [refs]}"""

    measure: Literal["with_or_without"]
    of: str


class PerItem(BaseMeasure):
    """How many options were chosen: {'number of options': items}."""

    measure: Literal["per_item"]
    of: str


class Dates(BaseMeasure):
    """Dates by kind: {reporting, percent, by_kind: {kind: n}}; without percent where `show` is n."""

    measure: Literal["dates"]
    of: str
    show: Literal["n", "both"] = "both"


class LaterThan(BaseMeasure):
    """A date given that is later than another: {total, of_which_<group>, items: [refs]}."""

    measure: Literal["later_than"]
    of: str
    than: str
    of_which: str


class Group(BaseMeasure):
    """A group by status, and how many of it are in any of the groups `share_of`.

    {total, <status>: n ..., <share>: n, percent}
    """

    measure: Literal["group"]
    by: str
    share: str
    share_of: list[str]

    def names(self) -> list[str]:
        return [*super().names(), *self.share_of]


class Coverage(BaseMeasure):
    """Of those who expect to report to a kind of board, how many are on its forward plan: {kind: {scheduled, of,
    percent}}; None for a kind whose forward plan is not recorded. `scheduled` maps a kind to the yes-or-no
    question that records it.
    """

    measure: Literal["coverage"]
    of: str
    scheduled: dict[str, str]

    def names(self) -> list[str]:
        return [*super().names(), *self.scheduled.values()]


Measure = Annotated[
    Submissions | NoUpdate | Items | Count | Without | WithOrWithout | PerItem | Dates | LaterThan | Group | Coverage,
    Field(discriminator="measure"),
]
