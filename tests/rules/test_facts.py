"""What the plan is computed from."""

import pytest

from remembrancer.models import Person
from remembrancer.rules.facts import stored_id


def test_a_stored_row_is_known_by_its_id() -> None:
    assert stored_id(Person(id=7, email="a@x", name="Ada", time_zone="UTC").id) == 7


def test_a_row_that_was_never_stored_is_refused() -> None:
    with pytest.raises(ValueError, match="never stored"):
        stored_id(Person(email="a@x", name="Ada", time_zone="UTC").id)
