"""A pilot, in which only chosen people are messaged: an admin begins, changes and ends it."""

from collections.abc import Collection

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.sending.pause import (
    confirmation,
    decide,
    messages_at_once,
    messages_text,
    preview_hash,
    sending_state,
)
from remembrancer.models import SendingState
from remembrancer.models.message import Choice, Form, FormField, Message
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.preview.types import Planned
from remembrancer.services import sending
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.sending import lock_sending_state
from remembrancer.wording import listed, phrase


def press_pilot(context: Context, _incoming: Incoming) -> Reply:
    """Open the form of a new pilot, or of the one that runs."""
    context.must_be_admin("not_your_sending")
    now = sending.current_sending(context.session)
    return Reply(form=_form(context, now, now.pilot or ()))


def submit_pilot(context: Context, incoming: Incoming) -> Reply:
    """Set the pilot's people; if that sends messages at once, the form previews them and must be sent again."""
    context.must_be_admin("not_your_sending")
    now = lock_sending_state(context.session)
    typed, people = incoming.fields.get("pilot"), context.facts.people
    ids = [as_id(str(key)) for key in typed] if isinstance(typed, list) else []
    chosen = [id for id in ids if id in people and people[id].active]
    form_pilot, _, shown_hash = incoming.value.partition(".")
    if form_pilot != _pilot_hash(now):
        return Reply(form=_form(context, now, chosen, notice=_changed_notice(context, now)))
    if not chosen:
        return Reply(form=_form(context, now, chosen, error=phrase("errors.choose_people")))
    to_send = messages_at_once(context, chosen, now.paused_at is not None)
    if to_send and now.pilot is not None and shown_hash != preview_hash(to_send):
        return Reply(form=_form(context, now, chosen, notice=phrase("forms.pilot_goes_out"), to_send=to_send))
    begins = now.pilot is None
    if not sending.set_pilot(context.session, chosen, context.now, stored_id(context.person.id)):
        raise NotPossibleError("same_pilot")
    done = phrase("sending.pilot_begun" if begins else "sending.pilot_changed")
    return Reply(messages=(sending_state(context, done),))


def _pilot_hash(now: SendingState) -> str:
    return fingerprint(now.pilot)[:8]


def _changed_notice(context: Context, now: SendingState) -> str:
    if now.pilot is None:
        return phrase("forms.pilot_over_meanwhile")
    names = sorted(context.facts.people[id].name for id in now.pilot)
    return phrase("forms.pilot_meanwhile", names=listed(names))


def _form(
    context: Context,
    now: SendingState,
    chosen: Collection[int],
    notice: str = "",
    error: str = "",
    to_send: Collection[Planned] = (),
) -> Form:
    everyone = sorted((person for person in context.facts.people.values() if person.active), key=lambda p: p.name)
    name = "begin_pilot" if now.pilot is None else "change_pilot"
    intro = [phrase("forms.pilot_intro"), messages_text(context, list(to_send)) if to_send else ""]
    return Form(
        action="pilot",
        value=f"{_pilot_hash(now)}.{preview_hash(list(to_send)) if to_send else ''}",
        title=phrase(f"forms.{name}_title"),
        intro="\n\n".join(filter(None, intro)),
        fields=(
            FormField(
                key="pilot",
                label=phrase("fields.pilot"),
                ask=phrase("fields.pilot"),
                type="choices",
                choices=tuple(Choice(key=str(person.id), word=person.name) for person in everyone),
                value=[str(id) for id in chosen],
                required=True,
                error=error,
            ),
        ),
        submit=phrase(f"buttons.{name}"),
        notice=notice,
    )


def press_end(context: Context, _incoming: Incoming) -> Reply:
    """Preview what would go out at once, to be confirmed."""
    context.must_be_admin("not_your_sending")
    return Reply(messages=(_end_preview(context),))


def press_end_now(context: Context, incoming: Incoming) -> Reply:
    """End the pilot, if the preview has not changed."""
    context.must_be_admin("not_your_sending")
    return decide(context, incoming, _end_preview(context), sending.end_pilot, phrase("sending.pilot_ended"))


def _end_preview(context: Context) -> Message:
    now = lock_sending_state(context.session)
    if now.pilot is None:
        raise NotPossibleError("no_pilot")
    paused = now.paused_at is not None
    to_send = messages_at_once(context, None, paused)
    shown_hash = preview_hash(to_send, now.pilot, paused)
    return confirmation(context, phrase("sending.end_head"), to_send, "end_pilot_now", shown_hash, paused)


ROUTES: Routes = {
    "press": {
        "begin_pilot": press_pilot,
        "change_pilot": press_pilot,
        "end_pilot": press_end,
        "end_pilot_now": press_end_now,
    },
    "submit": {
        "pilot": submit_pilot,
    },
}
