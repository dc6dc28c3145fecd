"""Deletes old rows: events that are handled, and forms that nobody submitted."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from remembrancer.models import EventState, IncomingEvent, OpenForm

log = structlog.get_logger()
KEPT_FOR = timedelta(days=30)
BATCH = 500
"""The number of rows deleted in one transaction, limited so that other writers do not wait long."""


def clear_old(engine: Engine, now: datetime, batch: int = BATCH) -> None:
    """Delete rows older than KEPT_FOR, except failed events, which an operator must see."""
    before = now - KEPT_FOR
    handled = (IncomingEvent.state == EventState.DONE, col(IncomingEvent.done_at) < before)
    events = _delete_old(engine, IncomingEvent, handled, batch)
    forms = _delete_old(engine, OpenForm, (col(OpenForm.opened_at) < before,), batch)
    if events or forms:
        log.info("cleared", events=events, forms=forms)


def _delete_old(engine: Engine, table: Any, old: tuple[Any, ...], batch: int) -> int:
    """Delete the rows that satisfy the conditions in batches, and return their number."""
    some = select(table.id).where(*old).order_by(table.id).limit(batch)
    count = 0
    while gone := _delete(engine, delete(table).where(table.id.in_(some))):
        count += gone
    return count


def _delete(engine: Engine, statement: Any) -> int:
    with engine.begin() as connection:
        return connection.execute(statement).rowcount
