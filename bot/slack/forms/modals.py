"""Converts a form to Slack's modal, page by page, and a submitted view back to field values."""

import json
from collections.abc import Mapping
from typing import Any

from remembrancer.bot.platform.form_inputs import inputs_of
from remembrancer.bot.platform.form_pages import pages
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.forms.inputs import field_blocks, typed_value
from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks, blocks_of, plain_text
from remembrancer.models.message import Button, Form
from remembrancer.wording import phrase

MAX_TITLE = 24
BACK = "form_back"
"""The action of the button that shows the previous page."""
CALLBACK = "form"
View = dict[str, Any]


def modal(form: Form, token: str, page: int = 0) -> View:
    """Build one page of the form; a page number beyond the end gives the last page."""
    page_fields = pages(form)
    page = min(page, len(page_fields) - 1)
    is_last = page + 1 == len(page_fields)
    page_blocks = [
        *_head(form, page, len(page_fields)),
        *(block for field in page_fields[page] for block in field_blocks(field)),
    ]
    return {
        "type": "modal",
        "title": plain_text(shorten(form.title, MAX_TITLE)),
        "submit": plain_text(shorten(form.submit, MAX_TITLE) if is_last else phrase("form_pages.next")),
        "close": plain_text(phrase("form_pages.cancel")),
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"token": token, "page": page}),
        "blocks": page_blocks or [_paragraph(form.title)],
    }


def _head(form: Form, page: int, count: int) -> list[Block]:
    """Build the top of a page: a title too long for the bar, the notice, intro, page number and back button."""
    head = [_paragraph(form.title, bold=True)] if len(form.title) > MAX_TITLE else []
    head += [_paragraph(form.notice, bold=True)] if form.notice else []
    head += blocks(form.intro, tables=False) if page == 0 else []
    if count > 1:
        text = phrase("form_pages.page", page=page + 1, pages=count)
        head.append({"type": "context", "elements": [plain_text(text)]})
    return (
        [*head, *actions([Button(action=BACK, value=str(page), label=phrase("form_pages.back"))])] if page > 0 else head
    )


def _paragraph(text: str, bold: bool = False) -> Block:
    style = frozenset({"bold"}) if bold else frozenset[str]()
    return blocks_of([Node("paragraph", (Run(text, style),))])[0]


def token_of(view: Mapping[str, Any]) -> tuple[str, int]:
    """Return the token of the open form that a view shows, and its page."""
    carried = json.loads(view["private_metadata"])
    return str(carried["token"]), int(carried["page"])


def typed_values(form: Form, page: int, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a page (`view.state.values`) by field key; a field without an input keeps its value."""
    return {field.key: typed_value(field, state) for field in pages(form)[page] if field.has_input}


def field_errors(form: Form, page: int) -> dict[str, str]:
    """Return the errors of a page by the id of the block beside which Slack shows them."""
    wrong = [field for field in pages(form)[page] if field.error and field.has_input]
    return {inputs_of(field)[0].id: field.error for field in wrong}
