"""Converts choices to the options of an input, within Slack's limits of length and number."""

from collections.abc import Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import choice_text
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.slack.outbound.blocks import Block, plain_text
from remembrancer.models.message import Choice
from remembrancer.wording import say

MAX_OPTION_TEXT = 75
MAX_VISIBLE = 10  # options that are all visible; more become a menu
MENU_SIZE = 100


def option(choice: Choice) -> Block:
    """Convert a choice to an option; text that does not fit goes on in the option's description."""
    text = choice_text(choice)
    option_block: Block = {"text": plain_text(shorten(text, MAX_OPTION_TEXT)), "value": choice.key}
    if len(text) <= MAX_OPTION_TEXT:
        return option_block
    rest = text[len(option_block["text"]["text"].removesuffix("…")) :].strip()
    return option_block | {"description": plain_text(shorten(f"…{rest}", MAX_OPTION_TEXT))}


def is_cut(choice: Choice) -> bool:
    """Return whether the choice's text is longer than its option can show."""
    return "description" in (option_block := option(choice)) and option_block["description"]["text"].endswith("…")


def menu(choices: Sequence[Choice], ask: str) -> dict[str, Any]:
    """Build a menu's options and its placeholder (form_pages.ASK in words.yaml)."""
    element: dict[str, Any] = {"placeholder": plain_text(say(f"form_pages.{ask}"))}
    if len(choices) <= MENU_SIZE:
        return element | {"options": [option(choice) for choice in choices]}
    starts = range(0, len(choices), MENU_SIZE)
    return element | {"option_groups": [_group(choices[first : first + MENU_SIZE]) for first in starts]}


def _group(choices: Sequence[Choice]) -> Block:
    ends = [shorten(choice_text(choice), MAX_OPTION_TEXT // 2 - 2) for choice in (choices[0], choices[-1])]
    label = say("slack_blocks.group", first=ends[0], last=ends[1])
    return {"label": plain_text(label), "options": [option(choice) for choice in choices]}
