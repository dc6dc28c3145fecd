"""Tells the secretaries concerned that a source cannot be read, and that it can be read again."""

from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, Feed, Person, Programme
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.scheduler.feeds.source import Source
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render


def send_failure_notice(session: Session, feed: Feed, source: Source, now: datetime) -> None:
    """Tell that a source fails and why, in the recipients' next working hours; call it before setting `told_at`."""
    _send(session, feed, source, "feed_failing", now)


def send_recovery_notice(session: Session, feed: Feed, source: Source, now: datetime) -> None:
    """Tell that a source can be read again; call it before `failing_since` is cleared."""
    _send(session, feed, source, "feed_recovered", now)


def _send(session: Session, feed: Feed, source: Source, kind: str, now: datetime) -> None:
    facts = load_facts(session)
    since = f"{feed.failing_since:%Y%m%d%H%M%S}" if feed.failing_since else ""
    for person in _recipients(session, facts, source, now):
        text = render(f"messages/{kind}.md", feed=feed, problem=feed.problem, zone=person.time_zone, now=now)
        enqueue(
            session,
            person,
            message(text),
            key=f"{kind}-{feed.key}-{since}-{person.id}",
            kind=kind,
            now=now,
            not_before=facts.time_of(person).next_in_hours(now),
        )


def _recipients(session: Session, facts: Facts, source: Source, now: datetime) -> list[Person]:
    """Return the secretaries of the source's programmes and boards; the admins where nobody is at work."""
    found: dict[int, Person] = {}
    for programme_id in session.exec(select(Programme.id).where(col(Programme.key).in_(source.programmes))):
        found |= {
            stored_id(person.id): person for person in recipients.secretaries(facts, stored_id(programme_id), now)
        }
    posts = list(session.exec(select(Board.secretary_post_id).where(col(Board.key).in_(source.boards))))
    at_work = recipients.at_work_in(facts, posts, now) if posts else []
    found |= {stored_id(person.id): person for person in at_work}
    return list(found.values()) or recipients.admins(facts)
