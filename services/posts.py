"""Who holds a post: handovers, shared posts, releases; those concerned are told."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from remembrancer.models import Item, ItemState, Person, Post, Tenure
from remembrancer.queries.post_holders import today
from remembrancer.rules.calendar.working_time import DAY
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.services.audit import record_event
from remembrancer.services.item_ownership import clear_delegations_and_claims
from remembrancer.services.post_handover import HandOver, tell_holders


def items_led(session: Session, posts: Collection[int]) -> list[Item]:
    """The items that these posts lead, without inactive and withdrawn ones, in order."""
    query = select(Item).where(col(Item.lead_post_id).in_(posts), Item.active, Item.standing != ItemState.WITHDRAWN)
    return list(session.exec(query.order_by(col(Item.position))))


def tenures_from(session: Session, post: Post, day: date) -> list[Tenure]:
    """The post's tenures on a day or later, who is asked first before the others; the post is locked."""
    session.flush()
    session.refresh(post, with_for_update=True)
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day)
    query = select(Tenure).where(Tenure.post_id == post.id, ends)
    ordered = query.order_by(col(Tenure.asked_first).desc(), col(Tenure.id))
    return list(session.exec(ordered.execution_options(populate_existing=True)))


def holders_from_now(session: Session, post: Post, now: datetime) -> tuple[Person, ...]:
    """Those who hold the post now, or are to hold it."""
    return _active(session, tenures_from(session, post, today(session, now)))


def plan_hand_over(
    session: Session,
    post: Post,
    to: Person,
    now: datetime,
    first_day: date | None = None,
    from_person: Person | None = None,
) -> HandOver:
    """The effect of a handover, with nothing changed. Raises RefusalError where it is impossible."""
    day = first_day or today(session, now)
    tenures = tenures_from(session, post, day)
    if day < today(session, now):
        raise RefusalError("day_is_over", field="first_day")
    must_be_active(session, to, "person")
    if from_person is not None and all(tenure.person_id != from_person.id for tenure in tenures):
        raise RefusalError("does_not_hold", field="instead_of", post=post.name, name=from_person.name)
    ending = [t for t in tenures if _is_replaced(t, to, from_person)]
    if not ending and any(_holds_for_good(t, to, day) for t in tenures):
        raise RefusalError("holds_already", field="person", post=post.name, name=to.name)
    return HandOver(
        post=post,
        to=to,
        first_day=day,
        leaving=_people(session, ending),
        staying=_active(session, [t for t in tenures if t not in ending and t.person_id != to.id]),
        items=tuple(items_led(session, [stored_id(post.id)])),
        is_later=day > today(session, now),
        goes_on=any(_holds_until(t, to, day, today(session, now)) for t in tenures_from(session, post, day - DAY)),
        undone=_undone(session, ending, max(day, today(session, now) + DAY)),
    )


def must_be_active(session: Session, person: Person, field: str) -> None:
    """Raises RefusalError for a person who has left; others are locked against leaving."""
    session.refresh(person, with_for_update={"read": True})
    if not person.active:
        raise RefusalError("has_left", field=field, name=person.name)


def _is_replaced(tenure: Tenure, to: Person, from_person: Person | None) -> bool:
    return tenure.person_id != to.id and (from_person is None or tenure.person_id == from_person.id)


def _holds_for_good(tenure: Tenure, person: Person, day: date) -> bool:
    """Whether the person holds the post on the day, without an end."""
    begun = tenure.first_day is None or tenure.first_day <= day
    return tenure.person_id == person.id and begun and tenure.last_day is None


def _holds_until(tenure: Tenure, person: Person, day: date, now: date) -> bool:
    """Whether the person holds the post today, and at least until the day before."""
    begun = tenure.first_day is None or tenure.first_day <= now
    return (
        tenure.person_id == person.id and begun and (tenure.last_day is None or tenure.last_day >= max(now, day - DAY))
    )


def _undone(session: Session, ending: Sequence[Tenure], day: date) -> tuple[tuple[Person, date], ...]:
    """Those whose tenure was to begin on the day or later, and now never does; not those who hold it already."""
    held = {tenure.person_id for tenure in ending if tenure.first_day is None or tenure.first_day < day}
    coming = [(t.person_id, t.first_day) for t in ending if t.person_id not in held and t.first_day is not None]
    return tuple((session.get_one(Person, person_id), first_day) for person_id, first_day in coming)


def _people(session: Session, tenures: Sequence[Tenure]) -> tuple[Person, ...]:
    return tuple(session.get_one(Person, person_id) for person_id in dict.fromkeys(t.person_id for t in tenures))


def _active(session: Session, tenures: Sequence[Tenure]) -> tuple[Person, ...]:
    """The holders of these tenures who have not left."""
    return tuple(person for person in _people(session, tenures) if person.active)


def hand_over(
    session: Session,
    post: Post,
    to: Person,
    now: datetime,
    by: int | None,
    first_day: date | None = None,
    from_person: Person | None = None,
) -> HandOver:
    """Give the post to another person from a day on, by default today, and tell old and new holders.

    With `from_person` only that member of a shared post is replaced. The new holder is asked for what is still wanted.
    Raises RefusalError where it is impossible.
    """
    planned = plan_hand_over(session, post, to, now, first_day, from_person)
    tenures = tenures_from(session, post, planned.first_day)
    ending = [tenure for tenure in tenures if _is_replaced(tenure, to, from_person)]
    is_asked_first = bool(planned.staying) and bool(ending) and tenures[0] in ending
    for tenure in ending:
        end(session, tenure, planned.first_day - DAY)
    earlier = tenures_from(session, post, planned.first_day - DAY) if planned.goes_on else tenures
    own = sorted((t for t in earlier if t.person_id == to.id), key=lambda t: t.first_day or date.min)
    _begin(session, post, to, planned.first_day, own, is_asked_first)
    if ending and not planned.is_later:
        for item in planned.items:
            clear_delegations_and_claims(session, item)
    return _done(session, now, by, "handed_over", planned)


def end(session: Session, tenure: Tenure, last_day: date) -> None:
    """End a tenure on a last day; a tenure that would hold on no day is deleted."""
    if tenure.first_day is not None and tenure.first_day > last_day:
        session.delete(tenure)
    else:
        tenure.last_day = last_day
    session.flush()


def _begin(session: Session, post: Post, to: Person, day: date, own: Sequence[Tenure], first: bool) -> None:
    """Let the person hold the post from a day on; a tenure of theirs that begins later, or ends, is extended."""
    tenure = own[0] if own else Tenure(post_id=stored_id(post.id), person_id=stored_id(to.id), first_day=day)
    if tenure.first_day is not None:
        tenure.first_day = min(tenure.first_day, day)
    tenure.last_day, tenure.asked_first = None, tenure.asked_first or first
    session.add(tenure)
    for other in own[1:]:
        session.delete(other)
    session.flush()


def hold(session: Session, post: Post, person: Person, now: datetime, by: int | None, first: bool = False) -> HandOver:
    """Let a person hold the post beside its holders; with `first` they are asked first, whether new or not."""
    day = today(session, now)
    tenures = tenures_from(session, post, day)
    must_be_active(session, person, "person")
    is_new = not any(_holds_for_good(tenure, person, day) for tenure in tenures)
    if not is_new and not first:
        raise RefusalError("holds_already", field="person", post=post.name, name=person.name)
    own = [tenure for tenure in tenures if tenure.person_id == person.id]
    staying = _active(session, [tenure for tenure in tenures if tenure not in own])
    items = tuple(items_led(session, [stored_id(post.id)]))
    done = HandOver(post=post, to=person, first_day=day, leaving=(), staying=staying, items=items)
    if is_new:
        _begin(session, post, person, day, own, False)
        _done(session, now, by, "held", done)
    if first and staying:
        ask_first(session, post, person, now, by)
    return done


def plan_release(session: Session, post: Post, person: Person, now: datetime) -> HandOver:
    """The effect of taking the post from a person, with nothing changed. Raises RefusalError if they do not hold it."""
    day = today(session, now)
    tenures = tenures_from(session, post, day)
    own = [tenure for tenure in tenures if tenure.person_id == person.id]
    if not own:
        raise RefusalError("does_not_hold", field="person", post=post.name, name=person.name)
    return HandOver(
        post=post,
        to=None,
        first_day=day,
        leaving=(person,),
        staying=_active(session, [tenure for tenure in tenures if tenure not in own]),
        items=tuple(items_led(session, [stored_id(post.id)])),
        undone=_undone(session, own, day + DAY),
    )


def release(session: Session, post: Post, person: Person, now: datetime, by: int | None) -> HandOver:
    """Take the post from a person; nobody follows them."""
    planned = plan_release(session, post, person, now)
    for tenure in tenures_from(session, post, planned.first_day):
        if tenure.person_id == person.id:
            end(session, tenure, planned.first_day - DAY)
    return _done(session, now, by, "released", planned)


def ask_first(session: Session, post: Post, person: Person, now: datetime, by: int | None) -> None:
    """Make this holder of a shared post the one who is asked first."""
    day = today(session, now)
    tenures = tenures_from(session, post, day)
    if not any(_holds_for_good(tenure, person, day) for tenure in tenures):
        raise RefusalError("does_not_hold", field="person", post=post.name, name=person.name)
    for tenure in tenures:
        tenure.asked_first = tenure.person_id == person.id
    session.flush()
    record_event(session, now, by, "asked_first", f"post {post.name}", person=person.email)


def _done(session: Session, now: datetime, by: int | None, act: str, done: HandOver) -> HandOver:
    """Record the act, and tell those concerned."""
    who = {"to": done.to.email if done.to else None, "leaving": [person.email for person in done.leaving]}
    event = record_event(session, now, by, act, f"post {done.post.name}", **who, first_day=done.first_day.isoformat())
    session.flush()
    tell_holders(session, done, now, stored_id(event.id))
    return done
