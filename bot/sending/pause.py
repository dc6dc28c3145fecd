"""An admin pauses all sending, resumes it, and sees its state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.sending.preview_lines import lines
from remembrancer.cards.sending_status import sending_line
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.preview.filters import at_once
from remembrancer.scheduler.preview.types import Planned
from remembrancer.scheduler.preview.withheld import count_withheld
from remembrancer.services import sending
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.sending import facts_after, lock_sending_state, sending_summary
from remembrancer.wording import phrase, render

EVERYTHING = ("everything", "all", "sending", "all sending", "all messages", "messages")
POLITE = {"please", "pls", "now", "thanks"}


def pilot(context: Context, _words: Sequence[str] = ()) -> Reply:
    """Handle 'pilot': show whether sending is paused or a pilot runs, with the buttons to change it."""
    context.must_be_admin("not_your_sending")
    return Reply(messages=(sending_state(context),))


def sending_state(context: Context, *before: str) -> Message:
    """The state of sending with its buttons, below these texts."""
    situation_now = sending_summary(context.session)
    pilot_now = sending.current_sending(context.session).pilot
    waiting = len(messages_at_once(context, pilot_now)) if situation_now.paused_at else 0
    withheld = count_withheld(context.session)
    line = sending_line(context.session, context.person.time_zone)
    text = render(
        "messages/sending.md", line=line, waiting=waiting, withheld=withheld, pilot=situation_now.pilot is not None
    )
    names = ["resume" if situation_now.paused_at else "pause"]
    names += ["begin_pilot"] if situation_now.pilot is None else ["change_pilot", "end_pilot"]
    names += ["withheld"] if withheld else []
    buttons = tuple(Button(action=name, value="sending", label=phrase(f"buttons.{name}")) for name in names)
    return Message(parts=(*(Part(text=each) for each in before), Part(text=text, buttons=buttons)))


def pause(context: Context, words: Sequence[str] = ()) -> Reply:
    """Handle 'pause': pause everything at once."""
    context.must_be_admin("not_your_sending")
    _must_name_everything(words, "pause")
    paused = sending.pause(context.session, context.now, stored_id(context.person.id))
    return Reply(messages=(sending_state(context, phrase("sending.paused" if paused else "sending.paused_already")),))


def _must_name_everything(words: Sequence[str], name: str) -> None:
    """Raises NotPossibleError if the words name anything but everything."""
    named = [word.lower().strip(",.!") for word in words]
    if set(named) - POLITE and " ".join(word for word in named if word not in POLITE) not in EVERYTHING:
        raise NotPossibleError("write_pause_alone", name=name)


def resume(context: Context, words: Sequence[str] = ()) -> Reply:
    """Handle 'resume': preview what would go out at once, to be confirmed."""
    context.must_be_admin("not_your_sending")
    _must_name_everything(words, "resume")
    return Reply(messages=(_resume_preview(context),))


def press_resume_now(context: Context, incoming: Incoming) -> Reply:
    """Resume, if the preview has not changed."""
    context.must_be_admin("not_your_sending")
    return decide(context, incoming, _resume_preview(context), sending.resume, phrase("sending.resumed"))


def _resume_preview(context: Context) -> Message:
    now = lock_sending_state(context.session)
    if now.paused_at is None:
        raise NotPossibleError("not_paused")
    to_send = messages_at_once(context, now.pilot)
    shown_hash = preview_hash(to_send, str(now.paused_at), now.pilot)
    return confirmation(context, phrase("sending.resume_head"), to_send, "resume_now", shown_hash)


def messages_at_once(context: Context, pilot: Collection[int] | None, paused: bool = False) -> list[Planned]:
    """The messages that would go out at once with this pilot, or with none."""
    facts = facts_after(context.session, context.facts, context.now, paused=paused, pilot=pilot)
    return at_once(context.session, facts, context.now)


def confirmation(
    context: Context, head: str, to_send: Sequence[Planned], action: str, shown_hash: str, paused: bool = False
) -> Message:
    """The messages that would go out at once, and the button that confirms it; its value is the preview's hash."""
    button = Button(action=action, value=shown_hash, label=phrase(f"buttons.{action}"), style="primary")
    return message(messages_text(context, to_send, head, paused), buttons=[button])


def messages_text(context: Context, to_send: Sequence[Planned], head: str = "", paused: bool = False) -> str:
    """The messages that would go out at once, as text, without their reasons."""
    found = lines(context.session, [replace(each, because="") for each in to_send])
    return render("messages/goes_out.md", head=head, lines=found, count=len(to_send), paused=paused)


def preview_hash(to_send: Sequence[Planned], *more: object) -> str:
    """A hash of what was previewed before a decision."""
    planned = sorted(f"{each.to} {each.kind} {each.items}" for each in to_send)
    return fingerprint([planned, [str(each) for each in more]])[:12]


def decide(
    context: Context, incoming: Incoming, preview: Message, act: Callable[[Session, datetime, int], object], done: str
) -> Reply:
    """Do what was previewed, if the pressed button is the one that the preview has now; else show the new preview."""
    buttons = [(button.action, button.value) for part in preview.parts for button in part.buttons]
    if (incoming.action, incoming.value) not in buttons:
        return Reply(messages=(Message(parts=(Part(text=phrase("sending.outdated")), *preview.parts)),))
    act(context.session, context.now, stored_id(context.person.id))
    return Reply(messages=(sending_state(context, done),))


ROUTES: Routes = {
    "press": {
        "pause": lambda context, _incoming: pause(context),
        "resume": lambda context, _incoming: resume(context),
        "resume_now": press_resume_now,
    },
}
