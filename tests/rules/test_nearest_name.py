"""The names that were most likely meant."""

from remembrancer.rules.nearest_name import nearest_few

QUARTERS = [f"20{year}-{year + 1}-q{quarter}" for year in range(19, 23) for quarter in range(1, 5)]


def test_a_few_names_are_all_named_in_their_order() -> None:
    assert nearest_few("q9", QUARTERS[:4]) == QUARTERS[:4]


def test_of_many_names_those_that_are_most_alike_are_named_in_their_order() -> None:
    assert nearest_few("2021-22-q5", QUARTERS, most=4) == ["2021-22-q1", "2021-22-q2", "2021-22-q3", "2021-22-q4"]
