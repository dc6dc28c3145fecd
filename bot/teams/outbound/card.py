"""Builds an Adaptive Card from its elements and buttons, and the activity that carries it; parses a press."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.teams.outbound.card_elements import Element
from remembrancer.bot.teams.outbound.escape import escape_markdown, unescape
from remembrancer.models.message import Button
from remembrancer.wording import phrase

VERSION = "1.5"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD = "application/vnd.microsoft.card.adaptive"
Card = dict[str, Any]
ACTIONS_PER_SET = 6
"""How many actions of one set Teams shows as buttons; it hides the others in a menu."""
MAX_TITLE = 255
STYLES = {"primary": "positive", "danger": "destructive"}


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
        "summary": summary or phrase("teams_cards.nothing"),
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
    action = execute_action(button.label, button.action, data, STYLES.get(button.style, ""), spoken_label)
    return action | {"associatedInputs": "none"}


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
