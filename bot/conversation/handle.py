"""One incoming act of a person to one reply, in one transaction; no chat platform is known here."""

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.bot.conversation.commands import handle_text
from remembrancer.bot.conversation.confirm_in_words import as_press
from remembrancer.bot.conversation.routes import KEPT, TABLES
from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.core.replies import enqueue_reply
from remembrancer.models import OutgoingMessage
from remembrancer.models.message import Message, message
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.services.context import Context, NotPossibleError, make_context, refusal_text, reply_key


def converse(engine: Engine, incoming: Incoming, now: datetime) -> Reply:
    """Do what the person asks and put the reply into the outbox, in one transaction; a repeated event changes nothing.

    What was typed is stored first, in its own transaction, so that no failure loses it. Messages go out with the next
    delivery; the platform shows a form at once. Raises what the database and our own faults raise: the event stays in
    the inbox and is tried again, and the person is told of the last failure alone.
    """
    try:
        _keep_typed(engine, incoming, now)
        with Session(engine) as session:
            if _is_handled(session, incoming):
                return Reply()
            context = make_context(session, incoming.person_id, incoming.event, now)
            meant = as_press(context, incoming)
            reply = meant if isinstance(meant, Reply) else _handler(meant)(context, meant)
            _enqueue_reply(context, reply)
            session.commit()
            return reply
    except RefusalError as refusal:
        return answer_with(engine, incoming, now, message(refusal_text(refusal)))
    except IntegrityError:
        # Where the same event came twice at once, the other one was first and has answered.
        with Session(engine) as session:
            if _is_handled(session, incoming):
                return Reply()
        raise


def _handler(incoming: Incoming) -> Handler:
    """What handles this. Raises NotPossibleError for a button or form that there is not."""
    handler = handle_text if incoming.kind == "text" else TABLES[incoming.kind].get(incoming.action)
    if handler is None:
        raise NotPossibleError("no_such_button")
    return handler


def _keep_typed(engine: Engine, incoming: Incoming, now: datetime) -> None:
    """Store what was typed into a form as a draft, before anything else is done."""
    if incoming.kind in ("submit", "change") and incoming.action in KEPT:
        with Session(engine) as session:
            if not _is_handled(session, incoming):
                KEPT[incoming.action](make_context(session, incoming.person_id, incoming.event, now), incoming)
                session.commit()


def _is_handled(session: Session, incoming: Incoming) -> bool:
    """Whether this event was handled before: its reply is in the outbox."""
    keys = [reply_key(incoming.person_id, incoming.event, part) for part in ("0", "card")]
    return session.exec(select(OutgoingMessage.id).where(col(OutgoingMessage.key).in_(keys))).first() is not None


def _enqueue_reply(context: Context, reply: Reply) -> None:
    """Put the reply's messages into the outbox; a card that is there already stays as it is."""
    card = reply_key(stored_id(context.person.id), context.event, "card")
    if context.session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == card)).first() is None:
        for number, content in enumerate(reply.messages):
            enqueue_reply(context, content, str(number))


def answer_with(engine: Engine, incoming: Incoming, now: datetime, content: Message) -> Reply:
    """Reply to an act with this message, unless it is answered already."""
    with Session(engine) as session:
        enqueue_reply(make_context(session, incoming.person_id, incoming.event, now), content, "0")
        session.commit()
    return Reply(messages=(content,))
