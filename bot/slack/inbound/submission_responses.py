"""What Slack is answered where it waits for what becomes of a submission."""

from typing import Any

from remembrancer.bot.slack.inbound.events import Heard
from remembrancer.wording import say

PATIENCE = 2.3
"""Seconds that an answer has: Slack waits for three, and the way there and back takes some."""
CLOSED: dict[str, Any] = {}
"""Closes what is shown: the rest is said in a message."""


def stay_open(heard: Heard) -> dict[str, Any]:
    """The form stays with all that was typed, and says beside its first field that it is to be sent again."""
    inputs = [block["block_id"] for block in heard.view.get("blocks", ()) if block.get("type") == "input"]
    return {"response_action": "errors", "errors": {inputs[0]: say("chat.try_again")}} if inputs else CLOSED
