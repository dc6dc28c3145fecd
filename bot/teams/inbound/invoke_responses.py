"""What is answered to a delivery of Teams.

https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Answered:
    """`status` is HTTP's. Only an invoke is answered with a `body`."""

    status: int = 200
    body: Body | None = None


def shown(text: str) -> Body:
    """Words that are shown to whoever pressed; the card stays as it is."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def card(content: Mapping[str, Any]) -> Body:
    """An Adaptive Card that takes the place of the one that was pressed, for whoever pressed."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}
