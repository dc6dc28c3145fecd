"""Items that expect to report to a board against its forward plan, both ways."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import ForwardPlanItem, Item, PlanItemState
from remembrancer.rules.forward_plan.reconciliation import Expectation, reconcile

JUNE, SEPTEMBER = date(2021, 6, 17), date(2021, 9, 29)


def item(id: int) -> Item:
    return Item(id=id, programme_id=1, ref=str(id), title=f"Item {id}", position=id, lead_post_id=1)


def planned(id: int, item_id: int | None, standing: PlanItemState = PlanItemState.ACTIVE) -> ForwardPlanItem:
    return ForwardPlanItem(
        id=id, board_id=1, key=str(id), title=f"Plan {id}", recurrence="one_off", item_id=item_id, standing=standing
    )


def test_what_expects_to_report_and_is_not_on_the_plan_is_named_and_the_other_way_round() -> None:
    found = reconcile([Expectation(item(1)), Expectation(item(2))], [planned(10, 2), planned(11, 3)], {}, {2, 3})
    assert [each.item.id for each in found.not_on_plan] == [1]
    assert [row.id for row in found.not_expected] == [11]
    assert [(each.item.id, row.id) for each, row in found.agreed] == [(2, 10)]


def test_a_plan_item_that_belongs_to_no_monitored_item_is_expected_by_nobody() -> None:
    found = reconcile([], [planned(10, None)], {}, set())
    assert found.not_expected == ()


def test_what_is_on_hold_or_withdrawn_is_not_on_the_plan() -> None:
    for standing in (PlanItemState.ON_HOLD, PlanItemState.WITHDRAWN):
        found = reconcile([Expectation(item(1))], [planned(10, 1, standing)], {}, {1})
        assert [each.item.id for each in found.not_on_plan] == [1]
        assert found.not_expected == ()


def test_a_day_that_the_plan_does_not_have_is_named_with_those_that_it_has() -> None:
    expects = Expectation(item(1), JUNE)
    apart = reconcile([expects], [planned(10, 1)], {10: [SEPTEMBER]}, {1}).apart
    assert [(each.day, days) for each, _, days in apart] == [(JUNE, (SEPTEMBER,))]
    assert reconcile([expects], [planned(10, 1)], {10: [JUNE, SEPTEMBER]}, {1}).apart == ()
    assert reconcile([Expectation(item(1))], [planned(10, 1)], {}, {1}).apart == ()


def test_an_item_of_which_nothing_was_said_yet_is_not_called_unexpected() -> None:
    found = reconcile([], [planned(10, 1)], {}, set())
    assert found.not_expected == ()
    assert [row.id for row in found.not_said] == [10]
    assert found.differs


def test_an_item_that_comes_twice_is_compared_with_both_times() -> None:
    both, days = [planned(10, 1), planned(11, 1)], {10: [JUNE], 11: [SEPTEMBER]}
    for day in (JUNE, SEPTEMBER):
        found = reconcile([Expectation(item(1), day)], both, days, {1})
        assert [row.id for _, row in found.agreed] == [10, 11]
        assert not found.differs
    unexpected = reconcile([], both, days, {1}).not_expected
    assert [row.id for row in unexpected] == [10, 11]


NUMBERS = st.sets(st.integers(1, 20))


@given(NUMBERS, NUMBERS, NUMBERS)
def test_each_is_in_one_place_and_none_is_lost(expecting: set[int], on_plan: set[int], others: set[int]) -> None:
    expected, rows = [Expectation(item(n)) for n in expecting], [planned(100 + n, n) for n in on_plan]
    found = reconcile(expected, rows, {}, expecting | others)
    assert {each.item.id for each in found.not_on_plan} == expecting - on_plan
    assert {row.item_id for row in found.not_expected} == (on_plan - expecting) & others
    assert {row.item_id for row in found.not_said} == on_plan - expecting - others
    assert {each.item.id for each, _ in found.agreed} == expecting & on_plan
