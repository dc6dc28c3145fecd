"""Lists the messages to come, filtered by day and addressee, and those that a decision now would send at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from remembrancer.cards.prompts.kinds import items_of
from remembrancer.models import Board, OutgoingMessage, Person, Programme, Prompt, SendState, Window
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import organisation
from remembrancer.queries.prompt_kinds import prompts_of, subjects
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.meeting_notices import NoticeKind
from remembrancer.rules.prompts.due import due
from remembrancer.rules.prompts.pilot import is_outside, is_withheld
from remembrancer.rules.prompts.subjects import prompt_key
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.placings import place_items_in
from remembrancer.scheduler.preview.days_off import with_days_off
from remembrancer.scheduler.preview.describe import because, steps_of
from remembrancer.scheduler.preview.planned_messages import planned_prompts, preview
from remembrancer.scheduler.preview.planned_notices import planned_notices
from remembrancer.scheduler.preview.types import Planned
from remembrancer.services.sending import current_sending

FURTHEST = timedelta(days=366)
UNSENT = (SendState.PENDING, SendState.SENDING)
Address = tuple[str, str]
"""An addressee: an e-mail address or a channel, and the name of the person or the board."""


@dataclass(frozen=True)
class Wanted:
    """The filter: one `day` (in the organisation's time zone) or the next `days`; some addressees, or all if empty."""

    days: int = 14
    day: date | None = None
    to: frozenset[Address] = frozenset()


def address(who: Person | Board) -> Address:
    """Return the address and name of a person or board."""
    return (who.email, who.name) if isinstance(who, Person) else (who.channel, who.name)


def addressee(session: Session, row: OutgoingMessage) -> Person | Board:
    """Return the person or board that a message is addressed to."""
    if row.person_id is not None:
        return session.get_one(Person, row.person_id)
    return session.get_one(Board, row.board_id)


def is_in_reach(session: Session, day: date, now: datetime) -> bool:
    """Tell whether a day can be previewed: today, or one within the next year."""
    today = now.astimezone(organisation(session).zone).date()
    return today <= day <= today + FURTHEST


def outlook(session: Session, now: datetime, wanted: Wanted) -> list[Planned]:
    """Return the messages to come, in the order of time, including those that wait for the end of a pause."""
    zone = organisation(session).time_zone
    last = wanted.day or now.astimezone(organisation(session).zone).date() + timedelta(days=wanted.days)
    start = max(now, at(wanted.day, time(0), zone)) if wanted.day else now
    end = at(last + DAY, time(0), zone)
    planned = preview(session, now, end)
    paused = current_sending(session).paused_at is not None
    planned += waiting(session, load_facts(session), now, () if paused else list(NoticeKind))
    return sorted(
        (each for each in planned if start <= each.at < end and (not wanted.to or (each.to, each.name) in wanted.to)),
        key=lambda each: (each.at, each.to, each.kind),
    )


def at_once(session: Session, facts: Facts, now: datetime) -> list[Planned]:
    """Return what the next tick would send with these facts, which may include a decision not stored yet.

    The session's placings are brought up to date first, as a tick would do.
    """
    if facts.paused:
        return []
    place_items_in(session, now)
    prompts = planned_prompts(session, facts, now, now)
    notices = planned_notices(session, facts, now, now)
    waits = (each for each in waiting(session, facts, now) if each.at <= now)
    return [each for each in (*prompts, *notices, *waits) if not each.withheld]


def waiting(session: Session, facts: Facts, now: datetime, kinds: Collection[str] = ()) -> Iterator[Planned]:
    """Yield the unsent messages of these kinds (or all) that are still needed, as they would go without a pause.

    Replies are left out.
    """
    due_now = due(replace(facts, paused=False), subjects(session, facts, now), now)
    replanned = {(prompt.person_id, prompt.subject) for prompt in due_now if not is_withheld(facts, prompt)}
    query = select(OutgoingMessage).where(
        col(OutgoingMessage.state).in_(UNSENT), col(OutgoingMessage.immediate).is_(False)
    )
    query = query.where(col(OutgoingMessage.kind).in_(kinds)) if kinds else query
    for row in session.exec(query.order_by(col(OutgoingMessage.id))):
        prompts = prompts_of(session, [stored_id(row.id)])
        still = [prompt for prompt in prompts if (prompt.person_id, prompt_key(prompt)[0]) not in replanned]
        if (still or not prompts) and _is_still_valid(session, row, now):
            yield _planned(session, facts, row, still, now)


def _is_still_valid(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Recheck a copy of the message within a savepoint that is rolled back, so that nothing is stored."""
    with session.begin_nested() as trial:
        is_right = recheck(session, OutgoingMessage(**row.model_dump()), now)
        trial.rollback()
    return is_right


def _planned(session: Session, facts: Facts, row: OutgoingMessage, prompts: Sequence[Prompt], now: datetime) -> Planned:
    who = addressee(session, row)
    to, name = address(who)
    moment, why = max(row.not_before, now), "; ".join(because(session, row, steps_of(session, row)))
    if isinstance(who, Person):
        moment = facts.time_of(who).waits_until(moment, row.expires_at)
        why = with_days_off(why, facts, who, row.created_at, moment)
    window = session.get(Window, row.window_id) if row.window_id else None
    return Planned(
        at=moment,
        to=to,
        name=name,
        kind=row.kind,
        programme=session.get_one(Programme, window.programme_id).key if window else "",
        window=window.key if window else "",
        items=tuple(items_of(session, [prompts], now)[0]) if prompts else row.items,
        because=why,
        withheld=is_outside(facts.pilot, row.person_id),
    )
