"""Converts a form's field to card elements: error, question, inputs, hint and last answer."""

from collections.abc import Iterator

from remembrancer.bot.platform.form_pages import question_text
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.teams.forms.inputs import INPUTS
from remembrancer.bot.teams.outbound.card_elements import Element, text_block
from remembrancer.models.message import FormField
from remembrancer.wording import say

MAX_LAST_ANSWER = 4000  # characters of the last answer; the history shows it in full
MAX_VISIBLE_LAST_ANSWER = 160  # characters; a longer last answer is behind a button


def field_element(field: FormField) -> Element:
    """Build the field: its error, question, inputs, hint, and last answer.

    The help for a single input stands below it, because the label is part of the input; for several inputs it is above.
    """
    help_elements = [*_hints(field), *_last_answer(field)]
    inputs = list(_inputs(field))
    items = (
        [*_name(field), *inputs, *help_elements]
        if INPUTS[field.type].is_one
        else [*_name(field), *help_elements, *inputs]
    )
    error = (
        [text_block(say("form_pages.error", error=field.error), bold=True, color="Attention")] if field.error else []
    )
    first = [items[0] | {"spacing": "Small"}] if error else items[:1]
    return {"type": "Container", "spacing": "Large", "items": [*error, *first, *items[1:]]}


def _name(field: FormField) -> Iterator[Element]:
    if not field.has_input or not INPUTS[field.type].is_one:
        yield text_block(_label(field), bold=True)


def _inputs(field: FormField) -> Iterator[Element]:
    if field.has_input:
        yield from INPUTS[field.type].elements(field, _label(field))


def _label(field: FormField) -> str:
    needed = field.required and field.has_input and not INPUTS[field.type].is_too_long_to_show(field)
    return say("teams_cards.needed", label=question_text(field)) if needed else question_text(field)


def _hints(field: FormField) -> Iterator[Element]:
    if INPUTS[field.type].is_too_long_to_show(field):
        yield text_block(say("form_pages.too_long_to_show", count=len(str(field.value))))
    yield from (text_block(line, isSubtle=True) for line in field.hint.splitlines() if line.strip())


def _last_answer(field: FormField) -> Iterator[Element]:
    """Yield the last answer, behind a button where it is long."""
    if not field.was.strip():
        return
    text = text_block(say("form_pages.last_time", was=shorten(field.was, MAX_LAST_ANSWER)), isSubtle=True)
    if len(field.was) <= MAX_VISIBLE_LAST_ANSWER:
        yield text
        return
    id_ = f"was.{field.key}"
    toggle = {
        "type": "Action.ToggleVisibility",
        "title": say("teams_cards.last_time"),
        "targetElements": [id_],
        "tooltip": say("teams_cards.last_time_of", label=field.label),
    }
    yield {"type": "ActionSet", "actions": [toggle]}
    yield {"type": "Container", "id": id_, "isVisible": False, "style": "emphasis", "items": [text]}


def shown_values(field: FormField) -> dict[str, str]:
    """Return the shown values of the field's inputs by id, which come back where nobody touches them."""
    return {each["id"]: each.get("value", "") for each in _inputs(field) if "id" in each}
