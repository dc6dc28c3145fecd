"""What Teams refuses of an activity; written apart from what makes one."""

import json
from typing import Any

LARGEST = 100 * 1024
"""Bytes of a message as UTF-16, about as Teams counts them."""

CARD = "application/vnd.microsoft.card.adaptive"
ELEMENTS = frozenset(
    {
        "ActionSet",
        "Chart.Donut",
        "Chart.HorizontalBar.Stacked",
        "Chart.VerticalBar.Grouped",
        "ColumnSet",
        "Column",
        "Container",
        "FactSet",
        "Image",
        "Input.ChoiceSet",
        "Input.Date",
        "Input.Text",
        "Input.Toggle",
        "RichTextBlock",
        "Table",
        "TableCell",
        "TableRow",
        "TextBlock",
    }
)
ACTIONS = frozenset({"Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ToggleVisibility"})
INSIDE = ("items", "columns", "rows", "cells")


def is_too_large(activity: Any) -> bool:
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > LARGEST


def problems(activity: Any) -> list[str]:
    """Why Teams answers 400; nothing: it takes it."""
    if not isinstance(activity, dict) or activity.get("type") != "message":
        return ["type is not message"]
    attachments = activity.get("attachments", [])
    if not isinstance(attachments, list):
        return ["attachments is no list"]
    if not attachments and not activity.get("text"):
        return ["nothing to say"]
    if attachments and activity.get("text"):
        return ["text beside a card is another message"]
    return [problem for each in attachments for problem in _attachment(each)]


def _attachment(attachment: Any) -> list[str]:
    if not isinstance(attachment, dict) or attachment.get("contentType") != CARD:
        return ["an attachment that is no adaptive card"]
    card = attachment.get("content")
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard" or not card.get("version"):
        return ["a card without type or version"]
    body, actions = card.get("body"), card.get("actions", [])
    if not isinstance(body, list) or not body:
        return ["a card without a body"]
    return [*(p for each in body for p in _element(each)), *(p for each in actions for p in _action(each))]


def _element(element: Any) -> list[str]:
    if not isinstance(element, dict) or element.get("type") not in ELEMENTS:
        return [f"no such element: {str(element)[:80]}"]
    kind = element["type"]
    found = []
    if kind == "TextBlock" and not isinstance(element.get("text"), str):
        found.append("a TextBlock without text")
    if kind.startswith("Input.") and not element.get("id"):
        found.append(f"{kind} without an id")
    if kind == "Image" and not element.get("altText"):
        found.append("an Image without altText")
    if kind == "RichTextBlock" and not element.get("inlines"):
        found.append("a RichTextBlock without inlines")
    found += [p for each in element.get("actions", []) for p in _action(each)]
    return found + [p for each in inside(element) for p in _element(each)]


def inside(element: dict[str, Any]) -> list[Any]:
    """The elements in an element; a table's columns are only widths."""
    names = [name for name in INSIDE if (element["type"], name) != ("Table", "columns")]
    return [each for name in names for each in element.get(name, [])]


def _action(action: Any) -> list[str]:
    if not isinstance(action, dict) or action.get("type") not in ACTIONS:
        return [f"no such action: {str(action)[:80]}"]
    return [] if action.get("title") else [f"{action['type']} without a title"]
