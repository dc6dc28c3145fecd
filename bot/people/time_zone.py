"""Where people are, as far as a platform tells: followed as long as nobody has said otherwise."""

from datetime import datetime
from zoneinfo import available_timezones

import structlog
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Person
from remembrancer.queries.organisation import organisation
from remembrancer.services.people import move_zone, subject

log = structlog.get_logger()


def follow_zone(session: Session, person: Person, zone: str, now: datetime) -> None:
    """Their clock is this one from now on; one that nobody knows changes nothing, and an empty one says nothing.

    Nor does one that is of no place, such as UTC: that is how a machine is set up, and not where somebody is.
    """
    if not is_of_a_place(zone):
        return
    if zone in available_timezones():
        move_zone(session, person, zone, now, None)
    else:
        log.warning("time zone not known", zone=zone, email=person.email)


def is_zone_unsaid(session: Session, person: Person) -> bool:
    """Whether nobody has said where they are: it is the organisation's own time zone, or what a platform told last."""
    if person.time_zone == organisation(session).time_zone:
        return True
    query = select(AuditEvent).where(AuditEvent.subject == subject(person), AuditEvent.act == "zone_changed")
    last = session.exec(query.order_by(col(AuditEvent.id).desc())).first()
    return last is not None and last.person_id is None and last.detail.get("time_zone") == person.time_zone


def is_of_a_place(zone: str) -> bool:
    """Whether a time zone (IANA) is that of a place: those have an area before their name."""
    return "/" in zone and not zone.startswith("Etc/")
