"""The audit trail: every act is recorded as an event."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from remembrancer.models import AuditEvent


def note(session: Session, now: datetime, by: int | None, act: str, subject: str, /, **detail: Any) -> AuditEvent:
    """Record who (a person's id; None for the service) did what to what."""
    event = AuditEvent(at=now, person_id=by, act=act, subject=subject, detail=detail)
    session.add(event)
    return event
