"""What is typed after the slash commands: mentions, and the forms that such a command opens."""

import pytest
from sqlalchemy import Engine

from tests.dialog import LEAD, SECRETARY
from tests.slack.hosting import WAYS, Hosted, Workplace, until
from tests.slack.strict import Slack
from tests.slack.talking import opened, said

TWO_ITEMS = "helen.marsh"  # who is asked for 54, and for 48 while Ellen Sweeting is on leave


def test_a_mention_is_the_person_who_is_asked_instead(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.command(ruth, "/remembrancer", f"delegate @{SECRETARY} until 12 September")
    opened(place)
    assert "Joanna Pell" in place.slack.shown_modal(ruth)
    assert place.slack.submit(ruth) == {}
    said(place, "You are away from today to Thursday 12 September 2019")
    said(place, "Joanna Pell")


def test_an_item_is_handed_on_to_whoever_is_mentioned(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.command(ruth, "/returns", f"delegate 52 @{SECRETARY}")
    said(place, "52: Joanna Pell is asked now.")


@pytest.mark.both_databases
@pytest.mark.parametrize("way", WAYS)
def test_one_modal_puts_off_all_that_is_asked(engine: Engine, slack: Slack, way: str) -> None:
    place = Workplace(engine, slack, TWO_ITEMS)
    place.move_to("2019-09-04 10:00")
    helen = place.users[TWO_ITEMS]
    with place.app(way):
        slack.command(helen, "/remembrancer", "snooze")
        opened(place, TWO_ITEMS)
        assert "48, 54" in str(slack.view_of(helen))
        slack.choose(helen, "when", "another")
        until(lambda: "Remind me on" in slack.shown_modal(helen))
        slack.fill(helen, {"until": "2019-09-09"})
        assert slack.submit(helen) == {}
        said(place, "48, 54: you will be reminded on Monday 9 September 2019", TWO_ITEMS)
    assert slack.refusals == []


def test_a_window_is_named_in_a_command(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.command(ruth, "/returns", "status q2")
    said(place, "0 of 1 received", LEAD)
