"""Converts buttons to actions of an Adaptive Card, and parses what a press sends back."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.teams.outbound.card_elements import Element
from remembrancer.models.message import Button

ACTIONS_PER_SET = 6
"""How many actions of one set Teams shows as buttons; it hides the others in a menu."""
MAX_TITLE = 255
STYLES = {"primary": "positive", "danger": "destructive"}


def action_sets(buttons: Sequence[Button]) -> list[Element]:
    """Build the action sets of a part's buttons, about equally long; none where it has none.

    Every button is visible: few people would find those in Teams' menu '…'.
    """
    count = -(-len(buttons) // ACTIONS_PER_SET)
    starts = [len(buttons) * number // count for number in range(count + 1)] if count else []
    sets = [buttons[first:after] for first, after in pairwise(starts)]
    return [{"type": "ActionSet", "actions": [_action(button) for button in each]} for each in sets]


def _action(button: Button) -> Element:
    data = {"action": button.action, "value": button.value}
    spoken_label = f"{button.label} {button.about}" if button.about else ""
    return execute_action(button.label, button.action, data, STYLES.get(button.style, ""), spoken_label) | {
        "associatedInputs": "none"
    }


def execute_action(title: str, verb: str, data: Mapping[str, Any], style: str = "", spoken_label: str = "") -> Element:
    """Build an action that sends its data back; `spoken_label` is its full name for screen readers."""
    element: Element = {"type": "Action.Execute", "title": shorten(title, MAX_TITLE), "verb": verb, "data": dict(data)}
    element |= {"style": style} if style else {}
    return element | ({"tooltip": spoken_label} if spoken_label else {})


def parse_press(data: Any) -> tuple[str, str] | None:
    """Parse a button's data to its action and value; None where it is not a message's button."""
    if not isinstance(data, Mapping):
        return None
    action, value = data.get("action"), data.get("value")
    return (action, value) if isinstance(action, str) and isinstance(value, str) else None
