"""One field of a form as elements of a card: its error, what is asked, its inputs, its hint, and last time's answer."""

from collections.abc import Iterator

from remembrancer.bot.platform.form_pages import name
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.teams.forms.inputs import INPUTS
from remembrancer.bot.teams.outbound.card_elements import Element, said
from remembrancer.models.message import FormField
from remembrancer.wording import say

WAS = 4000  # characters of what was said last time, of which the history has all
LONG = 160  # what was said last time, where it is longer, waits behind a button


def field_element(field: FormField) -> Element:
    """The field: its error, what is asked, its inputs, its hint, and what was said last time.

    What helps with one input stands below it, where a label is its own; of several inputs it stands above them.
    """
    told = [*_hints(field), *_was(field)]
    inputs = list(_inputs(field))
    asked = [*_name(field), *inputs, *told] if INPUTS[field.type].is_one else [*_name(field), *told, *inputs]
    error = list(_error(field))
    first = [asked[0] | {"spacing": "Small"}] if error else asked[:1]
    return {"type": "Container", "spacing": "Large", "items": [*error, *first, *asked[1:]]}


def _error(field: FormField) -> Iterator[Element]:
    if field.error:
        yield said(say("form_pages.error", error=field.error), bold=True, color="Attention")


def _name(field: FormField) -> Iterator[Element]:
    if not field.has_input or not INPUTS[field.type].is_one:
        yield said(_label(field), bold=True)


def _inputs(field: FormField) -> Iterator[Element]:
    if field.has_input:
        yield from INPUTS[field.type].elements(field, _label(field))


def _label(field: FormField) -> str:
    needed = field.required and field.has_input and not INPUTS[field.type].is_kept(field)
    return say("teams_cards.needed", label=name(field)) if needed else name(field)


def _hints(field: FormField) -> Iterator[Element]:
    if INPUTS[field.type].is_kept(field):
        yield said(say("form_pages.too_long_to_show", count=len(str(field.value))))
    yield from (said(line, isSubtle=True) for line in field.hint.splitlines() if line.strip())


def _was(field: FormField) -> Iterator[Element]:
    """What was said last time; behind a button where it is long."""
    if not field.was.strip():
        return
    text = said(say("form_pages.last_time", was=shorten(field.was, WAS)), isSubtle=True)
    if len(field.was) <= LONG:
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


def held(field: FormField) -> dict[str, str]:
    """What its inputs hold as they are shown, by their ids: what comes back of whoever does not touch them."""
    return {each["id"]: each.get("value", "") for each in _inputs(field) if "id" in each}
