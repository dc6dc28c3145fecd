"""Passes Slack's events to the conversation core, and handles forms in modals.

Every method blocks: call it in a thread.
"""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from remembrancer.bot.inbound.dispatch import Dispatcher, Outcome, PlatformEvent
from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.inbound.sender_lookup import names_by_account
from remembrancer.bot.platform.form_pages import Page, pages
from remembrancer.bot.slack.forms.modals import BACK, field_errors, modal, token_of, typed_values
from remembrancer.bot.slack.inbound.events import Event
from remembrancer.bot.slack.inbound.message_text import mentioned_users, to_plain_text
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.models.message import Form
from remembrancer.wording import phrase

View = dict[str, Any]
CLEAR: View = {"response_action": "clear"}
CLOSED: View = {}
"""Closes the modal; a message says the rest."""


class SlackDispatcher(Dispatcher):
    """Dispatches the events of one workspace."""

    platform = PLATFORM

    def plain_text(self, session: Session, event: PlatformEvent) -> str:
        return to_plain_text(event.text, names_by_account(session, PLATFORM, mentioned_users(event.text)))

    def earlier_words(self, session: Session, event: PlatformEvent) -> str | None:
        if event.edits is None:
            return None
        return to_plain_text(event.edits, names_by_account(session, PLATFORM, mentioned_users(event.edits)))

    def pages(self, form: Form) -> list[Page]:
        return pages(form)

    def handle_change(self, event: Event) -> Outcome | None:
        """Handle a press of the back button, or a choice that changes what is asked; return the form to show."""
        person_id = self.sender_id(event)
        if person_id is None:
            return None
        form = self.save_typed(event, person_id)
        if form is not None and event.action == BACK:
            return Outcome(person_id, self.save(replace(form, page=max(0, form.page - 1))))
        reply = self.pass_to_core(event, form, "change").form if form else None
        if form is None or reply is None:
            return Outcome(person_id)
        return Outcome(person_id, self.save(replace(form, form=reply)))

    def save_typed(self, event: Event, person_id: int) -> OpenedForm | None:
        """Save what was typed on this page and return the form; None where it is closed or another person's."""
        token, page = token_of(event.view)
        state = (event.view.get("state") or {}).get("values") or {}
        view = str(event.view["id"])
        return self.save_page(person_id, token, page, view, lambda form, page: typed_values(form, page, state))

    def handle_submission(self, event: Event) -> Outcome | None:
        """Handle a submitted page: return the next page, the errors, or the end of the form."""
        person_id = self.sender_id(event)
        if person_id is None:
            return None
        form = self.save_typed(event, person_id)
        if form is None:
            self.reply_form_closed(event, person_id)
            return Outcome(person_id, answer=CLEAR)
        if form.page + 1 < len(pages(form.form)):
            return self._show_page(replace(form, page=form.page + 1))
        after = self.submit(event, form)
        if after is None:
            return Outcome(person_id, answer=CLEAR)
        if _errors_fit_page(form, after):
            errors = {"response_action": "errors", "errors": field_errors(after.form, after.page)}
            return Outcome(person_id, self.save(after), errors)
        return self._show_page(after)

    def _show_page(self, form: OpenedForm) -> Outcome:
        return Outcome(form.person_id, self.save(form), {"response_action": "update", "view": view_of(form)})


def view_of(form: OpenedForm) -> View:
    """Build the modal of the form's page, with a notification when it is closed."""
    return modal(form.form, form.token, form.page) | {"notify_on_close": True}


def _errors_fit_page(before: OpenedForm, after: OpenedForm) -> bool:
    """Return whether the shown page has all errors and the form asks the same fields as before."""
    wrong = [field for field in after.form.fields if field.error]
    same = [field.key for field in before.form.fields] == [field.key for field in after.form.fields]
    if not wrong or not same or after.page != before.page or after.form.notice:
        return False
    return len(field_errors(after.form, after.page)) == len(wrong)


def keep_open(event: Event) -> View:
    """Keep the form open with all that was typed, and say beside its first field that it is to be submitted again."""
    inputs = [block["block_id"] for block in event.view.get("blocks", ()) if block.get("type") == "input"]
    return {"response_action": "errors", "errors": {inputs[0]: phrase("chat.try_again")}} if inputs else CLOSED
