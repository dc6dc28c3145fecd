"""The conversation: what a person does becomes an act, and its reply. No platform is known here."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.tell import tell
from bot import (
    answering,
    away,
    commands,
    delegates,
    digests,
    handing,
    history,
    in_charge,
    later,
    not_mine,
    pilot,
    previews,
    readers,
    restating,
    secretary,
    sending,
    whose,
    windows,
)
from bot.context import Context, NotPossibleError, make_context, reply_key
from bot.incoming import Incoming, Reply
from bot.message import Message, message
from models import OutgoingMessage
from rules.facts import known
from wording import say

log = structlog.get_logger()

Handler = Callable[[Context, Incoming], Reply]

PRESSED: Mapping[str, Handler] = {
    "answer": answering.press_answer,
    "no_change": answering.press_no_change,
    "confirm": answering.press_confirm,
    "discard": answering.press_discard,
    "snooze": later.press_snooze,
    "delegate": handing.press_delegate,
    "take_back": handing.press_take_back,
    "not_mine": not_mine.press_not_mine,
    "change_leave": away.press_change,
    "name_delegate": delegates.press_name_delegate,
    "not_away": away.press_not_away,
    "history": history.press_history,
    "readers": readers.press_readers,
    "whose": whose.press_whose,
    "give_to": whose.press_give_to,
    "reassign": whose.press_reassign,
    "keep_lead": whose.press_keep_lead,
    "see": secretary.press_see,
    "accept": secretary.press_accept,
    "return": secretary.press_return,
    "accept_all": in_charge.press_accept_all,
    "chase": in_charge.press_chase,
    "set_aside": in_charge.press_set_aside,
    "report_again": in_charge.press_report_again,
    "restate": restating.press_restate,
    "digest_post": digests.press_post,
    "digest_hold": digests.press_hold,
    "digest_let_go": digests.press_let_go,
    "digest_note": digests.press_note,
    "digest_leave_out": digests.press_leave_out,
    "digest_put_back": digests.press_put_back,
    "open_window": windows.press_open,
    "close_window": windows.press_close,
    "move_window": windows.press_move,
    "extend_window": windows.press_extend,
    "reopen_window": windows.press_reopen,
    "do_window": windows.press_do,
    "leave_window": windows.press_leave,
    "undo_window": windows.press_undo,
    "pause": sending.press_pause,
    "resume": sending.press_resume,
    "resume_now": sending.press_resume_now,
    "begin_pilot": pilot.press_pilot,
    "change_pilot": pilot.press_pilot,
    "end_pilot": pilot.press_end,
    "end_pilot_now": pilot.press_end_now,
    "withheld": previews.press_withheld,
}

SUBMITTED: Mapping[str, Handler] = {
    "answer": answering.submit_answer,
    "snooze": later.submit_snooze,
    "delegate": handing.submit_delegate,
    "not_mine": not_mine.submit_not_mine,
    "away": away.submit_away,
    "name_delegate": delegates.submit_name_delegate,
    "reassign": whose.submit_reassign,
    "keep_lead": whose.submit_keep_lead,
    "return": secretary.submit_return,
    "set_aside": in_charge.submit_set_aside,
    "restate": restating.submit_restate,
    "digest_note": digests.submit_note,
    "digest_leave_out": digests.submit_leave_out,
    "move_window": windows.submit_move,
    "extend_window": windows.submit_extend,
    "reopen_window": windows.submit_reopen,
    "pilot": pilot.submit_pilot,
}

CHANGED: Mapping[str, Handler] = {
    "answer": answering.change_answer,
    "restate": restating.change_restate,
    "snooze": later.change_snooze,
}

KEPT: Mapping[str, Callable[[Context, Incoming], None]] = {
    "answer": answering.keep_typed,
    "restate": restating.keep_typed,
}
"""Forms that hold words worth keeping: what was typed is stored before anything else."""


def converse(engine: Engine, incoming: Incoming, now: datetime) -> Reply:
    """Do what the person asks and put the reply into the outbox, in one transaction. The same event twice acts once.

    What was typed is kept before anything else, so that no failure loses it. Messages go out by the next delivery;
    a form is for the platform to show at once.
    """
    try:
        _keep_typed(engine, incoming, now)
        with Session(engine) as session:
            if _was_heard(session, incoming):
                return Reply()
            context = make_context(session, incoming.person_id, incoming.event, now)
            reply = _handler(incoming)(context, incoming)
            _put_in_outbox(context, reply)
            session.commit()
            return reply
    except NotPossibleError as refusal:
        return _say(engine, incoming, now, message(str(refusal)))
    except IntegrityError:
        # Where the same event came twice at once, the other one was first and has answered.
        with Session(engine) as session:
            heard = _was_heard(session, incoming)
        return Reply() if heard else _our_fault(engine, incoming, now)
    except Exception:  # noqa: BLE001  (the edge: whatever went wrong, the person is told what to do, and the log has it)
        return _our_fault(engine, incoming, now)


def _handler(incoming: Incoming) -> Handler:
    if incoming.kind == "text":
        return commands.said
    tables = {"press": PRESSED, "submit": SUBMITTED, "change": CHANGED}
    handler = tables[incoming.kind].get(incoming.action)
    if handler is None:
        raise NotPossibleError("no_such_button")
    return handler


def _keep_typed(engine: Engine, incoming: Incoming, now: datetime) -> None:
    if incoming.kind in ("submit", "change") and incoming.action in KEPT:
        with Session(engine) as session:
            if not _was_heard(session, incoming):
                KEPT[incoming.action](make_context(session, incoming.person_id, incoming.event, now), incoming)
                session.commit()


def _was_heard(session: Session, incoming: Incoming) -> bool:
    keys = [reply_key(incoming.person_id, incoming.event, part) for part in ("0", "card")]
    return session.exec(select(OutgoingMessage.id).where(col(OutgoingMessage.key).in_(keys))).first() is not None


def _put_in_outbox(context: Context, reply: Reply) -> None:
    """Replies go the way of all messages; a card that is in the outbox already stays as it is."""
    card = reply_key(known(context.person.id), context.event, "card")
    if context.session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == card)).first() is None:
        for number, content in enumerate(reply.messages):
            _put(context, content, number)


def _put(context: Context, content: Message, number: int) -> None:
    tell(
        context.session,
        context.person,
        content,
        key=reply_key(known(context.person.id), context.event, str(number)),
        kind="reply",
        because="reply",
        now=context.now,
        immediate=True,
    )


def _our_fault(engine: Engine, incoming: Incoming, now: datetime) -> Reply:
    """Called where an exception is being handled: logs it with the event's key, and says what to do."""
    log.exception("conversation failed", key=incoming.event, person=incoming.person_id, action=incoming.action)
    return _say(engine, incoming, now, message(say("replies.our_fault")))


def _say(engine: Engine, incoming: Incoming, now: datetime, content: Message) -> Reply:
    with Session(engine) as session:
        _put(make_context(session, incoming.person_id, incoming.event, now), content, 0)
        session.commit()
    return Reply(messages=(content,))
