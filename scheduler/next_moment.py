"""Says when a tick may next have something to do, if nothing is changed meanwhile."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Organisation, OutgoingMessage, SendState, Window
from remembrancer.queries.facts import load_facts
from remembrancer.queries.prompt_kinds import subjects
from remembrancer.rules.prompts.due import moments
from remembrancer.scheduler.outbox.lease import next_ready
from remembrancer.services.digests import posting_times


def next_moment(engine: Engine, now: datetime, end: datetime, retry: timedelta) -> datetime | None:
    """Return the first moment after `now` at which a tick may do something; None where there is none before `end`.

    It may be too early, never too late. Messages that could have been sent by now and were not, because the platform
    takes no more, are tried again after `retry`.
    """
    with Session(engine) as session:
        if session.get(Organisation, 1) is None:
            return None
        facts = load_facts(session)
        found = set(moments(facts, now, end, subjects(session, facts, now)))
        found |= {*posting_times(session), *_of_outbox(session), *_of_undo_periods(session)}
    if next_ready(engine, now, paused=False):
        found.add(now + retry)
    return min((moment for moment in found if now < moment < end), default=None)


def _of_outbox(session: Session) -> Iterator[datetime]:
    """Yield when messages may be sent, and when the leases of those end whose sender died."""
    message = OutgoingMessage
    pending = select(message.not_before).where(message.state == SendState.PENDING)
    leased = select(message.leased_until).where(message.state == SendState.SENDING)
    yield from session.exec(pending.distinct())
    yield from (until for until in session.exec(leased.distinct()) if until is not None)


def _of_undo_periods(session: Session) -> Iterator[datetime]:
    ends = select(Window.settles_at).where(col(Window.settles_at).is_not(None))
    yield from (end for end in session.exec(ends.distinct()) if end is not None)
