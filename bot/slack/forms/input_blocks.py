"""Converts a form's field to Slack's blocks: error, question, inputs and hint."""

from collections.abc import Iterator

from remembrancer.bot.platform.form_pages import choice_text, question_text
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.forms.inputs import INPUTS, MAX_LABEL, MAX_TEXT
from remembrancer.bot.slack.forms.options import is_cut
from remembrancer.bot.slack.outbound.blocks import Block, blocks_of, plain_text
from remembrancer.models.message import FormField
from remembrancer.wording import say


def field_blocks(field: FormField) -> Iterator[Block]:
    """Yield the field's error, the text that its inputs have no room for, and its inputs."""
    if field.error:
        text = shorten(say("form_pages.error", error=field.error), MAX_TEXT)
        yield {"type": "context", "elements": [plain_text(text)]}
    yield from blocks_of(list(_text_above(field)))
    if field.has_input:
        yield from INPUTS[field.type].blocks(field, _hint(field) if _fits_input(field) else "")


def _text_above(field: FormField) -> Iterator[Node]:
    """Yield the text above the inputs: the question where the inputs cannot hold it, and choices that they cut."""
    if not _fits_input(field):
        yield Node("paragraph", (Run(question_text(field), frozenset({"bold"})),))
        yield from (Node("paragraph", (Run(line),)) for line in _hint(field).splitlines() if line.strip())
    yield from (Node("bullet", (Run(choice_text(choice)),)) for choice in field.choices if is_cut(choice))


def _fits_input(field: FormField) -> bool:
    """Return whether one input has room for the field's question and hint."""
    is_one = field.has_input and INPUTS[field.type].is_one
    return is_one and max(len(question_text(field)), len(_hint(field))) <= MAX_LABEL


def _hint(field: FormField) -> str:
    is_kept = INPUTS[field.type].is_too_long_to_show(field)
    notice = say("form_pages.too_long_to_show", count=len(str(field.value))) if is_kept else ""
    was = say("form_pages.last_time", was=field.was) if field.was else ""
    return "\n".join(each for each in (notice, field.hint, was) if each)
