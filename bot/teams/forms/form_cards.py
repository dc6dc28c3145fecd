"""Converts a form to Adaptive Cards, one per page, and a card's data back to field values."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from remembrancer.bot.platform import form_pages
from remembrancer.bot.platform.form_pages import Page
from remembrancer.bot.teams.forms.inputs import field_element, max_typed_units, shown_values, typed_value
from remembrancer.bot.teams.inbound.message_text import object_at
from remembrancer.bot.teams.outbound.card import Card, card, execute_action, text_lines
from remembrancer.bot.teams.outbound.card_elements import Element, elements, heading, text_block
from remembrancer.bot.teams.outbound.message_chunks import MAX_BYTES, UNIT_BYTES, json_bytes
from remembrancer.models.message import Form, FormField
from remembrancer.wording import phrase

Act = Literal["back", "next", "send", "cancel"]
ACTS: Mapping[str, Act] = {"form_back": "back", "form_next": "next", "form_send": "send", "form_cancel": "cancel"}
MAX_INPUTS = 8
"""The most inputs of a page. It scrolls with the chat, so it may be longer than a window."""
HEAD_BYTES = 12 * 1024  # bytes for a page's title, intro, notice and actions


@dataclass(frozen=True)
class PageAction:
    """A pressed button of a form's page: its act, the form's token, and the page from nought."""

    act: Act
    token: str
    page: int


def pages(form: Form) -> list[Page]:
    """Divide the form's fields into pages, each field whole.

    A field that steers ends its page, because later fields depend on it.
    """
    return form_pages.pages(form, _is_full)


def _is_full(page: Page, field: FormField) -> bool:
    inputs = sum(each.inputs for each in page) + field.inputs
    return page[-1].steers or inputs > MAX_INPUTS or sum(map(_max_bytes, (*page, field))) > MAX_BYTES - HEAD_BYTES


def _max_bytes(field: FormField) -> int:
    """Return the most bytes that a field can take: its text stands in the card and again in the fallback."""
    blank = field_element(field.model_copy(update={"value": None, "error": ""}))
    return json_bytes(blank) + json_bytes("\n".join(text_lines(blank))) + max_typed_units(field) * UNIT_BYTES


def form_card(form: Form, token: str, page: int = 0) -> Card:
    """Build one page of the form; a page number beyond the end gives the last page."""
    page_fields = pages(form)
    page = min(page, len(page_fields) - 1)
    body = [*_head(form, page, len(page_fields)), *map(field_element, page_fields[page])]
    data = {
        "token": token,
        "page": page,
        "shown": {field.key: _value_hash(field, shown_values(field)) for field in page_fields[page]},
    }
    return card(body, "\n".join(text_lines(body)), list(_actions(form, data, page, len(page_fields))))


def summary_of(form: Form, page: int = 0) -> str:
    """Return a page's text for a notification."""
    count = len(pages(form))
    texts = [form.title, *([_page_number_text(page, count)] if count > 1 else []), form.notice]
    return "\n".join(text for text in texts if text)


def closed_card(text: str) -> Card:
    """Build the card that replaces a closed form, with one sentence of plain text."""
    return card([text_block(text)], text)


def _head(form: Form, page: int, count: int) -> Iterator[Element]:
    yield heading(form.title)
    if count > 1:
        yield text_block(_page_number_text(page, count), isSubtle=True) | {"spacing": "Small"}
    if form.notice:
        yield text_block(form.notice, bold=True)
    if page == 0:
        yield from elements(form.intro)


def _page_number_text(page: int, count: int) -> str:
    return phrase("form_pages.page", page=page + 1, pages=count)


def _value_hash(field: FormField, data: Mapping[str, Any]) -> str:
    return hashlib.sha256("\n".join(str(data.get(each, "")) for each in shown_values(field)).encode()).hexdigest()[:8]


def _actions(form: Form, data: Mapping[str, Any], page: int, count: int) -> Iterator[Element]:
    """Build the page's buttons; each sends back what is typed, so that none of it is lost."""
    if page > 0:
        yield _button("form_back", phrase("form_pages.back"), data)
    # A form with errors was submitted before, so its person has seen every page.
    may_send = page + 1 == count or form.has_errors
    if may_send:
        yield _button("form_send", form.submit, data, "positive")
    if page + 1 < count:
        yield _button("form_next", phrase("form_pages.next"), data, "" if may_send else "positive")
    yield _button("form_cancel", phrase("form_pages.cancel"), data)


def _button(verb: str, title: str, data: Mapping[str, Any], style: str = "") -> Element:
    return execute_action(title, verb, {"action": verb, **data}, style) | {"associatedInputs": "auto"}


def parse_page_action(data: Any) -> PageAction | None:
    """Parse the data of a form's button; None where it is another button's."""
    if not isinstance(data, Mapping):
        return None
    act, token, page = ACTS.get(str(data.get("action"))), data.get("token"), data.get("page")
    if act is None or not isinstance(token, str) or not isinstance(page, int) or isinstance(page, bool) or page < 0:
        return None
    return PageAction(act, token, page)


def fields_at_their_end(form: Form, page: int) -> list[str]:
    """Return the keys of the page's texts that fill their field to the last character: Teams cuts what is pasted there.

    https://adaptivecards.io/explorer/Input.Text.html (maxLength)
    """
    page_fields = pages(form)
    return [
        field.key
        for field in page_fields[min(page, len(page_fields) - 1)]
        if max_typed_units(field) and len(str(field.value or "").encode("utf-16-le")) // 2 >= max_typed_units(field)
    ]


def typed_values(form: Form, page: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a page by field key, from the data of its button.

    Another device may show an older version of the page: a field that was not touched there keeps its newer value.
    """
    page_fields, shown = pages(form), object_at(data, "shown")
    on_it = [field for field in page_fields[min(page, len(page_fields) - 1)] if field.has_input]
    untouched = {field.key for field in on_it if shown.get(field.key) == _value_hash(field, data)}
    sent = {field.key: shown_values(field) if field.key in untouched else data for field in on_it}
    return {field.key: typed_value(field, sent[field.key]) for field in on_it}
