"""What is about to be sent, for whoever asks: of a day, a person, a board; at once, if something were decided now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from remembrancer.models import Board, Item, OutgoingMessage, Person, Programme, Prompt, Return, SendState, Window
from remembrancer.models.outgoing import KIND as PAPERS
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.meeting_notices import NoteKind
from remembrancer.rules.prompts.due import WANTED, due
from remembrancer.rules.prompts.pilot import is_outside, is_withheld
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.preview.describe import because, steps_of
from remembrancer.scheduler.preview.planned_messages import planned_prompts, preview, programmes_by_id
from remembrancer.scheduler.preview.planned_papers import asked_by, planned_papers
from remembrancer.scheduler.preview.types import OfWindow, Planned
from remembrancer.services.sending import sending_now

FURTHEST = timedelta(days=366)
NEVER = datetime.max.replace(tzinfo=UTC)
UNSENT = (SendState.PENDING, SendState.SENDING)
Address = tuple[str, str]
"""To whom: an e-mail address or a channel, and the name of the person or the board."""


@dataclass(frozen=True)
class Wanted:
    """What to show: one day alone, by the organisation's clock, or the next whole `days`; to some, or to all."""

    days: int = 14
    day: date | None = None
    to: frozenset[Address] = frozenset()


def address(who: Person | Board) -> Address:
    return (who.email, who.name) if isinstance(who, Person) else (who.channel, who.name)


def addressee(session: Session, row: OutgoingMessage) -> Person | Board:
    if row.person_id is not None:
        return session.get_one(Person, row.person_id)
    return session.get_one(Board, row.board_id)


def is_in_reach(session: Session, day: date, now: datetime) -> bool:
    """Whether a day can be previewed: today, or any to come within a year."""
    today = now.astimezone(organisation(session).zone).date()
    return today <= day <= today + FURTHEST


def outlook(session: Session, now: datetime, wanted: Wanted) -> list[Planned]:
    """The messages to come, in the order of time; while paused, those too that wait for it to be over."""
    zone = organisation(session).time_zone
    last = wanted.day or now.astimezone(organisation(session).zone).date() + timedelta(days=wanted.days)
    start = max(now, at(wanted.day, time(0), zone)) if wanted.day else now
    end = at(last + DAY, time(0), zone)
    planned = preview(session, now, end)
    paused = sending_now(session).paused_at is not None
    planned += waiting(session, load_facts(session), now, () if paused else list(NoteKind))
    return sorted(
        (each for each in planned if start <= each.at < end and (not wanted.to or (each.to, each.name) in wanted.to)),
        key=lambda each: (each.at, each.to, each.kind),
    )


def at_once(session: Session, facts: Facts, now: datetime) -> list[Planned]:
    """What the next look would send by these facts, which may be as somebody is about to decide; not the withheld."""
    if facts.paused:
        return []
    prompts = planned_prompts(facts, programmes_by_id(session), now, now)
    papers = planned_papers(session, facts, now, now)
    waits = (each for each in waiting(session, facts, now) if each.at <= now)
    return [each for each in (*prompts, *papers, *waits) if not each.withheld]


def waiting(session: Session, facts: Facts, now: datetime, kinds: Collection[str] = ()) -> Iterator[Planned]:
    """What is in the outbox and still right, and when it would go if nothing were paused; no replies.

    All of it, or of some `kinds` alone.
    """
    due_now = (prompt for prompt in due(replace(facts, paused=False), now) if not is_withheld(facts, prompt, now))
    said = {(prompt.person_id, prompt.return_id) for prompt in due_now}
    query = select(OutgoingMessage).where(
        col(OutgoingMessage.state).in_(UNSENT), col(OutgoingMessage.immediate).is_(False)
    )
    query = query.where(col(OutgoingMessage.kind).in_(kinds)) if kinds else query
    for row in session.exec(query.order_by(col(OutgoingMessage.id))):
        asked = list(_asked(session, row))
        refs = [ref for ret, ref in asked if ret.state in WANTED and (row.person_id, ret.id) not in said]
        # A copy is asked, so that nothing is changed.
        if (refs or not asked) and recheck(session, OutgoingMessage(**row.model_dump()), now):
            yield _waits(session, facts, row, refs, now)


def _asked(session: Session, row: OutgoingMessage) -> Iterator[tuple[Return, str]]:
    """The returns that a message speaks of, with their refs, in the items' order."""
    query = select(Return, Item.ref).join(Item).join(Prompt).where(Prompt.message_id == row.id)
    yield from session.exec(query.order_by(col(Item.position)))


def _waits(session: Session, facts: Facts, row: OutgoingMessage, refs: Sequence[str], now: datetime) -> Planned:
    who = addressee(session, row)
    to, name = address(who)
    about, titles = asked_by(session, row, facts, now) if row.kind == PAPERS else (_window(session, row), ())
    moment = max(row.not_before, now)
    if isinstance(who, Person) and not facts.time.may_send(moment, who.time_zone, row.expires_at or NEVER):
        moment = facts.time.next_in_hours(moment, who.time_zone)
    return Planned(
        at=moment,
        to=to,
        name=name,
        kind=row.kind,
        about=about,
        items=titles or tuple(refs),
        because="; ".join(because(session, row, steps_of(session, row))),
        withheld=is_outside(facts.pilot, row.person_id),
    )


def _window(session: Session, row: OutgoingMessage) -> OfWindow:
    window = session.get(Window, row.window_id) if row.window_id else None
    return OfWindow(session.get_one(Programme, window.programme_id).key, window.key) if window else OfWindow()
