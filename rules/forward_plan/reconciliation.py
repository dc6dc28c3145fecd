"""Items that expect to report to a board against what is on its forward plan, both ways."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from remembrancer.models import ForwardPlanItem, Item, PlanStanding
from remembrancer.rules.facts import known


@dataclass(frozen=True)
class Expectation:
    """A monitored item whose newest answer says that it is to report to the board, and when, if that is known."""

    item: Item
    day: date | None = None


@dataclass(frozen=True)
class Reconciled:
    """`not_on_plan` expect to report and are not on the plan; `not_expected` are on it and do not expect to.

    Of those that are `not_said` nobody has answered yet whether they are to report. Of the `agreed` pairs, `apart` are
    those that expect a day on which the plan has them at no meeting; the days are those that it has.
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
    """Compare the two; `days` are those of each plan item's coming meetings, by its id.

    `answered` are the monitored items (ids) of which it was said at all to which boards they report. Plan items that
    belong to no monitored item are expected by nobody, and nothing is said of them. A monitored item may come to the
    plan several times.
    """
    planned: dict[int, list[ForwardPlanItem]] = defaultdict(list)
    for row in on_plan:
        if row.item_id is not None and row.standing == PlanStanding.ACTIVE:
            planned[row.item_id].append(row)
    wanted = {known(each.item.id): each for each in expected}
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
    return tuple(sorted({day for row in rows for day in days.get(known(row.id), ())}))
