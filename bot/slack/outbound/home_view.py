"""Converts a message to a person's home tab."""

from typing import Any

from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks, plain_text
from remembrancer.models.message import Message
from remembrancer.wording import say

BLOCKS = 100


def home_view(message: Message) -> dict[str, Any]:
    """Build the view from as many whole parts as fit, and a line that counts those left out."""
    shown: list[Block] = []
    for number, part in enumerate(message.parts):
        made = [*blocks(part.text, tables=False), *actions(part.buttons)]
        is_last = number + 1 == len(message.parts)
        if len(shown) + len(made) > (BLOCKS if is_last else BLOCKS - 1):
            text = say("slack_blocks.rest_left_out", count=len(message.parts) - number)
            shown.append({"type": "context", "elements": [plain_text(text)]})
            break
        shown += made
    return {"type": "home", "blocks": [block | {"block_id": f"home.{n}"} for n, block in enumerate(shown)]}
