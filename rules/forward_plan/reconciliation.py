"""Compares the items that expect to report to a board with its forward plan, in both directions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from remembrancer.models import ForwardPlanItem, Item, PlanItemState
from remembrancer.rules.facts import stored_id


@dataclass(frozen=True)
class Expectation:
    """A monitored item that, by its newest answer, expects to report to the board; on `day`, if that is known."""

    item: Item
    day: date | None = None


@dataclass(frozen=True)
class Reconciled:
    """The result of the comparison.

    `not_on_plan` expect to report and are not on the plan; `not_expected` are on the plan and do not expect to report;
    for `not_said` nobody has answered the question yet. `agreed` are the pairs that match; `apart` are those of them
    where the expected day is none of the plan's, with the days of the plan.
    """

    not_on_plan: tuple[Expectation, ...] = ()
    not_expected: tuple[ForwardPlanItem, ...] = ()
    not_said: tuple[ForwardPlanItem, ...] = ()
    agreed: tuple[tuple[Expectation, ForwardPlanItem], ...] = ()
    apart: tuple[tuple[Expectation, ForwardPlanItem, tuple[date, ...]], ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.not_on_plan or self.not_expected or self.not_said or self.apart)


def reconcile(
    expected: Sequence[Expectation],
    on_plan: Sequence[ForwardPlanItem],
    days: Mapping[int, Sequence[date]],
    answered: Set[int],
) -> Reconciled:
    """Compare expectations with the plan; `days` are the days of each plan item's future meetings, by its id.

    `answered` are the monitored items (ids) whose answers say to which boards they report. Plan items without a
    monitored item are ignored. A monitored item may be on the plan several times.
    """
    planned: dict[int, list[ForwardPlanItem]] = defaultdict(list)
    for row in on_plan:
        if row.item_id is not None and row.standing == PlanItemState.ACTIVE:
            planned[row.item_id].append(row)
    wanted = {stored_id(each.item.id): each for each in expected}
    unexpected = [row for id, rows in planned.items() if id not in wanted for row in rows]
    return Reconciled(
        not_on_plan=tuple(each for id, each in wanted.items() if id not in planned),
        not_expected=tuple(row for row in unexpected if row.item_id in answered),
        not_said=tuple(row for row in unexpected if row.item_id not in answered),
        agreed=tuple((each, row) for id, each in wanted.items() for row in planned.get(id, ())),
        apart=tuple(
            (each, planned[id][0], coming)
            for id, each in wanted.items()
            if id in planned and each.day is not None and each.day not in (coming := _days(planned[id], days))
        ),
    )


def _days(rows: Sequence[ForwardPlanItem], days: Mapping[int, Sequence[date]]) -> tuple[date, ...]:
    return tuple(sorted({day for row in rows for day in days.get(stored_id(row.id), ())}))
