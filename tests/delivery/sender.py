"""The process that is killed: it looks until nothing is left to send."""

import logging
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, SendState
from remembrancer.models.database import make_engine
from remembrancer.scheduler.outbox.deliver import DeliveryOptions
from remembrancer.scheduler.tick import tick
from tests.delivery.http_transport import Find, HttpTransport

PLATFORM = "receiver"
DISTANCE = 0.006
BETWEEN_LOOKS = 0.02
"""Seconds."""

SOON = timedelta(minutes=1)
"""Whatever may go no later than this is waited for."""


@dataclass(frozen=True)
class RunningClock:
    """Real time, moved: it showed `base` when the machine's monotonic clock showed `zero`."""

    base: datetime
    zero: float

    def now(self) -> datetime:
        return self.base + timedelta(seconds=time.monotonic() - self.zero)


@dataclass(frozen=True)
class Orders:
    """All that a sender is told."""

    url: str
    port: int
    clock: RunningClock
    lease: timedelta
    find: Find


def run(orders: Orders) -> None:
    """Look again and again; return when everything that may go has gone."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    engine = make_engine(orders.url)
    transports = {PLATFORM: HttpTransport(orders.port, orders.find, distance=DISTANCE)}
    pending = col(OutgoingMessage.state) == SendState.PENDING
    leased = col(OutgoingMessage.state) == SendState.SENDING
    while True:
        now = orders.clock.now()
        tick(engine, transports, now, DeliveryOptions(orders.lease))
        with Session(engine) as session:
            soon = and_(pending, col(OutgoingMessage.not_before) <= now + SOON)
            if session.exec(select(OutgoingMessage.id).where(or_(leased, soon))).first() is None:
                break
        time.sleep(BETWEEN_LOOKS)
    # Nothing is left to tidy: the senders that are killed do not either.
    os._exit(0)
