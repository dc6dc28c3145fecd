"""Tells the delegate about a leave, and the person too if somebody else records it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.models import Absence, OutgoingMessage, Person, SendState
from remembrancer.models.message import message
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.working_time import DAY
from remembrancer.rules.facts import own_time
from remembrancer.services.outbox import enqueue, next_reachable
from remembrancer.wording import render

Days = tuple[tuple[date, date], ...]
"""First and last day of each stretch, in order."""
KIND = "leave"


@contextmanager
def notify_of_leave(session: Session, person_id: int, now: datetime, by: int | None) -> Iterator[None]:
    """Tell people of the changes made in this block to a person's leave from today on, in their working hours.

    A delegate is told on which days they are asked instead, and when that is no longer so.
    """
    before = _days(session, person_id, now)
    yield
    session.flush()
    after, person = _days(session, person_id, now), session.get_one(Person, person_id)
    for delegate_id in sorted({*before, *after} - {None}, key=str):
        days, days_before = after.get(delegate_id, ()), before.get(delegate_id, ())
        if delegate_id is not None and delegate_id != by and days != days_before:
            _tell_delegate(session, person, session.get_one(Person, delegate_id), days, days_before, now)
    if by != person_id and before != after:
        _tell_person(session, person, after, now)


def _days(session: Session, person_id: int, now: datetime) -> Mapping[int | None, Days]:
    """By delegate (id, None for nobody): the days from today on that the person is away."""
    today = now.astimezone(ZoneInfo(session.get_one(Person, person_id).time_zone)).date()
    query = select(Absence).where(Absence.person_id == person_id, Absence.last_day >= today)
    found: dict[int | None, list[tuple[date, date]]] = defaultdict(list)
    for absence in session.exec(query.order_by(col(Absence.first_day))):
        own = found[absence.delegate_id]
        if own and absence.first_day <= own[-1][1] + DAY:
            own[-1] = (own[-1][0], max(own[-1][1], absence.last_day))
        else:
            own.append((absence.first_day, absence.last_day))
    return {delegate_id: tuple(days) for delegate_id, days in found.items()}


def _tell_delegate(
    session: Session, person: Person, delegate: Person, days: Days, days_before: Days, now: datetime
) -> None:
    """Tell the delegate the days, in place of an unsent notice; nothing, if they were never told and are not needed."""
    prefix = f"leave-{person.id}-{delegate.id}-"
    earlier = session.exec(select(OutgoingMessage).where(col(OutgoingMessage.key).startswith(prefix))).all()
    sent = [row for row in earlier if row.state not in (SendState.PENDING, SendState.DROPPED)]
    unsent = [row for row in earlier if row.state == SendState.PENDING]
    for row in unsent:
        row.state = SendState.DROPPED
    if not delegate.active or (not days and unsent and not sent):
        return
    is_new = not days_before or bool(unsent and not sent)
    text = render("messages/stands_in.md", person=person, days=days, is_new=is_new)
    _tell(session, delegate, text, f"{prefix}{len(earlier)}", next_reachable(session, delegate, now), now)


def _tell_person(session: Session, person: Person, after: Mapping[int | None, Days], now: datetime) -> None:
    """Tell the person in their next working hours, on leave or not, because it is their leave."""
    prefix = f"leave-own-{person.id}-"
    earlier = session.exec(select(OutgoingMessage).where(col(OutgoingMessage.key).startswith(prefix))).all()
    for row in earlier:
        row.state = SendState.DROPPED if row.state == SendState.PENDING else row.state
    text = render("messages/leave_recorded.md", stretches=_in_order(session, after))
    at = own_time(organisation(session).working_time, person).next_in_hours(now)
    if person.active:
        _tell(session, person, text, f"{prefix}{len(earlier)}", at, now)


def _in_order(session: Session, days: Mapping[int | None, Days]) -> Sequence[tuple[date, date, Person | None]]:
    """The stretches of leave with their delegates, by first day."""
    found = [(*each, delegate_id) for delegate_id, of in days.items() for each in of]
    return [
        (first, last, session.get_one(Person, id) if id else None)
        for first, last, id in sorted(found, key=lambda each: each[0])
    ]


def _tell(session: Session, to: Person, text: str, key: str, not_before: datetime, now: datetime) -> None:
    enqueue(session, to, message(text), key=key, kind=KIND, now=now, not_before=not_before)
