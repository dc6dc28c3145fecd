"""Converts a message to a person's home tab."""

from typing import Any

from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks, plain_text
from remembrancer.models.message import Message
from remembrancer.wording import say

BLOCKS = 100


def home_view(message: Message) -> dict[str, Any]:
    """Build the view from as many whole parts as fit, and a line that counts those left out."""
    view_blocks: list[Block] = []
    for number, part in enumerate(message.parts):
        part_blocks = [*blocks(part.text, tables=False), *actions(part.buttons)]
        is_last = number + 1 == len(message.parts)
        if len(view_blocks) + len(part_blocks) > (BLOCKS if is_last else BLOCKS - 1):
            text = say("slack_blocks.rest_left_out", count=len(message.parts) - number)
            view_blocks.append({"type": "context", "elements": [plain_text(text)]})
            break
        view_blocks += part_blocks
    return {"type": "home", "blocks": [block | {"block_id": f"home.{n}"} for n, block in enumerate(view_blocks)]}
