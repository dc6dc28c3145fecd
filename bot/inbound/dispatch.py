"""Passes a platform's events to the conversation core and returns what to show.

Every method blocks: call it in a thread.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.conversation.handle import answer_with, converse
from remembrancer.bot.conversation.routes import TABLES
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.inbound import open_forms
from remembrancer.bot.inbound.open_forms import OPEN, OpenedForm
from remembrancer.bot.inbound.sender_lookup import find_sender, message_remote_id
from remembrancer.bot.platform.form_pages import Page, page_of_first_error
from remembrancer.clock import Clock
from remembrancer.models.message import Form, message
from remembrancer.wording import phrase


@dataclass(frozen=True)
class PlatformEvent:
    """What an event of any platform has; each platform documents its own kinds and fields.

    `key` identifies it across repeated deliveries; `user` is the sender's account, and `conversation` their chat with
    the bot, empty where it happened elsewhere. text: `text`; `about`, the id of the message that it replies to;
    `edits`, the earlier words of an edited message, or the key of the event that brought them; `has_file`, whether a
    file came with it. press: `action`, `value`.
    """

    kind: str
    key: str
    user: str = ""
    conversation: str = ""
    text: str = ""
    about: str | None = None
    edits: str | None = None
    has_file: bool = False
    action: str = ""
    value: str = ""
    elsewhere: bool = False

    @property
    def lane(self) -> str:
        """The lane of the event: each person's events are handled in order."""
        return self.user


@dataclass(frozen=True)
class Outcome:
    """The outcome of an event: the person who caused it, and the form to show.

    `answer` is the acknowledgement of a submitted form, in the platform's own format.
    """

    person_id: int
    form: OpenedForm | None = None
    answer: Mapping[str, Any] | None = None


class Dispatcher(ABC):
    """Dispatches the events of one platform. Methods return None where the sender is unknown."""

    platform: str

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self._clock = engine, clock

    def plain_text(self, _session: Session, event: PlatformEvent) -> str:
        """Return the text that somebody wrote, as plain text."""
        return event.text

    @abstractmethod
    def earlier_words(self, session: Session, event: PlatformEvent) -> str | None:
        """Return what an edited message said before, as plain text; None for a message that is new."""

    @abstractmethod
    def pages(self, form: Form) -> list[Page]:
        """Divide the form into the pages that the platform shows."""

    def sender_id(self, event: PlatformEvent) -> int | None:
        """Return the id of the person who caused the event."""
        with Session(self.engine) as session:
            person = find_sender(session, self.platform, event.user, event.conversation)
            return person.id if person else None

    def handle_text(self, event: PlatformEvent) -> Outcome | None:
        """Handle a text message."""
        with Session(self.engine) as session:
            person = find_sender(session, self.platform, event.user, event.conversation)
            if person is None or person.id is None:
                return None
            about = message_remote_id(session, person.id, event.about)
            incoming = Incoming(
                person.id,
                event.key,
                "text",
                text=self.plain_text(session, event),
                about=about,
                edits=self.earlier_words(session, event),
                has_file=event.has_file,
            )
        if incoming.text.strip():
            return self._converse(incoming)
        answer_with(self.engine, incoming, self._clock.now(), message(phrase("chat.no_words")))
        return Outcome(incoming.person_id)

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
        return Outcome(incoming.person_id, replace(form, page=page_of_first_error(self.pages(reply.form))))

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

    def submit(self, event: PlatformEvent, form: OpenedForm) -> OpenedForm | None:
        """Submit a form; return what to show of it: its first error, or the form that follows. None: it is closed."""
        reply = self.pass_to_core(event, form, "submit")
        if reply.form is None:
            open_forms.close(self.engine, form.token)
            return None
        last = form.page if reply.form.action == form.form.action else 0
        page = page_of_first_error(self.pages(reply.form)) if reply.form.has_errors else last
        return replace(form, form=reply.form, page=page)

    def save_page(
        self, person_id: int, token: str, page: int, view: str, typed: Callable[[Form, int], dict[str, Any]]
    ) -> OpenedForm | None:
        """Save what was typed on a page and return the form; None where it is closed or another person's."""
        form = open_forms.load(self.engine, token, person_id)
        if form is None:
            return None
        page = min(page, len(self.pages(form.form)) - 1)
        return self.save(replace(form.with_values(typed(form.form, page)), page=page, view=view or form.view))

    def save(self, form: OpenedForm) -> OpenedForm:
        """Save the form and return it."""
        open_forms.save(self.engine, form)
        return form

    def report_failure(self, event: str, person_id: int) -> None:
        """Tell a person that their event failed for good, unless it was answered."""
        act, words = Incoming(person_id, event, "text"), message(phrase("replies.our_fault"))
        answer_with(self.engine, act, self._clock.now(), words)
