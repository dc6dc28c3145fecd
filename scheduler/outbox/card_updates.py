"""Updates posted cards whose content has changed, until their state is final."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Engine
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, OutgoingMessage, SendState
from remembrancer.models.message import Message
from remembrancer.scheduler.outbox.refused_addresses import mark_account_refused
from remembrancer.scheduler.outbox.transport import SendError, Sent, Transport, Trouble

log = structlog.get_logger()
CurrentContent = Callable[
    [Session, Sequence[OutgoingMessage], datetime], Iterator[tuple[OutgoingMessage, Message, bool]]
]
"""Computes for each message the content that it should show now, and whether that is final."""


@dataclass(frozen=True)
class StaleCard:
    """A posted card that is out of date, or whose state is final (`settled`).

    `showing` is the hash of the wanted state; `body` is None where the card shows that state already.
    """

    row_id: int
    person_id: int | None
    key: str
    platform: str
    conversation: str
    sent: Sent
    showing: str
    settled: bool
    body: Message | None


Source = Callable[[Session, datetime], list[StaleCard]]
"""Finds the stale cards of a kind of message."""


@dataclass(frozen=True)
class Refreshed:
    """How many cards were updated, and how many could not be now and are to be tried again soon."""

    updated: int
    left: int


def update_cards(
    engine: Engine, transports: Mapping[str, Transport], stale: Sequence[StaleCard], now: datetime, stopping: Event
) -> Refreshed:
    """Update stale cards on their platforms and record it.

    Cards at an address that the platform refuses wait until the address works again; none is begun once `stopping`.
    """
    with Session(engine) as session:
        broken = select(ChatAccount.platform, ChatAccount.conversation).where(col(ChatAccount.problem).is_not(None))
        refusing = set(session.exec(broken))
    can_be_updated = [
        each
        for each in stale
        if (each.body is None or each.platform in transports) and (each.platform, each.conversation) not in refusing
    ]
    done = [_update_card(engine, transports, each, now) for each in can_be_updated if not stopping.is_set()]
    recorded = [each for each, is_done in zip(can_be_updated, done, strict=False) if is_done]
    return Refreshed(sum(each.body is not None for each in recorded), len(can_be_updated) - len(recorded))


def _update_card(engine: Engine, transports: Mapping[str, Transport], stale: StaleCard, now: datetime) -> bool:
    """Update a card; return False where it may be tried again."""
    settled, sent = stale.settled, stale.sent
    if stale.body is not None:
        try:
            sent = transports[stale.platform].update(stale.conversation, stale.sent, stale.body)
        except SendError as error:
            log.warning("card not updated", key=stale.key, trouble=error.trouble, reason=error.reason)
            may_work_later = error.trouble in (Trouble.AGAIN, Trouble.DOUBT, Trouble.STOPPED)
            if may_work_later or _is_account_refused(engine, stale, error, now):
                return False
            settled = True
    with Session(engine) as session:
        row = session.get_one(OutgoingMessage, stale.row_id)
        row.showing, row.settled, row.remote_id = stale.showing, settled, sent.remote_id
        row.body = stale.body.model_dump(mode="json") if stale.body else row.body
        session.commit()
    return True


def _is_account_refused(engine: Engine, stale: StaleCard, error: SendError, now: datetime) -> bool:
    """Tell whether the platform refuses the person's account, and not only the card."""
    if error.trouble != Trouble.BROKEN or error.is_gone:
        return False
    return mark_account_refused(engine, stale.person_id, (stale.platform, stale.conversation), error.reason, now)


def refresh_cards(
    engine: Engine,
    transports: Mapping[str, Transport],
    sources: Iterable[Source],
    now: datetime,
    stopping: Event | None = None,
) -> Refreshed:
    """Update every stale card."""
    found, stopping = [], stopping or Event()
    for stale_cards in sources:
        with Session(engine) as session:
            stale = stale_cards(session, now)
        found.append(update_cards(engine, transports, stale, now, stopping))
    return Refreshed(sum(each.updated for each in found), sum(each.left for each in found))


def cards_of(current_content: CurrentContent, condition: ColumnElement[bool]) -> Source:
    """Return a source of stale cards among the posted messages that satisfy a condition."""

    def stale_cards(session: Session, now: datetime) -> list[StaleCard]:
        shown = current_content(session, _posted(session, condition), now)
        return [_stale(*each) for each in shown if each[2] or each[0].showing != each[1].mark]

    return stale_cards


def _posted(session: Session, condition: ColumnElement[bool]) -> Sequence[OutgoingMessage]:
    """Return the posted cards that may still change, without loading their content."""
    body: Any = OutgoingMessage.body  # mypy takes the column for a row's value
    query = select(OutgoingMessage).where(
        condition, OutgoingMessage.state == SendState.SENT, col(OutgoingMessage.settled).is_(False)
    )
    return session.exec(query.options(defer(body))).all()


def _stale(row: OutgoingMessage, content: Message, final: bool) -> StaleCard:
    showing = content.mark
    return StaleCard(
        row_id=row.id or 0,
        person_id=row.person_id,
        key=row.key,
        platform=row.platform or "",
        conversation=row.conversation or "",
        sent=Sent(row.remote_id or "", row.key),
        showing=showing,
        settled=final,
        body=content if row.showing != showing else None,
    )


def recheck_card(current_content: CurrentContent) -> Callable[[Session, OutgoingMessage, datetime], bool]:
    """Return a recheck that updates a card before it is sent, and drops one whose state is final."""

    def recheck(session: Session, row: OutgoingMessage, now: datetime) -> bool:
        shown = next(current_content(session, [row], now), None)
        if shown is None or shown[2]:
            return False
        row.body, row.showing = shown[1].model_dump(mode="json"), shown[1].mark
        return True

    return recheck
