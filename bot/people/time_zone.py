"""Follows a person's time zone on a chat platform, unless somebody has set it by hand."""

from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Person
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.time_zones import known_zones
from remembrancer.services.people import move_zone, subject

log = structlog.get_logger()


def follow_zone(session: Session, person: Person, zone: str, now: datetime) -> None:
    """Set the person's time zone; an unknown one is logged and changes nothing.

    A zone of no place, such as UTC, is ignored: it is a machine's setting, not where a person is.
    """
    if not is_of_a_place(zone):
        return
    if zone in known_zones():
        move_zone(session, person, zone, now, None)
    else:
        log.warning("time zone not known", zone=zone, email=person.email)


def is_zone_automatic(session: Session, person: Person) -> bool:
    """Whether nobody has set the zone: it is the organisation's, or the last one that a platform gave."""
    if person.time_zone == organisation(session).time_zone:
        return True
    query = select(AuditEvent).where(AuditEvent.subject == subject(person), AuditEvent.act == "zone_changed")
    last = session.exec(query.order_by(col(AuditEvent.id).desc())).first()
    return last is not None and last.person_id is None and last.detail.get("time_zone") == person.time_zone


def is_of_a_place(zone: str) -> bool:
    """Whether an IANA time zone is a place's: such names have an area before the place."""
    return "/" in zone and not zone.startswith("Etc/")
