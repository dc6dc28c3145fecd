"""Builds the responses to Slack's submissions."""

from typing import Any

from remembrancer.bot.slack.inbound.events import Event
from remembrancer.wording import say

PATIENCE = 2.3
"""Seconds that an outcome may take: Slack waits for three, and the network takes some of them."""
CLOSED: dict[str, Any] = {}
"""Closes the modal; a message says the rest."""


def keep_open(event: Event) -> dict[str, Any]:
    """Keep the form open with all that was typed, and say beside its first field that it is to be submitted again."""
    inputs = [block["block_id"] for block in event.view.get("blocks", ()) if block.get("type") == "input"]
    return {"response_action": "errors", "errors": {inputs[0]: say("chat.try_again")}} if inputs else CLOSED
