"""Passes Teams' events to the conversation core, and handles forms as cards in the chat.

Every method blocks: call it in a thread.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlmodel import Session, select

from remembrancer.bot.inbound.dispatch import Dispatcher, Outcome, PlatformEvent
from remembrancer.bot.inbound.open_forms import OPEN, OpenedForm
from remembrancer.bot.platform.form_pages import Page
from remembrancer.bot.teams.forms.form_cards import closed_card, fields_at_their_end, form_card, pages, typed_values
from remembrancer.bot.teams.forms.inputs import MAX_TEXT
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.events import Event
from remembrancer.bot.teams.inbound.message_text import to_plain_text
from remembrancer.bot.teams.outbound.card import Card
from remembrancer.bot.teams.outbound.message_chunks import split_into_chunks
from remembrancer.models import IncomingEvent, Person
from remembrancer.models.message import Button, Form, message
from remembrancer.queries.chat_accounts import linked
from remembrancer.queries.organisation import organisation
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import own_time
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.outbox import enqueue
from remembrancer.services.sending import current_sending
from remembrancer.wording import escape, phrase


class TeamsDispatcher(Dispatcher):
    """Dispatches the events of one tenant."""

    platform = PLATFORM

    def earlier_words(self, session: Session, event: PlatformEvent) -> str | None:
        """Return the words of the message before its edit, which the event that brought them has kept."""
        if event.edits is None:
            return None
        query = select(IncomingEvent.body).where(IncomingEvent.platform == PLATFORM, IncomingEvent.key == event.edits)
        body = session.exec(query).first()
        return to_plain_text(body) if body else ""

    def pages(self, form: Form) -> list[Page]:
        return pages(form)

    def chat_of(self, person_id: int) -> str:
        """Return where the person is messaged: their chat, or their account. Raises SendError where they have none."""
        with Session(self.engine) as session:
            person = session.get_one(Person, person_id)
            try:
                return linked(session, person, PLATFORM).conversation
            except RefusalError as error:
                raise SendError(Trouble.BROKEN, error.name) from error

    def welcome(self, person_id: int) -> None:
        """Send the welcome message, once however often the app is installed.

        Nobody asked for it, so it waits for working hours, as the app may be installed for all at any hour, and for the
        end of a pause or pilot.
        """
        with Session(self.engine) as session:
            person, now, sending = session.get_one(Person, person_id), self._clock.now(), current_sending(session)
            is_asleep = not own_time(organisation(session).working_time, person).in_hours(now)
            waits = is_asleep or sending.paused_at is not None or is_outside(sending.pilot, person_id)
            text, key = message(phrase("teams.welcome")), f"welcome-{PLATFORM}-{person_id}"
            enqueue(session, person, text, key=key, kind="reply", because="reply", now=now, immediate=not waits)
            session.commit()

    def handle_page(self, event: Event) -> Outcome | None:
        """Handle a button of a form's page: the answer is the card that replaces the page."""
        person_id = self.sender_id(event)
        if person_id is None:
            return None
        form = self._save_typed(event, person_id)
        if form is None:
            self.reply_form_closed(event, person_id)
            return Outcome(person_id, answer=closed_card(phrase("teams.form_over")))
        if event.step in ("next", "send") and (cut := fields_at_their_end(form.form, form.page)):
            return self._show_page(replace(form, form=_with_cut_errors(form.form, cut)))
        steps = {"back": self._back, "next": self._next, "send": self._send, "cancel": self._cancel}
        return steps[event.step](event, form)

    def _save_typed(self, event: Event, person_id: int) -> OpenedForm | None:
        """Save what was typed on this page and return the form; None where it is closed or another person's."""
        shown_in = event.about or ""
        return self.save_page(
            person_id, event.token, event.page, shown_in, lambda form, page: typed_values(form, page, event.data)
        )

    def _back(self, _event: Event, form: OpenedForm) -> Outcome:
        return self._show_page(replace(form, page=max(0, form.page - 1)))

    def _next(self, event: Event, form: OpenedForm) -> Outcome:
        """Show the next page, after applying changes that decide what is asked on it."""
        changed = self.pass_to_core(event, form, "change").form
        form = replace(form, form=changed) if changed else form
        return self._show_page(replace(form, page=min(form.page + 1, len(pages(form.form)) - 1)))

    def _cancel(self, event: Event, form: OpenedForm) -> Outcome:
        """Put the form away with a button that shows it again; what was typed stays as a draft."""
        self.pass_to_core(event, form, "change")
        open_button = Button(action=OPEN, value=form.token, label=phrase("buttons.open_form"), about=form.form.title)
        text = message(phrase("teams.form_put_away", title=escape(form.form.title)), buttons=(open_button,))
        return Outcome(form.person_id, answer=split_into_chunks(text, is_threaded=False)[0].card)

    def _send(self, event: Event, form: OpenedForm) -> Outcome:
        after = self.submit(event, form)
        if after is None:
            return Outcome(form.person_id, answer=closed_card(phrase("teams.form_sent", title=form.form.title)))
        return self._show_page(after)

    def _show_page(self, form: OpenedForm) -> Outcome:
        return Outcome(form.person_id, self.save(form), card_of(form))


def _with_cut_errors(form: Form, cut: Collection[str]) -> Form:
    """The form that says of these fields that Teams may have cut what was typed into them."""
    fields = tuple(
        field.model_copy(update={"error": phrase("teams.may_be_cut", label=field.label, most=MAX_TEXT - 1)})
        if field.key in cut
        else field
        for field in form.fields
    )
    return form.model_copy(update={"fields": fields})


def card_of(form: OpenedForm) -> Card:
    """Build the card of the form's page."""
    return form_card(form.form, form.token, form.page)
