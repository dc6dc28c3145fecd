"""Builds an Adaptive Card from its elements, and the activity that carries it."""

from collections.abc import Iterator, Sequence
from typing import Any

from remembrancer.bot.teams.outbound.card_elements import Element
from remembrancer.bot.teams.outbound.escape import escape_markdown, unescape
from remembrancer.wording import say

VERSION = "1.5"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD = "application/vnd.microsoft.card.adaptive"
Card = dict[str, Any]


def card(body: Sequence[Element], text: str, actions: Sequence[Element] = ()) -> Card:
    """Build a card as wide as the chat; `text` is all of its content, for clients that cannot show it."""
    content: Card = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": escape_markdown(text),
        "msteams": {"width": "full"},
        "body": list(body),
    }
    return content | ({"actions": list(actions)} if actions else {})


def card_activity(content: Card, summary: str) -> dict[str, Any]:
    """Build a message of a card alone: Teams would make two messages of a card with text beside it.

    `summary` is the text of the notification.
    """
    return {
        "type": "message",
        "summary": summary or say("teams_cards.nothing"),
        "attachments": [{"contentType": CARD, "content": content}],
    }


def text_lines(value: Any) -> Iterator[str]:
    """Yield the text of elements, line by line, without the choices of a menu."""
    if isinstance(value, list):
        for each in value:
            yield from text_lines(each)
    elif isinstance(value, dict):
        if value["type"] == "RichTextBlock":
            yield unescape("".join(run["text"] for run in value["inlines"]))
            return
        yield from (unescape(value[name]) for name in ("text", "label", "altText") if name in value)
        if value.get("style") == "expanded":
            yield from (choice["title"] for choice in value["choices"])
        for name in ("items", "columns", "rows", "cells"):
            yield from text_lines([each for each in value.get(name, ()) if "type" in each])
