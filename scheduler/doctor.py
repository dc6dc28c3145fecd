"""Checks the installation for problems that an admin should fix; each finding is a sentence that says the fix."""

from collections.abc import Iterator
from datetime import datetime
from shlex import quote

from sqlmodel import Session, col, select

from remembrancer.cards.sending_status import sending_line
from remembrancer.models import (
    Board,
    ChatAccount,
    EventState,
    Feed,
    IncomingEvent,
    OutgoingMessage,
    Person,
    Programme,
    SendState,
    WindowState,
)
from remembrancer.queries.boards import boards_of
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import NothingLoadedError, organisation
from remembrancer.queries.returns import unreachable
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.chase import RUNNING
from remembrancer.scheduler.foreseen_problems import foreseen_problems
from remembrancer.scheduler.outbox.refused_addresses import refusal_key_prefix
from remembrancer.services.sending import sending_summary
from remembrancer.wording import phrase, plain, short_moment


def find_problems(session: Session, now: datetime, with_platform: bool = False) -> list[str]:
    """Return all findings; `with_platform` leaves out missing accounts, which a platform's own check reports."""
    try:
        facts = load_facts(session)
    except NothingLoadedError:
        return [phrase("doctor.nothing_loaded")]
    return [
        *_paused_or_pilot(session),
        *_without_account(session, with_platform),
        *_refused_boards(session),
        *_vacant_posts(facts, now),
        *_missing_roles(session, facts, now),
        *_failed_messages(session),
        *_failed_events(session),
        *_failing_feeds(session),
        *_partly_read_feeds(session),
        *foreseen_problems(session, facts, now),
    ]


def _paused_or_pilot(session: Session) -> Iterator[str]:
    stands, line = sending_summary(session), plain(sending_line(session, organisation(session).time_zone))
    if stands.paused_at is not None or stands.pilot is not None:
        yield phrase("doctor.paused" if stands.paused_at is not None else "doctor.pilot", line=line)


def _without_account(session: Session, with_platform: bool) -> Iterator[str]:
    ids = unreachable(session)
    for person in session.exec(select(Person).where(Person.active).order_by(col(Person.name))):
        accounts = session.exec(select(ChatAccount).where(ChatAccount.person_id == person.id)).all()
        for account in accounts:
            if account.problem is not None:
                said = {"name": person.name, "email": person.email, "argument": quote(person.email)}
                yield phrase("doctor.refused", **said, **account.model_dump())
        if person.id in ids and not accounts and not with_platform:
            yield phrase("doctor.no_account", name=person.name, email=person.email)


def _refused_boards(session: Session) -> Iterator[str]:
    query = select(OutgoingMessage.board_id, OutgoingMessage.problem).where(
        col(OutgoingMessage.board_id).is_not(None),
        OutgoingMessage.state == SendState.PENDING,
        col(OutgoingMessage.problem).is_not(None),
    )
    for board_id, problem in session.exec(query.order_by(col(OutgoingMessage.board_id)).distinct()):
        board = session.get_one(Board, board_id)
        prefix = refusal_key_prefix(board, problem or "")
        reported = select(OutgoingMessage.id).where(col(OutgoingMessage.key).startswith(prefix))
        if session.exec(reported).first() is not None:
            yield phrase("doctor.board_refused", board=board.name, channel=board.channel, problem=problem)


def _vacant_posts(facts: Facts, now: datetime) -> Iterator[str]:
    used = {item.lead_post_id for item in facts.items.values() if item.active}
    for post_id in sorted(used):
        if not recipients.holders(facts, post_id, now):
            refs = [item.ref for item in facts.items.values() if item.active and item.lead_post_id == post_id]
            yield phrase("doctor.vacant", post=facts.posts[post_id].name, refs=", ".join(refs))


def _missing_roles(session: Session, facts: Facts, now: datetime) -> Iterator[str]:
    for programme in session.exec(select(Programme)):
        for board in boards_of(session, stored_id(programme.id)):
            if recipients.at_work(facts, board.secretary_post_id, now) is None:
                yield phrase("doctor.no_secretary", board=board.name, programme=programme.title)
    if not recipients.admins(facts):
        yield phrase("doctor.no_admin")
    to_come = (*RUNNING, WindowState.SCHEDULED)  # one that is scheduled may have begun since the last tick
    if not any(window.state in to_come for window in facts.windows):
        yield phrase("doctor.no_window")


def _failed_messages(session: Session) -> Iterator[str]:
    for row in session.exec(select(OutgoingMessage).where(OutgoingMessage.state == SendState.FAILED)):
        yield phrase("doctor.failed", key=row.key, problem=row.problem or "")


def _failed_events(session: Session) -> Iterator[str]:
    """What people sent and nothing was done with, after every attempt."""
    zone = organisation(session).time_zone
    for row in session.exec(select(IncomingEvent).where(IncomingEvent.state == EventState.FAILED)):
        at = short_moment(row.received_at, zone)
        yield phrase("doctor.failed_event", platform=row.platform, at=at, problem=row.problem or "", key=row.key)


def _failing_feeds(session: Session) -> Iterator[str]:
    zone = organisation(session).time_zone
    for feed in session.exec(select(Feed).where(Feed.failures > 0).order_by(col(Feed.id))):
        since = short_moment(feed.failing_since, zone) if feed.failing_since else ""
        yield phrase(
            "doctor.feed_failing", feed=feed.name, count=feed.failures, since=since, problem=feed.problem or ""
        )


def _partly_read_feeds(session: Session) -> Iterator[str]:
    for feed in session.exec(select(Feed).where(Feed.failures == 0).order_by(col(Feed.id))):
        if feed.problem:
            first, *others = feed.problem.splitlines()
            yield phrase("doctor.feed_partly", feed=feed.name, problem=first)
            yield from (phrase("feeds.in_part", name=feed.name, problem=each) for each in others)
