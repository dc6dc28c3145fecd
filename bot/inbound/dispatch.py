"""Passes a platform's events to the conversation core and returns what to show.

Every method blocks: call it in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.conversation.handle import answer_with, converse
from remembrancer.bot.conversation.routes import TABLES
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.inbound import open_forms
from remembrancer.bot.inbound.open_forms import OPEN, OpenedForm
from remembrancer.bot.inbound.sender_lookup import find_sender, message_remote_id
from remembrancer.clock import Clock
from remembrancer.models.message import Form, message
from remembrancer.wording import say


class PlatformEvent(Protocol):
    """The fields of an event that every platform has; each platform documents its own class."""

    @property
    def key(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def conversation(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def about(self) -> str | None: ...
    @property
    def action(self) -> str: ...
    @property
    def value(self) -> str: ...


@dataclass(frozen=True)
class Outcome:
    """The outcome of an event: the person who caused it, and the form to show.

    `answer` is the acknowledgement of a submitted form, in the platform's own format.
    """

    person_id: int
    form: OpenedForm | None = None
    answer: Mapping[str, Any] | None = None


class Dispatcher:
    """Dispatches the events of one platform. Methods return None where the sender is unknown."""

    platform: str

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self._clock = engine, clock

    def plain_text(self, _session: Session, event: PlatformEvent) -> str:
        """Return the text that somebody wrote, as plain text."""
        return event.text

    def first_page(self, _form: Form) -> int:
        """Return the page of a form that is shown first, counted from nought."""
        return 0

    def sender_id(self, event: PlatformEvent) -> int | None:
        """Return the id of the person who caused the event."""
        with Session(self.engine) as session:
            person = find_sender(session, self.platform, event.user, event.conversation)
            return person.id if person else None

    def handle_text(self, event: PlatformEvent) -> Outcome | None:
        """Handle a text message."""
        incoming = self._read_text(event)
        if incoming is not None and not incoming.text.strip():
            answer_with(self.engine, incoming, self._clock.now(), message(say("chat.no_words")))
            return Outcome(incoming.person_id)
        return self._converse(incoming) if incoming else None

    def _read_text(self, event: PlatformEvent) -> Incoming | None:
        with Session(self.engine) as session:
            person = find_sender(session, self.platform, event.user, event.conversation)
            if person is None or person.id is None:
                return None
            text, about = self.plain_text(session, event), message_remote_id(session, person.id, event.about)
            return Incoming(person.id, event.key, "text", text=text, about=about)

    def handle_press(self, event: PlatformEvent) -> Outcome | None:
        """Handle a pressed button."""
        person_id = self.sender_id(event)
        if person_id is None:
            return None
        form = open_forms.load(self.engine, event.value, person_id) if event.action == OPEN else None
        if form is not None:
            return Outcome(person_id, form)
        return self._converse(Incoming(person_id, event.key, "press", action=event.action, value=event.value))

    def _converse(self, incoming: Incoming) -> Outcome:
        now = self._clock.now()
        reply = converse(self.engine, incoming, now)
        if reply.form is None:
            return Outcome(incoming.person_id)
        form = open_forms.store(self.engine, self.platform, incoming.person_id, reply.form, now)
        return Outcome(incoming.person_id, replace(form, page=self.first_page(reply.form)))

    def reply_form_closed(self, event: PlatformEvent, person_id: int) -> None:
        """Reply that the form is closed, unless this event was answered before."""
        self._converse(Incoming(person_id, event.key, "press", action=OPEN))

    def pass_to_core(self, event: PlatformEvent, form: OpenedForm, kind: Literal["change", "submit"]) -> Reply:
        """Pass a form's values to the core; a change to a form without a change handler does nothing."""
        if kind == "change" and form.form.action not in TABLES[kind]:
            return Reply()
        act = Incoming(
            form.person_id, event.key, kind, action=form.form.action, value=form.form.value, fields=form.values
        )
        return converse(self.engine, act, self._clock.now())

    def save(self, form: OpenedForm) -> OpenedForm:
        """Save the form and return it."""
        open_forms.save(self.engine, form)
        return form

    def report_failure(self, event: str, person_id: int) -> None:
        """Tell a person that their event failed for good, unless it was answered."""
        act, words = Incoming(person_id, event, "text"), message(say("replies.our_fault"))
        answer_with(self.engine, act, self._clock.now(), words)


def with_try_again_notice(form: OpenedForm) -> OpenedForm:
    """Return the form with a notice that asks the person to submit it again after our failure."""
    return replace(form, form=form.form.model_copy(update={"notice": say("chat.try_again")}))
