"""Buttons as Slack's blocks, and words made to fit."""

from collections.abc import Sequence
from typing import Any

from bot.content import shorten
from bot.message import Button
from bot.slack.markup import Block, plain_text

LABEL = 75
IN_A_BLOCK = 25
SAME = "#"  # before the number of a button whose action stands in its block already


def actions(buttons: Sequence[Button]) -> list[Block]:
    """The blocks that hold a part's buttons; none where it has none."""
    rows = [buttons[first : first + IN_A_BLOCK] for first in range(0, len(buttons), IN_A_BLOCK)]
    return [{"type": "actions", "elements": [_button(row, number) for number in range(len(row))]} for row in rows]


def _button(row: Sequence[Button], number: int) -> dict[str, Any]:
    button = row[number]
    before = sum(other.action == button.action for other in row[:number])
    made: dict[str, Any] = {
        "type": "button",
        "text": plain_text(shorten(button.label, LABEL)),
        "action_id": f"{button.action}{SAME}{before}" if before else button.action,
        "value": button.value,
    }
    heard = shorten(f"{button.label} {button.about}".strip(), LABEL)
    made |= {"accessibility_label": heard} if heard != button.label else {}
    return made | ({"style": button.style} if button.style else {})


def action_of(action_id: str) -> str:
    """The action of the button that was pressed."""
    return action_id.partition(SAME)[0]
