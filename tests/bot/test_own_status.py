"""What a lead sees of their own items under 'status'."""

import pytest
from sqlalchemy import Engine

from tests.dialog import LEAD, SECRETARY, World, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


@pytest.mark.both_databases
def test_nobody_answers_their_own_item_on_behalf_of_somebody(world: World) -> None:
    hold(world, [(LEAD, says("status"), "52 – Review"), (SECRETARY, says("status"), "52 – Review")])
    assert "Answer on behalf" not in [button.label for button in world.buttons(LEAD)]
    assert "Answer on behalf" in [button.label for button in world.buttons(SECRETARY)]


def test_what_is_added_to_an_empty_plan_needs_a_title_and_says_so(world: World) -> None:
    hold(world, [(SECRETARY, says("plan"), "Nothing is on the plan for this meeting")])
    presses("Add an item", "27 September")(world, SECRETARY)
    [title] = [field for field in world.forms[SECRETARY].fields if field.key == "title"]
    assert title.required
