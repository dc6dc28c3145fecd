"""The options of an input: choices in Slack's limits of words and numbers."""

from collections.abc import Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import shown
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.slack.outbound.blocks import Block, plain_text
from remembrancer.models.message import Choice
from remembrancer.wording import say

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


def menu(choices: Sequence[Choice], ask: str) -> dict[str, Any]:
    """The options of a menu, and what it says before one is chosen (form_pages.ASK in words.yaml)."""
    made: dict[str, Any] = {"placeholder": plain_text(say(f"form_pages.{ask}"))}
    if len(choices) <= IN_A_MENU:
        return made | {"options": [option(choice) for choice in choices]}
    starts = range(0, len(choices), IN_A_MENU)
    return made | {"option_groups": [_group(choices[first : first + IN_A_MENU]) for first in starts]}


def _group(choices: Sequence[Choice]) -> Block:
    ends = [shorten(shown(choice), WORDS // 2 - 2) for choice in (choices[0], choices[-1])]
    label = say("slack_blocks.group", first=ends[0], last=ends[1])
    return {"label": plain_text(label), "options": [option(choice) for choice in choices]}
