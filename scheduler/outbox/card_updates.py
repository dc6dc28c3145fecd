"""Posted cards that follow what they show: brought up to date, until nothing about them can change any more."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Engine
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, OutgoingMessage, SendState
from remembrancer.models.message import Message
from remembrancer.scheduler.outbox.refused_addresses import account_broke
from remembrancer.scheduler.outbox.transport import SendError, Sent, Transport, Trouble

log = structlog.get_logger()
Live = Callable[[Session, Sequence[OutgoingMessage], datetime], Iterator[tuple[OutgoingMessage, Message, bool]]]
"""What each of these messages should show now, and whether that is over: nothing about it can change any more."""


@dataclass(frozen=True)
class StaleCard:
    """A posted card that does not show what it should, or never will have to again (settled).

    `showing` names what it should show; without a `body` it shows that already.
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
"""Finds the stale cards of one kind of message."""


def update_cards(engine: Engine, transports: Mapping[str, Transport], stale: Sequence[StaleCard], now: datetime) -> int:
    """Update the cards where they were posted, and record it; how many were updated.

    Where their person is not reached for now they wait, until they are again.
    """
    with Session(engine) as session:
        broken = select(ChatAccount.platform, ChatAccount.conversation).where(col(ChatAccount.problem).is_not(None))
        refusing = set(session.exec(broken))
    return sum(
        _update_card(engine, transports, each, now)
        for each in stale
        if (each.body is None or each.platform in transports) and (each.platform, each.conversation) not in refusing
    )


def _update_card(engine: Engine, transports: Mapping[str, Transport], stale: StaleCard, now: datetime) -> bool:
    settled, sent = stale.settled, stale.sent
    if stale.body is not None:
        try:
            sent = transports[stale.platform].update(stale.conversation, stale.sent, stale.body)
        except SendError as error:
            log.warning("card not updated", key=stale.key, trouble=error.trouble, reason=error.reason)
            if error.trouble in (Trouble.AGAIN, Trouble.DOUBT, Trouble.STOPPED) or _refuses(engine, stale, error, now):
                return False
            settled = True
    with Session(engine) as session:
        row = session.get_one(OutgoingMessage, stale.row_id)
        row.showing, row.settled, row.remote_id = stale.showing, settled, sent.remote_id
        row.body = stale.body.model_dump(mode="json") if stale.body else row.body
        session.commit()
    return stale.body is not None


def _refuses(engine: Engine, stale: StaleCard, error: SendError, now: datetime) -> bool:
    """Whether it is not the card that cannot be changed, but its person who is not reached for now."""
    if error.trouble != Trouble.BROKEN or error.is_gone:
        return False
    return account_broke(engine, stale.person_id, (stale.platform, stale.conversation), error.reason, now)


def refresh_cards(engine: Engine, transports: Mapping[str, Transport], sources: Iterable[Source], now: datetime) -> int:
    """Update every posted card that does not show what it should; how many were updated."""
    updated = 0
    for stale_cards in sources:
        with Session(engine) as session:
            stale = stale_cards(session, now)
        updated += update_cards(engine, transports, stale, now)
    return updated


def live_cards(live: Live, which: ColumnElement[bool]) -> Source:
    """The stale ones of the posted messages that `which` selects, whose content `live` makes anew."""

    def stale_cards(session: Session, now: datetime) -> list[StaleCard]:
        shown = live(session, _posted(session, which), now)
        return [_stale(*each) for each in shown if each[2] or each[0].showing != each[1].mark]

    return stale_cards


def _posted(session: Session, which: ColumnElement[bool]) -> Sequence[OutgoingMessage]:
    """The cards that may still change; what they say now is read only where it is changed."""
    body: Any = OutgoingMessage.body  # to mypy it is a row's value
    query = select(OutgoingMessage).where(
        which, OutgoingMessage.state == SendState.SENT, col(OutgoingMessage.settled).is_(False)
    )
    return session.exec(query.options(defer(body))).all()


def _stale(row: OutgoingMessage, content: Message, over: bool) -> StaleCard:
    showing = content.mark
    return StaleCard(
        row_id=row.id or 0,
        person_id=row.person_id,
        key=row.key,
        platform=row.platform or "",
        conversation=row.conversation or "",
        sent=Sent(row.remote_id or "", row.key),
        showing=showing,
        settled=over,
        body=content if row.showing != showing else None,
    )


def recheck_card(live: Live) -> Callable[[Session, OutgoingMessage, datetime], bool]:
    """Bring a card that has not gone out up to date; False where there is nothing left to say."""

    def recheck(session: Session, row: OutgoingMessage, now: datetime) -> bool:
        shown = next(live(session, [row], now), None)
        if shown is None or shown[2]:
            return False
        row.body, row.showing = shown[1].model_dump(mode="json"), shown[1].mark
        return True

    return recheck
