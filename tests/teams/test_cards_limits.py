"""Our table of Teams' limits: of each there is a card that just fits and one that just does not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from remembrancer.bot.teams.outbound.card import card, card_activity
from remembrancer.bot.teams.outbound.card_elements import text_block
from remembrancer.bot.teams.outbound.message_chunks import MAX_BYTES, json_bytes, json_units
from tests.platform_limits.teams import check
from tests.teams.cards import hold

Made = Callable[[int], Mapping[str, Any]]
DATE = "{{DATE(2017-02-14T06:00:00Z)}}"
PNG = "data:image/png;base64,eA=="


def shown(*body: Mapping[str, Any], text: str = "", **more: Any) -> dict[str, Any]:
    """A message of a card whose fallback says what its elements do."""
    whole = card([dict(each) for each in body], text or "a b Label x" + "x" * 300)
    return card_activity(whole | more, "Said")


def action(**more: Any) -> dict[str, Any]:
    return {"type": "Action.Execute", "title": "Go", "verb": "go", "data": {}, **more}


def asked(kind: str = "Text", **more: Any) -> dict[str, Any]:
    return {"type": f"Input.{kind}", "id": "a", "label": "Label", **more}


def choices(count: int = 2, **more: Any) -> dict[str, Any]:
    offered = [{"title": f"x{n}", "value": str(n)} for n in range(count)]
    return asked("ChoiceSet", choices=offered, wrap=True, style="compact", **more)


def block(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "Image", "url": PNG, "altText": "x", **more}


def actions(*each: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "ActionSet", "actions": list(each)}


def run(**more: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "x", **more}]}


def chart(**more: Any) -> dict[str, Any]:
    return {"type": "Chart.Donut", "title": "x", "data": [{"legend": "Late", "value": 3}], **more}


def without(made: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in made.items() if key != name}


AT_MOST: list[tuple[str, int, Made]] = [
    ("a set's actions", 6, lambda n: shown(actions(*[action()] * n))),
    ("a card's actions", 6, lambda n: shown(text_block("x"), actions=[action()] * n)),
    ("an action's title", 255, lambda n: shown(actions(action(title="x" * n)))),
    ("an element's id", 255, lambda n: shown(asked(id="x" * n))),
    ("a day", 10, lambda n: shown(asked("Date", value="2019-09-1311"[:n]))),
    ("a menu's choices", 1000, lambda n: shown(choices(n))),
    ("a text's length", 20_000, lambda n: shown(asked(maxLength=n))),
    ("a table's columns", 20, lambda n: shown(
        {"type": "Table", "firstRowAsHeaders": True, "columns": [{"width": 1}] * n,
         "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [text_block("x")]}]}]})),

]  # fmt: skip


@pytest.mark.parametrize(("what", "most", "made"), AT_MOST, ids=[row[0] for row in AT_MOST])
def test_what_just_fits_is_taken_and_one_more_is_not(what: str, most: int, made: Made) -> None:
    hold(made(most))
    assert check(made(most + 1)) != []


def test_a_message_of_eighty_kilobytes_in_utf_16_is_taken_and_one_character_more_is_not() -> None:
    around = json_bytes(card_activity(card([text_block("x")], "x"), "Said")) - 2 * 2
    most = (MAX_BYTES - around) // 2 // 2
    fits = card_activity(card([text_block("é" * most)], "é" * most), "Said")
    assert MAX_BYTES - 4 < json_bytes(fits) <= MAX_BYTES
    assert check(fits) == []
    assert check(card_activity(card([text_block("é" * (most + 1))], "é" * (most + 1)), "Said")) != []


@pytest.mark.parametrize(("text", "room"), [("x", 1), ("é", 1), ("😀", 2), ('"', 2), ("\n", 2), ("\ud800", 1), ("", 0)])
def test_room_is_counted_as_it_is_in_json_and_in_utf_16(text: str, room: int) -> None:
    assert json_units(text) == room


WRONG: list[tuple[str, Mapping[str, Any]]] = [
    ("text beside the card", shown(text_block("x")) | {"text": "x"}),
    ("no summary", without(shown(text_block("x")), "summary")),
    ("two cards", shown(text_block("x")) | {"attachments": [*shown(text_block("x"))["attachments"]] * 2}),
    ("another version", shown(text_block("x"), version="1.6")),
    ("no fallback", {**shown(text_block("x")), "attachments": [
        {"contentType": "application/vnd.microsoft.card.adaptive",
         "content": without(shown(text_block("x"))["attachments"][0]["content"], "fallbackText")}]}),
    ("a fallback that says less", shown(text_block("more"), text="less")),
    ("a choice to be seen that is not in the fallback", shown(choices(2) | {"style": "expanded"}, text="Label x0")),
    ("a fallback that formats", shown(text_block("x"), fallbackText="**x**")),
    ("a mention", shown(text_block("x"), msteams={"width": "full", "entities": []})),
    ("a narrow card", shown(text_block("x"), msteams={})),
    ("no elements", shown()),
    ("an unknown element", shown({"type": "Sonnet"})),
    ("an element that is none", shown(text_block("x"), body=["x"])),
    ("an unknown property", shown(text_block("x") | {"colour": "red"})),
    ("a link", shown(actions({"type": "Action.OpenUrl", "title": "Go", "url": "https://example.org"}))),
    ("a run that leads elsewhere", shown(run(selectAction=action()))),
    ("a run that puts a date in", shown(run(text=DATE), text=DATE)),
    ("text that does not wrap", shown(without(block(), "wrap"))),
    ("text that formats", shown(block("*x*"), text="*x*")),
    ("text that links", shown(block("[a](b)"), text="[a](b)")),
    ("text that puts a date in", shown(block(DATE), text=DATE)),
    ("an empty text", shown(run(text=""))),
    ("a picture without words", shown(without(image(), "altText"))),
    ("a picture with empty words", shown(image(altText=""))),
    ("a picture from nowhere", shown(image(url="file:///a.png"))),
    ("an input without a label", shown(without(asked(), "label"))),
    ("an input without an id", shown(without(asked(), "id"))),
    ("one id twice", shown(asked(), asked())),
    ("a choice that does not wrap", shown(without(choices(), "wrap"))),
    ("a first choice that is not offered", shown(choices(value="9"))),
    ("first choices that are not offered", shown(choices(value="0,9", isMultiSelect=True))),
    ("one key twice", shown(asked("ChoiceSet", wrap=True, choices=[{"title": "x", "value": "1"}] * 2))),
    ("a key that would be two", shown(
        asked("ChoiceSet", wrap=True, isMultiSelect=True, choices=[{"title": "x", "value": "1,2"}]))),
    ("required, and no word of it", shown(asked(isRequired=True))),
    ("no actions", shown(actions())),
    ("an action without a title", shown(actions(without(action(), "title")))),
    ("something to be hidden that is not there", shown(
        actions({"type": "Action.ToggleVisibility", "title": "x", "targetElements": ["b"]}))),
    ("a chart without a picture for who cannot see it", shown(chart())),
    ("a chart whose picture has no words", shown(chart(fallback=without(image(), "altText")))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "message"), WRONG, ids=[row[0] for row in WRONG])
def test_what_teams_should_not_be_sent_is_a_problem(what: str, message: Mapping[str, Any]) -> None:
    assert check(message) != []


RIGHT: list[tuple[str, Mapping[str, Any]]] = [
    ("more actions in a menu", shown(actions(*[action()] * 6, *[action(mode="secondary")] * 3))),
    ("a required input that says so", shown(asked(isRequired=True, errorMessage="Fill this in"))),
    ("several first choices", shown(choices(3, value="0,2", isMultiSelect=True))),
    ("a chart with a picture", shown(chart(fallback=image()))),
    ("a heading", shown(block(style="heading", size="Large"))),
    ("something that can be shown", shown(
        actions({"type": "Action.ToggleVisibility", "title": "x", "targetElements": ["b"]}),
        {"type": "Container", "id": "b", "isVisible": False, "items": [text_block("x")]})),
]  # fmt: skip


@pytest.mark.parametrize(("what", "message"), RIGHT, ids=[row[0] for row in RIGHT])
def test_what_teams_takes_is_no_problem(what: str, message: Mapping[str, Any]) -> None:
    hold(message)


def test_a_problem_says_where_and_what() -> None:
    assert check(shown(without(asked(), "label"))) == ["activity.attachments[0].content.body[0].label: is missing"]
    assert check(shown(actions(*[action()] * 7))) == ["a set has 7 actions to be seen; it may have 6"]
