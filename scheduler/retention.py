"""What is kept for a while only: events that are handled, and forms that nobody has sent."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from remembrancer.models import HeardState, IncomingEvent, OpenForm

log = structlog.get_logger()
KEPT_FOR = timedelta(days=30)
BATCH = 500
"""Rows that are deleted in one transaction, so that nobody who writes meanwhile waits for long."""


def clear_old(engine: Engine, now: datetime, batch: int = BATCH) -> None:
    """Delete what is older than KEPT_FOR. Events that failed stay: they are for an operator to look at."""
    before = now - KEPT_FOR
    handled = (IncomingEvent.state == HeardState.DONE, col(IncomingEvent.done_at) < before)
    events = _clear(engine, IncomingEvent, handled, batch)
    forms = _clear(engine, OpenForm, (col(OpenForm.opened_at) < before,), batch)
    if events or forms:
        log.info("cleared", events=events, forms=forms)


def _clear(engine: Engine, table: Any, old: tuple[Any, ...], batch: int) -> int:
    """How many rows were deleted."""
    some = select(table.id).where(*old).order_by(table.id).limit(batch)
    count = 0
    while gone := _delete(engine, delete(table).where(table.id.in_(some))):
        count += gone
    return count


def _delete(engine: Engine, statement: Any) -> int:
    with engine.begin() as connection:
        return connection.execute(statement).rowcount
