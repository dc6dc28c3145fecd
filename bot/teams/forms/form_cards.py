"""A form as cards, a page each; and what was typed there, in the shape of the form's questions."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from remembrancer.bot.platform import form_pages
from remembrancer.bot.platform.form_pages import Page
from remembrancer.bot.teams.forms.input_elements import field_element, held
from remembrancer.bot.teams.forms.inputs import INPUTS
from remembrancer.bot.teams.inbound.message_text import within
from remembrancer.bot.teams.outbound.card import Card, card, lines_of
from remembrancer.bot.teams.outbound.card_actions import execute
from remembrancer.bot.teams.outbound.card_elements import Element, elements, heading, said
from remembrancer.bot.teams.outbound.message_chunks import MOST_BYTES, UNIT, size
from remembrancer.models.message import Form, FormField
from remembrancer.wording import say

Act = Literal["back", "next", "send", "cancel"]
ACTS: Mapping[str, Act] = {"form_back": "back", "form_next": "next", "form_send": "send", "form_cancel": "cancel"}
MOST_INPUTS = 8
"""Of a page. It scrolls with the chat, so it may be longer than a window; what steers ends it sooner."""
HEAD = 12 * 1024  # bytes for a page's title, intro, notice and actions


@dataclass(frozen=True)
class Turned:
    """A press on a page of a form: what is to be done, in which open form, and on which page, from nought."""

    act: Act
    token: str
    page: int


def pages(form: Form) -> list[Page]:
    """The form's fields by page, each field whole. A field that steers is its page's last: the next depends on it."""
    return form_pages.pages(form, _is_full)


def page_of_first_error(form: Form) -> int:
    """The first page on which something is wrong; the first page where nothing is."""
    return form_pages.page_of_first_error(form, _is_full)


def _is_full(page: Page, field: FormField) -> bool:
    inputs = sum(each.inputs for each in page) + field.inputs
    return page[-1].steers or inputs > MOST_INPUTS or sum(map(_weight, (*page, field))) > MOST_BYTES - HEAD


def _weight(field: FormField) -> int:
    """Bytes that a field may have, whatever is typed into it: what it says stands in the card and in its fallback."""
    blank = field_element(field.model_copy(update={"value": None, "error": ""}))
    return size(blank) + size("\n".join(lines_of(blank))) + INPUTS[field.type].longest * UNIT


def form_card(form: Form, token: str, page: int = 0) -> Card:
    """One page of the form; a page that is there no more is the last."""
    divided = pages(form)
    page = min(page, len(divided) - 1)
    body = [*_head(form, page, len(divided)), *map(field_element, divided[page])]
    data = {"token": token, "page": page, "shown": {field.key: _mark(field, held(field)) for field in divided[page]}}
    return card(body, "\n".join(lines_of(body)), list(_actions(form, data, page, len(divided))))


def summary_of(form: Form, page: int = 0) -> str:
    """What a notification says of a page."""
    of = len(pages(form))
    texts = [form.title, *([_page(page, of)] if of > 1 else []), form.notice]
    return "\n".join(text for text in texts if text)


def closed_card(text: str) -> Card:
    """What stands in the place of a form that is done with: one thing that is said, as plain text."""
    return card([said(text)], text)


def _head(form: Form, page: int, of: int) -> Iterator[Element]:
    yield heading(form.title)
    if of > 1:
        yield said(_page(page, of), isSubtle=True) | {"spacing": "Small"}
    if form.notice:
        yield said(form.notice, bold=True)
    if page == 0:
        yield from elements(form.intro)


def _page(page: int, of: int) -> str:
    return say("form_pages.page", page=page + 1, pages=of)


def _mark(field: FormField, data: Mapping[str, Any]) -> str:
    """Names what a field's inputs hold."""
    return hashlib.sha256("\n".join(str(data.get(each, "")) for each in held(field)).encode()).hexdigest()[:8]


def _actions(form: Form, data: Mapping[str, Any], page: int, of: int) -> Iterator[Element]:
    """All of them bring back what is typed, so that none of it is lost."""
    if page > 0:
        yield _act("form_back", say("form_pages.back"), data)
    # Whoever was sent back to put something right has been on every page.
    may_send = page + 1 == of or form.has_errors
    if may_send:
        yield _act("form_send", form.submit, data, "positive")
    if page + 1 < of:
        yield _act("form_next", say("form_pages.next"), data, "" if may_send else "positive")
    yield _act("form_cancel", say("form_pages.cancel"), data)


def _act(verb: str, title: str, data: Mapping[str, Any], style: str = "") -> Element:
    return execute(title, verb, {"action": verb, **data}, style) | {"associatedInputs": "auto"}


def turned(data: Any) -> Turned | None:
    """Which button of which form was pressed, by the data that came back; None where it was none of these."""
    if not isinstance(data, Mapping):
        return None
    act, token, page = ACTS.get(str(data.get("action"))), data.get("token"), data.get("page")
    if act is None or not isinstance(token, str) or not isinstance(page, int) or isinstance(page, bool) or page < 0:
        return None
    return Turned(act, token, page)


def typed(form: Form, page: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed on a page, by the fields' keys, as its actions brought it back; nothing of other pages.

    An older showing of the page may stand on another device: of what was not touched there, what was typed since stays.
    """
    divided, shown = pages(form), within(data, "shown")
    on_it = [field for field in divided[min(page, len(divided) - 1)] if field.has_input]
    untouched = {field.key for field in on_it if shown.get(field.key) == _mark(field, data)}
    sent = {field.key: held(field) if field.key in untouched else data for field in on_it}
    return {field.key: INPUTS[field.type].value(field, sent[field.key]) for field in on_it}
