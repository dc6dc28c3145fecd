"""Items that expect to report to a board against what is on its forward plan, both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models import ForwardPlanItem, Item, PlanStanding
from rules.facts import known


@dataclass(frozen=True)
class Expectation:
    """A monitored item whose newest answer says that it is to report to the board, and when, if that is known."""

    item: Item
    day: date | None = None


@dataclass(frozen=True)
class Reconciled:
    """`not_on_plan` expect to report and are not on the plan; `not_expected` are on it and do not expect to.

    Of the `agreed` pairs, `apart` are those that expect a day on which the plan has them at no meeting.
    """

    not_on_plan: tuple[Expectation, ...] = ()
    not_expected: tuple[ForwardPlanItem, ...] = ()
    agreed: tuple[tuple[Expectation, ForwardPlanItem], ...] = ()
    apart: tuple[tuple[Expectation, ForwardPlanItem, tuple[date, ...]], ...] = ()


def reconcile(
    expected: Sequence[Expectation], on_plan: Sequence[ForwardPlanItem], days: Mapping[int, Sequence[date]]
) -> Reconciled:
    """Compare the two; `days` are those of each plan item's coming meetings, by its id.

    Plan items that belong to no monitored item are expected by nobody, and nothing is said of them.
    """
    planned = {row.item_id: row for row in on_plan if row.item_id is not None and row.standing == PlanStanding.ACTIVE}
    wanted = {known(each.item.id): each for each in expected}
    agreed = [(each, planned[id]) for id, each in wanted.items() if id in planned]
    return Reconciled(
        not_on_plan=tuple(each for id, each in wanted.items() if id not in planned),
        not_expected=tuple(row for id, row in planned.items() if id not in wanted),
        agreed=tuple(agreed),
        apart=tuple(
            (each, row, tuple(coming))
            for each, row in agreed
            if each.day is not None and each.day not in (coming := days.get(known(row.id), ()))
        ),
    )
