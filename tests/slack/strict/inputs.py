"""What an input holds, as a client keeps it: its state, what was typed, and whether it may be sent."""

from dataclasses import dataclass
from typing import Any

from tests.slack.strict.blocks import elements_of
from tests.slack.strict.elements import offered
from tests.slack.strict.state import Json


@dataclass(frozen=True)
class Kind:
    """`key` is where the state keeps its value, `initial` where the element says what it begins with."""

    key: str
    initial: str
    empty: Any = None


KINDS = {
    "plain_text_input": Kind("value", "initial_value"),
    "email_text_input": Kind("value", "initial_value"),
    "url_text_input": Kind("value", "initial_value"),
    "number_input": Kind("value", "initial_value"),
    "rich_text_input": Kind("rich_text_value", "initial_value"),
    "static_select": Kind("selected_option", "initial_option"),
    "external_select": Kind("selected_option", "initial_option"),
    "radio_buttons": Kind("selected_option", "initial_option"),
    "checkboxes": Kind("selected_options", "initial_options", []),
    "multi_static_select": Kind("selected_options", "initial_options", []),
    "users_select": Kind("selected_user", "initial_user"),
    "multi_users_select": Kind("selected_users", "initial_users", []),
    "channels_select": Kind("selected_channel", "initial_channel"),
    "conversations_select": Kind("selected_conversation", "initial_conversation"),
    "datepicker": Kind("selected_date", "initial_date"),
    "timepicker": Kind("selected_time", "initial_time"),
    "datetimepicker": Kind("selected_date_time", "initial_date_time"),
    "file_input": Kind("files", "initial_files", []),
}


class CannotError(AssertionError):
    """A client would not let a person do this."""


def initial_state(element: Json) -> Json:
    kind = KINDS[element["type"]]
    return {"type": element["type"], kind.key: element.get(kind.initial, kind.empty)}


def state_of(blocks: list[Json], kept: dict[str, Json] | None = None) -> dict[str, Json]:
    """{block_id: {action_id: state}}. What is kept of before holds where ids and type are the same."""
    values: dict[str, Json] = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in KINDS:
                continue
            before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"] and still_offered(element, before)
            values.setdefault(block["block_id"], {})[element["action_id"]] = before if same else initial_state(element)
    return values


def still_offered(element: Json, state: Json) -> bool:
    """An option that is no longer there cannot stay chosen."""
    key = KINDS[element["type"]].key
    chosen = state[key] if isinstance(state[key], list) else [state[key]]
    return key not in ("selected_option", "selected_options") or all(
        one is None or one in offered(element) for one in chosen
    )


def taken(element: Json, value: Any) -> Json:
    """The state after a person gives this value: text, an option's value or its label, a day, a person's id."""
    kind = KINDS[element["type"]]
    if kind.key == "selected_option":
        value = None if value is None else pick(element, value)
    elif kind.key == "selected_options":
        value = [pick(element, one) for one in value]
    elif kind.key == "value" and value == "":
        value = None
    limit = element.get("max_length", 3000)
    if kind.key == "value" and value is not None and len(value) > limit:
        raise CannotError(f"more than {limit} characters cannot be typed here")
    return {"type": element["type"], kind.key: value}


def pick(element: Json, wanted: str) -> Json:
    for one in offered(element):
        if wanted in (one["value"], one["text"]["text"]):
            return one
    there = [one["text"]["text"] for one in offered(element)]
    raise CannotError(f"there is no option {wanted!r} among {there}")


def find(blocks: list[Json], block_id: str, action_id: str | None = None) -> tuple[Json, Json]:
    """The block, and in it the element that holds something."""
    for block in blocks:
        if block["block_id"] == block_id:
            for element in elements_of(block):
                if element["type"] in KINDS and action_id in (None, element["action_id"]):
                    return block, element
    raise CannotError(f"nothing to fill in at {block_id!r}; there are {[block['block_id'] for block in blocks]}")


def held(state: Json) -> Any:
    return state[KINDS[state["type"]].key]


def not_ready(blocks: list[Json], values: dict[str, Json]) -> dict[str, str]:
    """What a client says beside the fields before it sends anything, by block_id."""
    said: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = held(values[block["block_id"]][element["action_id"]])
        if value in (None, [], "") and not block.get("optional", False):
            said[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str) and len(value) < element.get("min_length", 0):
            said[block["block_id"]] = f"Use at least {element['min_length']} characters."
    return said
