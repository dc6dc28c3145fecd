"""A form as Slack's modal, in pages; and what was typed there, in the shape of the form's questions."""

import json
from collections.abc import Mapping
from typing import Any

from remembrancer.bot.platform.form_pages import pages
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.forms.input_blocks import field_blocks
from remembrancer.bot.slack.forms.inputs import INPUTS
from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks, blocks_of, plain_text
from remembrancer.models.message import Button, Form
from remembrancer.wording import say

TITLE = 24
BACK = "form_back"
"""The action of the button that shows the page before."""
CALLBACK = "form"
View = dict[str, Any]


def modal(form: Form, token: str, page: int = 0) -> View:
    """One page of the form; a page that is there no more is the last."""
    divided = pages(form)
    page = min(page, len(divided) - 1)
    is_last = page + 1 == len(divided)
    shown = [*_head(form, page, len(divided)), *(block for field in divided[page] for block in field_blocks(field))]
    return {
        "type": "modal",
        "title": plain_text(shorten(form.title, TITLE)),
        "submit": plain_text(shorten(form.submit, TITLE) if is_last else say("form_pages.next")),
        "close": plain_text(say("form_pages.cancel")),
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"token": token, "page": page}),
        "blocks": shown or [_paragraph(form.title)],
    }


def _head(form: Form, page: int, of: int) -> list[Block]:
    """The title where the bar has no room for it, the notice, the page; first the intro, later the way back."""
    made = [_paragraph(form.title, bold=True)] if len(form.title) > TITLE else []
    made += [_paragraph(form.notice, bold=True)] if form.notice else []
    made += blocks(form.intro, tables=False) if page == 0 else []
    if of > 1:
        words = say("form_pages.page", page=page + 1, pages=of)
        made.append({"type": "context", "elements": [plain_text(words)]})
    return [*made, *actions([Button(action=BACK, value=str(page), label=say("form_pages.back"))])] if page > 0 else made


def _paragraph(text: str, bold: bool = False) -> Block:
    style = frozenset({"bold"}) if bold else frozenset[str]()
    return blocks_of([Node("paragraph", (Run(text, style),))])[0]


def closed_view(text: str, title: str) -> View:
    """A view that says one thing, when the form is done with or cannot be shown."""
    return {
        "type": "modal",
        "title": plain_text(shorten(title, TITLE)),
        "close": plain_text(say("slack_blocks.close")),
        "blocks": [_paragraph(text)],
    }


def loading_view(title: str) -> View:
    """What is there until the form is."""
    return closed_view(say("slack_blocks.loading"), title)


def token_of(view: Mapping[str, Any]) -> tuple[str, int]:
    """Which open form a view shows, and which page of it."""
    carried = json.loads(view["private_metadata"])
    return str(carried["token"]), int(carried["page"])


def typed(form: Form, page: int, state: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed on a page (`view.state.values`), by the fields' keys; as it was where the page does not ask."""
    return {field.key: INPUTS[field.type].value(field, state) for field in pages(form)[page] if field.has_input}


def with_values(form: Form, values: Mapping[str, Any]) -> Form:
    """The form, holding these values of its fields."""
    fields = (
        field.model_copy(update={"value": values[field.key]}) if field.key in values else field for field in form.fields
    )
    return form.model_copy(update={"fields": tuple(fields)})


def field_errors(form: Form, page: int) -> dict[str, str]:
    """What is wrong on a page, by the id of the block beside which Slack shows it."""
    wrong = [field for field in pages(form)[page] if field.error and field.has_input]
    return {INPUTS[field.type].error_block(field): field.error for field in wrong}
