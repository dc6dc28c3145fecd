"""The elements that people press, pick and type in, and the parts that they are made of."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.slack.strict.checks import Check, Shape, anything, flag, listing, one_of, string, typed, whole, wrong
from tests.slack.strict.state import Json

ID = string(255)


def plain(maximum: int) -> Check:
    return typed({"plain_text": Shape({"text": string(maximum)}, {"emoji": flag})})


def words(maximum: int) -> Check:
    marked = Shape({"text": string(maximum)}, {"verbatim": flag})
    return typed({"plain_text": Shape({"text": string(maximum)}, {"emoji": flag}), "mrkdwn": marked})


def day(value: Any, where: str) -> Iterator[str]:
    try:
        valid = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        valid = False
    if not valid:
        yield wrong("must be a date, YYYY-MM-DD", where)


def time_of_day(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        yield wrong("must be a time, HH:mm", where)


def link(value: Any, where: str) -> Iterator[str]:
    yield from string(3000)(value, where)
    if isinstance(value, str) and not re.match(r"https?://|mailto:|slack:", value):
        yield wrong("must be a valid URL", where)


def option(label: Check) -> Shape:
    return Shape({"text": label, "value": string(150)}, {"description": words(75), "url": link})


def offered(element: Json) -> list[Json]:
    """Every option of a select, those in groups too."""
    groups = element.get("option_groups") or []
    flat = [*(element.get("options") or []), *(one for group in groups for one in group.get("options", []))]
    return [one for one in flat if isinstance(one, dict)]


def initial_is_offered(element: Json, where: str) -> Iterator[str]:
    """What is chosen at first is one of the options, word for word."""
    options = offered(element)
    chosen = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else [])
    for one in chosen if isinstance(chosen, list) else []:
        if one not in options:
            yield wrong("initial option is not among the options", where)
    values = [one.get("value") for one in options]
    if len(values) != len(set(map(str, values))):
        yield wrong("option values must be unique", where)


def has_options(element: Json, where: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield wrong("must provide exactly one of options and option_groups", where)
    yield from initial_is_offered(element, where)


CONFIRM = Shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
COMMON: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
HOLDER: dict[str, Check] = {**COMMON, "placeholder": plain(150)}
MANY: dict[str, Check] = {**HOLDER, "max_selected_items": whole(1, 10_000)}
TYPED: dict[str, Check] = {
    "action_id": ID,
    "focus_on_load": flag,
    "placeholder": plain(150),
    "dispatch_action_config": Shape(
        {}, {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 2)}
    ),
}
SELECT_OPTION = option(plain(75))
LISTED = option(words(75))
GROUPS = listing(Shape({"label": plain(75), "options": listing(SELECT_OPTION, 100)}), 100)
OPTIONS: dict[str, Check] = {"options": listing(SELECT_OPTION, 100), "option_groups": GROUPS}
FILTER = Shape(
    {}, {"include": listing(anything, 4), "exclude_bot_users": flag, "exclude_external_shared_channels": flag}
)


def text_input(maximum: int) -> dict[str, Check]:
    lengths = {"min_length": whole(0, maximum), "max_length": whole(1, maximum)}
    return {**TYPED, **lengths, "multiline": flag, "initial_value": string(maximum, 0)}


def lengths_agree(element: Json, where: str) -> Iterator[str]:
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
        yield wrong("min_length must not exceed max_length", where)
    initial = element.get("initial_value", "")
    if isinstance(initial, str) and isinstance(longest, int) and len(initial) > longest:
        yield wrong(f"must be less than {longest + 1} characters", f"{where}/initial_value")


BUTTON = Shape(
    {"text": plain(75)},
    {
        "action_id": ID,
        "value": string(2000),
        "url": link,
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE = Shape({"alt_text": string(2000)}, {"image_url": link, "slack_file": anything})
TEN: dict[str, Check] = {"options": listing(LISTED, 10)}
CHOICES: dict[str, Shape] = {
    "checkboxes": Shape(TEN, {**COMMON, "initial_options": listing(LISTED, 10)}, initial_is_offered),
    "radio_buttons": Shape(TEN, {**COMMON, "initial_option": LISTED}, initial_is_offered),
    "datepicker": Shape({}, {**HOLDER, "initial_date": day}),
    "timepicker": Shape({}, {**HOLDER, "initial_time": time_of_day, "timezone": string(100)}),
    "datetimepicker": Shape({}, {**COMMON, "initial_date_time": whole(10**9, 10**10 - 1)}),
    "static_select": Shape({}, {**HOLDER, **OPTIONS, "initial_option": SELECT_OPTION}, has_options),
    "multi_static_select": Shape({}, {**MANY, **OPTIONS, "initial_options": listing(SELECT_OPTION, 100)}, has_options),
    "users_select": Shape({}, {**HOLDER, "initial_user": ID}),
    "multi_users_select": Shape({}, {**MANY, "initial_users": listing(ID, 1000)}),
    "channels_select": Shape({}, {**HOLDER, "initial_channel": ID, "response_url_enabled": flag}),
    "conversations_select": Shape(
        {}, {**HOLDER, "initial_conversation": ID, "default_to_current_conversation": flag, "filter": FILTER}
    ),
    "external_select": Shape({}, {**HOLDER, "initial_option": SELECT_OPTION, "min_query_length": whole(0, 255)}),
}
PRESSED: dict[str, Shape] = {
    "button": BUTTON,
    "overflow": Shape({"options": listing(SELECT_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
}
TYPED_IN: dict[str, Shape] = {
    "plain_text_input": Shape({}, text_input(3000), lengths_agree),
    "email_text_input": Shape({}, {**TYPED, "initial_value": string(3000)}),
    "url_text_input": Shape({}, {**TYPED, "initial_value": link}),
    "number_input": Shape(
        {"is_decimal_allowed": flag},
        {**TYPED, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "rich_text_input": Shape({}, {**TYPED, "initial_value": anything}),
    "file_input": Shape({}, {"action_id": ID, "filetypes": listing(ID, 100), "max_files": whole(1, 10)}),
}
INTERACTIVE = {**CHOICES, **PRESSED}
