"""Telling those who look after a source's windows and meetings that it cannot be read, and that it can again."""

from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, Feed, Person, Programme
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.people import recipients
from remembrancer.scheduler.feeds.source import Source
from remembrancer.services.outbox import tell
from remembrancer.wording import render


def tell_failing(session: Session, feed: Feed, source: Source, now: datetime) -> None:
    """In their next working hours, the reason in a sentence. Call it before `told_at` is set."""
    _tell(session, feed, source, "feed_failing", now)


def tell_recovered(session: Session, feed: Feed, source: Source, now: datetime) -> None:
    """Whoever was told that it failed, while `failing_since` still says of which failure."""
    _tell(session, feed, source, "feed_recovered", now)


def _tell(session: Session, feed: Feed, source: Source, kind: str, now: datetime) -> None:
    facts = load_facts(session)
    since = f"{feed.failing_since:%Y%m%d%H%M%S}" if feed.failing_since else ""
    for person in _concerned(session, facts, source, now):
        text = render(f"messages/{kind}.md", feed=feed, problem=feed.problem, zone=person.time_zone, now=now)
        tell(
            session,
            person,
            message(text),
            key=f"{kind}-{feed.key}-{since}-{person.id}",
            kind=kind,
            because=kind,
            now=now,
            not_before=facts.time.next_in_hours(now, person.time_zone),
        )


def _concerned(session: Session, facts: Facts, source: Source, now: datetime) -> list[Person]:
    """The secretaries of the programmes and boards that the source tells of; where nobody is, the admins."""
    found: dict[int, Person] = {}
    for programme_id in session.exec(select(Programme.id).where(col(Programme.key).in_(source.programmes))):
        found |= {known(person.id): person for person in recipients.secretaries(facts, known(programme_id), now)}
    posts = list(session.exec(select(Board.secretary_post_id).where(col(Board.key).in_(source.boards))))
    at_work = recipients.at_work_in(facts, posts, now) if posts else []
    found |= {known(person.id): person for person in at_work}
    return list(found.values()) or recipients.admins(facts)
