"""Converts a message to a person's home tab."""

from typing import Any

from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks, plain_text
from remembrancer.models.message import Message, Part
from remembrancer.wording import say

BLOCKS = 100


def home_view(message: Message) -> dict[str, Any]:
    """Build the view from as many whole parts as fit, and a line that counts those left out."""
    shown: list[Block] = []
    for number, part in enumerate(message.parts):
        made = _part(part)
        is_last = number + 1 == len(message.parts)
        if len(shown) + len(made) > (BLOCKS if is_last else BLOCKS - 1):
            shown.append(_left_out(len(message.parts) - number))
            break
        shown += made
    return {"type": "home", "blocks": [block | {"block_id": f"home.{n}"} for n, block in enumerate(shown)]}


def _part(part: Part) -> list[Block]:
    return [*blocks(part.text, tables=False), *actions(part.buttons)]


def _left_out(count: int) -> Block:
    return {"type": "context", "elements": [plain_text(say("slack_blocks.rest_left_out", count=count))]}
