"""What was heard in Slack, done in the core: each of these blocks, and is called in one thread hop."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot import open_forms
from bot.conversation import answer_with, converse
from bot.form_pages import page_of_first_error, pages
from bot.heard import names_of, person_heard, whole_name
from bot.incoming import Incoming, Reply
from bot.message import message
from bot.open_forms import OPEN, Opened
from bot.slack.hearing import Heard
from bot.slack.modals import field_errors, modal, token_of, typed
from bot.slack.transport import PLATFORM
from bot.slack.written import mentioned, written
from scheduler.clock import Clock
from wording import say

View = dict[str, Any]
CLEAR: View = {"response_action": "clear"}


@dataclass(frozen=True)
class Turn:
    """What came of an act: whose it was, and the form that is to be shown. `answer` acknowledges a submission."""

    person_id: int
    form: Opened | None = None
    answer: View | None = None


class Turns:
    """The acts of one workspace's people. Each is None where it was a stranger's."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self._clock = engine, clock

    def who(self, heard: Heard) -> int | None:
        with Session(self.engine) as session:
            person = person_heard(session, PLATFORM, heard.user, heard.conversation)
            return person.id if person else None

    def said(self, heard: Heard) -> Turn | None:
        incoming = self._said(heard)
        if incoming is not None and not incoming.text.strip():
            answer_with(self.engine, incoming, self._clock.now(), message(say("slack.no_words")))
            return Turn(incoming.person_id)
        return self._done(incoming) if incoming else None

    def _said(self, heard: Heard) -> Incoming | None:
        with Session(self.engine) as session:
            person = person_heard(session, PLATFORM, heard.user, heard.conversation)
            if person is None or person.id is None:
                return None
            text = written(heard.text, names_of(session, PLATFORM, mentioned(heard.text)))
            about = whole_name(session, person.id, heard.about)
            return Incoming(person.id, heard.key, "text", text=text, about=about)

    def pressed(self, heard: Heard) -> Turn | None:
        person_id = self.who(heard)
        if person_id is None:
            return None
        kept = open_forms.opened(self.engine, heard.value, person_id) if heard.action == OPEN else None
        if kept is not None:
            return Turn(person_id, kept)
        return self._done(Incoming(person_id, heard.key, "press", action=heard.action, value=heard.value))

    def _done(self, incoming: Incoming) -> Turn:
        now = self._clock.now()
        reply = converse(self.engine, incoming, now)
        if reply.form is None:
            return Turn(incoming.person_id)
        kept = open_forms.keep(self.engine, PLATFORM, incoming.person_id, reply.form, now)
        return Turn(incoming.person_id, replace(kept, page=page_of_first_error(reply.form)))

    def changed(self, heard: Heard) -> Turn | None:
        """Something was chosen that changes what is asked: the form as it is then."""
        person_id = self.who(heard)
        if person_id is None:
            return None
        form = self.typed(heard, person_id)
        reply = self._filled_in(heard, form, "change").form if form else None
        if form is None or reply is None:
            return Turn(person_id)
        return Turn(person_id, self._saved(replace(form, form=reply)))

    def typed(self, heard: Heard, person_id: int) -> Opened | None:
        """The open form with what is on this page now, kept; None where it is done with, or somebody else's."""
        token, page = token_of(heard.view)
        form = open_forms.opened(self.engine, token, person_id)
        if form is None:
            return None
        page = min(page, len(pages(form.form)) - 1)
        state = (heard.view.get("state") or {}).get("values") or {}
        return self._saved(replace(form.typed(typed(form.form, page, state)), page=page, view=str(heard.view["id"])))

    def _saved(self, form: Opened) -> Opened:
        open_forms.save(self.engine, form)
        return form

    def _filled_in(self, heard: Heard, form: Opened, kind: Any) -> Reply:
        act = Incoming(
            form.person_id, heard.key, kind, action=form.form.action, value=form.form.value, fields=form.values
        )
        return converse(self.engine, act, self._clock.now())

    def submitted(self, heard: Heard) -> Turn | None:
        """The next page, what is wrong, or that it is done."""
        person_id = self.who(heard)
        if person_id is None:
            return None
        form = self.typed(heard, person_id)
        if form is None:
            # The core says that it is out of date, unless this was answered before.
            self._done(Incoming(person_id, heard.key, "press", action=OPEN))
            return Turn(person_id, answer=CLEAR)
        if form.page + 1 < len(pages(form.form)):
            return self._shown_anew(replace(form, page=form.page + 1))
        return self._sent(heard, form)

    def _sent(self, heard: Heard, form: Opened) -> Turn:
        reply = self._filled_in(heard, form, "submit")
        if reply.is_fault:
            again = form.form.model_copy(update={"notice": say("slack.try_again")})
            return self._shown_anew(replace(form, form=again))
        if reply.form is None:
            open_forms.close(self.engine, form.token)
            return Turn(form.person_id, answer=CLEAR)
        after = replace(form, form=reply.form)
        if _can_stand_beside(form, after):
            return Turn(form.person_id, self._saved(after), beside_fields(after))
        last = form.page if reply.form.action == form.form.action else 0
        return self._shown_anew(replace(after, page=page_of_first_error(reply.form) if reply.form.has_errors else last))

    def _shown_anew(self, form: Opened) -> Turn:
        return Turn(form.person_id, self._saved(form), {"response_action": "update", "view": view_of(form)})


def view_of(form: Opened) -> View:
    """The form's page as a modal; Slack tells when it is closed."""
    return modal(form.form, form.token, form.page) | {"notify_on_close": True}


def _can_stand_beside(before: Opened, after: Opened) -> bool:
    """Whether all that is wrong is on the page that is shown, which asks the same as before."""
    wrong = [field for field in after.form.fields if field.error]
    same = [field.key for field in before.form.fields] == [field.key for field in after.form.fields]
    is_there = len(field_errors(after.form, min(after.page, len(pages(after.form)) - 1))) == len(wrong)
    return bool(wrong) and same and is_there and not after.form.notice


def beside_fields(form: Opened) -> View:
    return {"response_action": "errors", "errors": field_errors(form.form, form.page)}
