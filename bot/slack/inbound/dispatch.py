"""Passes Slack's events to the conversation core, and handles forms in modals.

Every method blocks: call it in a thread.
"""

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from remembrancer.bot.inbound import open_forms
from remembrancer.bot.inbound.dispatch import Heard as Anything
from remembrancer.bot.inbound.dispatch import Turn, to_be_sent_again
from remembrancer.bot.inbound.dispatch import Turns as OfAnyPlatform
from remembrancer.bot.inbound.open_forms import Opened
from remembrancer.bot.inbound.sender_lookup import names_of
from remembrancer.bot.platform.form_pages import page_of_first_error, pages
from remembrancer.bot.slack.forms.modals import BACK, field_errors, modal, token_of, typed
from remembrancer.bot.slack.inbound.events import Heard
from remembrancer.bot.slack.inbound.message_text import mentioned, written
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.models.message import Form

View = dict[str, Any]
CLEAR: View = {"response_action": "clear"}


class Turns(OfAnyPlatform):
    """Dispatches the events of one workspace."""

    platform = PLATFORM

    def words(self, session: Session, heard: Anything) -> str:
        return written(heard.text, names_of(session, PLATFORM, mentioned(heard.text)))

    def first_page(self, form: Form) -> int:
        return page_of_first_error(form)

    def changed(self, heard: Heard) -> Turn | None:
        """Handle a press of the back button, or a choice that changes what is asked; return the form to show."""
        person_id = self.who(heard)
        if person_id is None:
            return None
        form = self.typed(heard, person_id)
        if form is not None and heard.action == BACK:
            return Turn(person_id, self.saved(replace(form, page=max(0, form.page - 1))))
        reply = self.filled_in(heard, form, "change").form if form else None
        if form is None or reply is None:
            return Turn(person_id)
        return Turn(person_id, self.saved(replace(form, form=reply)))

    def typed(self, heard: Heard, person_id: int) -> Opened | None:
        """Save what was typed on this page and return the form; None where it is closed or another person's."""
        token, page = token_of(heard.view)
        form = open_forms.opened(self.engine, token, person_id)
        if form is None:
            return None
        page = min(page, len(pages(form.form)) - 1)
        state = (heard.view.get("state") or {}).get("values") or {}
        return self.saved(replace(form.typed(typed(form.form, page, state)), page=page, view=str(heard.view["id"])))

    def submitted(self, heard: Heard) -> Turn | None:
        """Handle a submitted page: return the next page, the errors, or the end of the form."""
        person_id = self.who(heard)
        if person_id is None:
            return None
        form = self.typed(heard, person_id)
        if form is None:
            self.out_of_date(heard, person_id)
            return Turn(person_id, answer=CLEAR)
        if form.page + 1 < len(pages(form.form)):
            return self._shown_anew(replace(form, page=form.page + 1))
        return self._sent(heard, form)

    def _sent(self, heard: Heard, form: Opened) -> Turn:
        reply = self.filled_in(heard, form, "submit")
        if reply.is_fault:
            return self._shown_anew(to_be_sent_again(form))
        if reply.form is None:
            open_forms.close(self.engine, form.token)
            return Turn(form.person_id, answer=CLEAR)
        after = replace(form, form=reply.form)
        if _can_stand_beside(form, after):
            return Turn(form.person_id, self.saved(after), beside_fields(after))
        last = form.page if reply.form.action == form.form.action else 0
        return self._shown_anew(replace(after, page=page_of_first_error(reply.form) if reply.form.has_errors else last))

    def _shown_anew(self, form: Opened) -> Turn:
        return Turn(form.person_id, self.saved(form), {"response_action": "update", "view": view_of(form)})


def view_of(form: Opened) -> View:
    """Build the modal of the form's page, with a notification when it is closed."""
    return modal(form.form, form.token, form.page) | {"notify_on_close": True}


def _can_stand_beside(before: Opened, after: Opened) -> bool:
    """Return whether the shown page has all errors and the form asks the same fields as before."""
    wrong = [field for field in after.form.fields if field.error]
    same = [field.key for field in before.form.fields] == [field.key for field in after.form.fields]
    is_there = len(field_errors(after.form, min(after.page, len(pages(after.form)) - 1))) == len(wrong)
    return bool(wrong) and same and is_there and not after.form.notice


def beside_fields(form: Opened) -> View:
    """Build the response that shows the page's errors beside its fields."""
    return {"response_action": "errors", "errors": field_errors(form.form, form.page)}
