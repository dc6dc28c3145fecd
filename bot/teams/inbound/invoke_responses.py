"""Builds the responses to Teams' requests.

https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Acknowledgement:
    """The response to a request: its HTTP `status`, and for an invoke a `body`."""

    status: int = 200
    body: Body | None = None


def text_response(text: str) -> Body:
    """Build the response that shows text to the person who pressed, and leaves the card as it is."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def card_response(content: Mapping[str, Any]) -> Body:
    """Build the response that replaces the pressed card for the person who pressed."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}
