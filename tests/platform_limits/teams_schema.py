"""What each element and action of a card needs and may have: of Adaptive Cards 1.5, what we use, and Teams' charts.

Of the schema (https://adaptivecards.io/explorer) we are stricter in three things: text wraps, an input has a label, a
picture has words. What could lead elsewhere - a link, a mention, an action on a text - is not among them.
"""

from tests.platform_limits.schema import Many, Number, Rule, Shape, Text, Typed, Word

IN_A_SET = 6
VERSION = "1.5"
CARD = "application/vnd.microsoft.card.adaptive"

SHAPES: dict[str, Rule] = {}
YES_NO, YES = Word((True, False)), Word((True,))
WORDS, ID = Text(40_000), Text(255)
SPACING = Word(("None", "Small", "Default", "Medium", "Large", "ExtraLarge", "Padding"))
SIDE = Word(("Left", "Center", "Right"))
COLOURS = ("Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention")
CHARTS = (
    *("Chart.Donut", "Chart.Gauge", "Chart.Line", "Chart.Pie", "Chart.HorizontalBar", "Chart.HorizontalBar.Stacked"),
    *("Chart.VerticalBar", "Chart.VerticalBar.Grouped"),
)

ANY: dict[str, Rule] = {"id": ID, "isVisible": YES_NO, "separator": YES_NO, "spacing": SPACING}
LOOK: dict[str, Rule] = {
    "size": Word(("Small", "Default", "Medium", "Large", "ExtraLarge")),
    "weight": Word(("Lighter", "Default", "Bolder")),
    "color": Word(COLOURS),
    "isSubtle": YES_NO,
    "fontType": Word(("Default", "Monospace")),
}
INPUT: dict[str, Rule] = {"id": ID, "label": WORDS}
ASKED: dict[str, Rule] = ANY | {"isRequired": YES_NO, "errorMessage": Text(500), "placeholder": Text(255)}
INPUTS = ("Input.Text", "Input.Date", "Input.ChoiceSet")
ELEMENTS = (
    *("TextBlock", "RichTextBlock", "Image", "Container", "ColumnSet", "Table", "ActionSet"),
    *INPUTS,
    *CHARTS,
)
ACTIONS = ("Action.Execute", "Action.ToggleVisibility")
ACTION: dict[str, Rule] = {
    "id": ID,
    "tooltip": WORDS,
    "style": Word(("default", "positive", "destructive")),
    "mode": Word(("primary", "secondary")),
}
ITEMS = Many(Typed(SHAPES, ELEMENTS), 1000)
PIXELS_OR_WORD = Text(10)

CARD_NEEDS: dict[str, Rule] = {
    "$schema": ID,
    "version": Word((VERSION,)),
    "fallbackText": WORDS,
    "body": ITEMS,
    "msteams": Shape({"width": Word(("full",))}),
}

SHAPES |= {
    "TextBlock": Shape(
        {"text": WORDS, "wrap": YES}, ANY | LOOK | {"style": Word(("default", "heading")), "horizontalAlignment": SIDE}
    ),
    "RichTextBlock": Shape({"inlines": Many(Typed(SHAPES, ("TextRun",)), 10_000)}, ANY | {"horizontalAlignment": SIDE}),
    "TextRun": Shape({"text": WORDS}, LOOK | {"italic": YES_NO}),
    "Image": Shape({"url": Text(40_000), "altText": WORDS}, ANY | {"size": Word(("Auto", "Stretch"))}),
    "Container": Shape({"items": ITEMS}, ANY | {"style": Word(("default", "emphasis", "attention"))}),
    "ColumnSet": Shape({"columns": Many(Typed(SHAPES, ("Column",)), 20)}, ANY),
    "Column": Shape({"items": Many(Typed(SHAPES, ELEMENTS), 100, 0), "width": PIXELS_OR_WORD}, ANY),
    "Table": Shape(
        {"columns": Many(Shape({"width": Number(1000, 1)}, {"horizontalCellContentAlignment": SIDE}), 20)}
        | {"rows": Many(Typed(SHAPES, ("TableRow",)), 1000), "firstRowAsHeaders": YES},
        ANY | {"showGridLines": YES_NO},
    ),
    "TableRow": Shape({"cells": Many(Typed(SHAPES, ("TableCell",)), 20)}),
    "TableCell": Shape({"items": ITEMS}),
    "ActionSet": Shape({"actions": Many(Typed(SHAPES, ACTIONS), 20)}, ANY),
    "Input.Text": Shape(INPUT, ASKED | {"isMultiline": YES_NO, "maxLength": Number(20_000, 1), "value": WORDS}),
    "Input.Date": Shape(INPUT, ASKED | {"value": Text(10, 10)}),
    "Input.ChoiceSet": Shape(
        INPUT | {"choices": Many(Shape({"title": WORDS, "value": ID}), 1000), "wrap": YES},
        ASKED | {"style": Word(("compact", "expanded", "filtered")), "isMultiSelect": YES_NO, "value": WORDS},
    ),
    "Action.Execute": Shape(
        {"title": Text(255), "verb": ID, "data": Shape(strict=False)},
        ACTION | {"associatedInputs": Word(("auto", "none"))},
    ),
    "Action.ToggleVisibility": Shape({"title": Text(255), "targetElements": Many(ID, 20)}, ACTION),
    "AdaptiveCard": Shape(CARD_NEEDS, {"actions": Many(Typed(SHAPES, ACTIONS), 20)}),
} | dict.fromkeys(CHARTS, Shape({"title": WORDS, "fallback": Typed(SHAPES, ("Image",))}, strict=False))

ATTACHMENT = Shape({"contentType": Word((CARD,)), "content": Typed(SHAPES, ("AdaptiveCard",))})
ACTIVITY = Shape({"type": Word(("message",)), "summary": WORDS, "attachments": Many(ATTACHMENT, 1)})
