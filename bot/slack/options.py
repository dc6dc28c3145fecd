"""The choices of a form's field as Slack's options, whose words are short."""

from collections.abc import Sequence
from typing import Any

from bot.content import shorten
from bot.form_pages import NONE, shown
from bot.message import Choice, FormField
from bot.slack.markup import Block, plain_text
from wording import say

WORDS = 75
TO_SEE = 10  # options that may all be seen at once; more are a menu
IN_A_MENU = 100


def option(choice: Choice) -> Block:
    """The choice; what does not fit its text goes on in the line beneath."""
    words = shown(choice)
    made: Block = {"text": plain_text(shorten(words, WORDS)), "value": choice.key}
    if len(words) <= WORDS:
        return made
    rest = words[len(made["text"]["text"].removesuffix("…")) :].strip()
    return made | {"description": plain_text(shorten(f"…{rest}", WORDS))}


def is_cut(choice: Choice) -> bool:
    """Whether the choice's words are longer than its option can show."""
    return "description" in (made := option(choice)) and made["description"]["text"].endswith("…")


def one_of(field: FormField) -> dict[str, Any]:
    """The element in which one choice is made. Slack lets nobody take it back, so where none is needed one says so."""
    choices = field.choices if field.required else (*field.choices, Choice(key=NONE, word=_no_choice(field)))
    first = [option(choice) for choice in field.choices if choice.key == field.value]
    chosen = {"initial_option": first[0]} if first else {}
    if field.type == "choice" and len(choices) <= TO_SEE:
        return {"type": "radio_buttons", "options": [option(choice) for choice in choices], **chosen}
    return {
        "type": "static_select",
        **_menu(choices, "choose_person" if field.type == "person" else "choose"),
        **chosen,
    }


def _no_choice(field: FormField) -> str:
    return say("form_pages.nobody" if field.type == "person" else "form_pages.none")


def some_of(field: FormField, keys: Sequence[str]) -> dict[str, Any]:
    """The element in which several choices are made; these to begin with."""
    first = [option(choice) for choice in field.choices if choice.key in keys]
    chosen = {"initial_options": first} if first else {}
    if len(field.choices) <= TO_SEE:
        return {"type": "checkboxes", "options": [option(choice) for choice in field.choices], **chosen}
    return {"type": "multi_static_select", **_menu(field.choices, "choose"), **chosen}


def _menu(choices: Sequence[Choice], ask: str) -> dict[str, Any]:
    made: dict[str, Any] = {"placeholder": plain_text(say(f"form_pages.{ask}"))}
    if len(choices) <= IN_A_MENU:
        return made | {"options": [option(choice) for choice in choices]}
    starts = range(0, len(choices), IN_A_MENU)
    return made | {"option_groups": [_group(choices[first : first + IN_A_MENU]) for first in starts]}


def _group(choices: Sequence[Choice]) -> Block:
    ends = [shorten(shown(choice), WORDS // 2 - 2) for choice in (choices[0], choices[-1])]
    label = say("slack_blocks.group", first=ends[0], last=ends[1])
    return {"label": plain_text(label), "options": [option(choice) for choice in choices]}
