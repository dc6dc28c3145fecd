"""What an admin does with sending: pausing everything, resuming, and how it stands."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.sending.preview_lines import lines
from remembrancer.cards.sending_status import sending_line
from remembrancer.models import OutgoingMessage, Sending
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import known
from remembrancer.scheduler.preview.filters import UNSENT, at_once
from remembrancer.scheduler.preview.types import Planned
from remembrancer.scheduler.preview.withheld import count_withheld
from remembrancer.services import sending
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.sending import facts_if, sending_to_change, situation
from remembrancer.wording import render, say

EVERYTHING = ("everything", "all")


def pilot(context: Context, _words: Sequence[str] = ()) -> Reply:
    """How it stands, with what may be done about it."""
    context.must_be_admin("not_your_sending")
    return Reply(messages=(how_it_stands(context),))


def how_it_stands(context: Context, *before: str) -> Message:
    stands = situation(context.session)
    waits = _waiting(context.session) if stands.paused_at else 0
    withheld = count_withheld(context.session)
    line = sending_line(context.session, context.person.time_zone)
    text = render("messages/sending.md", line=line, waiting=waits, withheld=withheld, pilot=stands.pilot is not None)
    names = ["resume" if stands.paused_at else "pause"]
    names += ["begin_pilot"] if stands.pilot is None else ["change_pilot", "end_pilot"]
    names += ["withheld"] if withheld else []
    buttons = tuple(Button(action=name, value="sending", label=say(f"buttons.{name}")) for name in names)
    return Message(parts=(*(Part(text=each) for each in before), Part(text=text, buttons=buttons)))


def _waiting(session: Session) -> int:
    query = select(func.count()).where(
        col(OutgoingMessage.state).in_(UNSENT), col(OutgoingMessage.immediate).is_(False)
    )
    return session.exec(query).one()


def pause(context: Context, words: Sequence[str] = ()) -> Reply:
    """At once, in one word: it is the emergency brake."""
    context.must_be_admin("not_your_sending")
    _for_everything(words, "pause")
    paused = sending.pause(context.session, context.now, known(context.person.id))
    return Reply(messages=(how_it_stands(context, say("sending.paused" if paused else "sending.paused_already")),))


def _for_everything(words: Sequence[str], name: str) -> None:
    if words and " ".join(words).lower() not in EVERYTHING:
        raise NotPossibleError("write_pause_alone", name=name)


def press_pause(context: Context, _incoming: Incoming) -> Reply:
    return pause(context)


def resume(context: Context, words: Sequence[str] = ()) -> Reply:
    """What would go out at once, to be confirmed."""
    context.must_be_admin("not_your_sending")
    _for_everything(words, "resume")
    return Reply(messages=(_resume_preview(context),))


def press_resume(context: Context, _incoming: Incoming) -> Reply:
    return resume(context)


def press_resume_now(context: Context, incoming: Incoming) -> Reply:
    """Resume, if it is still as it was shown."""
    context.must_be_admin("not_your_sending")
    shown = _resume_preview(context)
    if not confirms(incoming, shown):
        return Reply(messages=(outdated(shown),))
    sending.resume(context.session, context.now, known(context.person.id))
    return Reply(messages=(how_it_stands(context, say("sending.resumed")),))


def _resume_preview(context: Context) -> Message:
    now = sending_to_change(context.session)
    if now.paused_at is None:
        raise NotPossibleError("not_paused")
    goes = goes_at_resume(context, now)
    mark = seen(goes, str(now.paused_at), now.pilot)
    return to_confirm(context, say("sending.resume_head"), goes, "resume_now", mark)


def goes_at_resume(context: Context, now: Sending) -> list[Planned]:
    """What would go out at once if it were resumed."""
    facts = facts_if(context.session, context.facts, context.now, paused=False, pilot=now.pilot)
    return at_once(context.session, facts, context.now)


def to_confirm(
    context: Context, head: str, goes: Sequence[Planned], action: str, mark: str, paused: bool = False
) -> Message:
    """What would go out at once, and the button that does it, which knows what was shown."""
    button = Button(action=action, value=mark, label=say(f"buttons.{action}"), style="primary")
    return message(goes_out(context, goes, head, paused), buttons=[button])


def goes_out(context: Context, goes: Sequence[Planned], head: str = "", paused: bool = False) -> str:
    found = lines(context.session, goes)
    return render("messages/goes_out.md", head=head, lines=found, count=len(goes), paused=paused)


def seen(goes: Sequence[Planned], *more: object) -> str:
    """A name for what was shown before a decision: the same as long as it would be shown the same."""
    shown = sorted(f"{each.to} {each.kind} {each.items} {each.about}" for each in goes)
    return fingerprint([shown, [str(each) for each in more]])[:12]


def confirms(incoming: Incoming, shown: Message) -> bool:
    """Whether the button that was pressed is the one that would be shown now."""
    return any((b.action, b.value) == (incoming.action, incoming.value) for part in shown.parts for b in part.buttons)


def outdated(shown: Message) -> Message:
    return Message(parts=(Part(text=say("sending.outdated")), *shown.parts))
