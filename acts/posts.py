"""Who holds a post: handed over, held by several, given up. Nobody is asked twice, and whoever it concerns is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from acts.audit import note
from acts.holders import today
from acts.reassigning import forget_who_was_asked
from acts.refusals import RefusalError
from acts.tell import next_at_work, tell
from bot.message import message
from models import Item, Person, Post, Standing, Tenure
from rules.facts import known
from rules.working_time import DAY
from wording import render


@dataclass(frozen=True)
class HandOver:
    """A post's change of hands, planned or done: who holds it no more, who begins, and who stays beside them.

    `to` is None where nobody follows. `items` are those that the post leads.
    """

    post: Post
    to: Person | None
    first_day: date
    leaving: tuple[Person, ...]
    staying: tuple[Person, ...]
    items: tuple[Item, ...]
    is_later: bool = False

    @property
    def holders(self) -> tuple[Person, ...]:
        """Those who hold it afterwards."""
        return (*self.staying, *((self.to,) if self.to else ()))


def items_led(session: Session, posts: Collection[int]) -> list[Item]:
    """The items that these posts lead and that are asked for, in order."""
    query = select(Item).where(col(Item.lead_post_id).in_(posts), Item.active, Item.standing != Standing.WITHDRAWN)
    return list(session.exec(query.order_by(col(Item.position))))


def tenures_from(session: Session, post: Post, day: date) -> list[Tenure]:
    """The post's tenures that hold on a day or later, who is asked first before the others, as they are now.

    The post is kept from changing under us.
    """
    session.flush()
    session.refresh(post, with_for_update=True)
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day)
    query = select(Tenure).where(Tenure.post_id == post.id, ends)
    ordered = query.order_by(col(Tenure.asked_first).desc(), col(Tenure.id))
    return list(session.exec(ordered.execution_options(populate_existing=True)))


def held_by(session: Session, post: Post, now: datetime) -> tuple[Person, ...]:
    """Those who hold the post now or are to hold it."""
    return _here(session, tenures_from(session, post, today(session, now)))


def plan_hand_over(
    session: Session,
    post: Post,
    to: Person,
    now: datetime,
    first_day: date | None = None,
    from_person: Person | None = None,
) -> HandOver:
    """What handing the post over would do. Raises RefusalError where it cannot be done."""
    day = first_day or today(session, now)
    tenures = tenures_from(session, post, day)
    if day < today(session, now):
        raise RefusalError("day_is_over", field="first_day")
    must_be_here(session, to, "person")
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
        staying=_here(session, [t for t in tenures if t not in ending and t.person_id != to.id]),
        items=tuple(items_led(session, [known(post.id)])),
        is_later=day > today(session, now),
    )


def must_be_here(session: Session, person: Person, field: str) -> None:
    """Raises RefusalError for somebody who has left; who is here is kept from leaving under us."""
    session.refresh(person, with_for_update={"read": True})
    if not person.active:
        raise RefusalError("has_left", field=field, name=person.name)


def _is_replaced(tenure: Tenure, to: Person, from_person: Person | None) -> bool:
    return tenure.person_id != to.id and (from_person is None or tenure.person_id == from_person.id)


def _holds_for_good(tenure: Tenure, person: Person, day: date) -> bool:
    begun = tenure.first_day is None or tenure.first_day <= day
    return tenure.person_id == person.id and begun and tenure.last_day is None


def _people(session: Session, tenures: Sequence[Tenure]) -> tuple[Person, ...]:
    return tuple(session.get_one(Person, person_id) for person_id in dict.fromkeys(t.person_id for t in tenures))


def _here(session: Session, tenures: Sequence[Tenure]) -> tuple[Person, ...]:
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
    """Give the post to somebody else from a day on, by default today; old and new holder are told.

    With `from_person` only that member of a body is replaced. What is still wanted is asked of the new holder: it is
    computed. Raises RefusalError where it cannot be done.
    """
    planned = plan_hand_over(session, post, to, now, first_day, from_person)
    tenures = tenures_from(session, post, planned.first_day)
    ending = [tenure for tenure in tenures if _is_replaced(tenure, to, from_person)]
    takes_the_first_place = bool(planned.staying) and bool(ending) and tenures[0] in ending
    for tenure in ending:
        end(session, tenure, planned.first_day - DAY)
    own = [tenure for tenure in tenures if tenure.person_id == to.id]
    _begin(session, post, to, planned.first_day, own, takes_the_first_place)
    if ending and not planned.is_later:
        for item in planned.items:
            forget_who_was_asked(session, item)
    _note(session, now, by, "handed_over", planned)
    _tell_of(session, planned, now)
    return planned


def end(session: Session, tenure: Tenure, last_day: date) -> None:
    """The post is held until a day, the last; a tenure that would hold on no day is not kept."""
    if tenure.first_day is not None and tenure.first_day > last_day:
        session.delete(tenure)
    else:
        tenure.last_day = last_day
    session.flush()


def _begin(session: Session, post: Post, to: Person, day: date, own: Sequence[Tenure], first: bool) -> None:
    """The person holds the post from a day on; a tenure of theirs that was to begin later, or to end, is stretched."""
    tenure = own[0] if own else Tenure(post_id=known(post.id), person_id=known(to.id), first_day=day)
    if tenure.first_day is not None:
        tenure.first_day = min(tenure.first_day, day)
    tenure.last_day, tenure.asked_first = None, tenure.asked_first or first
    session.add(tenure)
    for other in own[1:]:
        session.delete(other)
    session.flush()


def hold(session: Session, post: Post, person: Person, now: datetime, by: int | None, first: bool = False) -> HandOver:
    """Let somebody hold the post beside whoever holds it now; with `first` they are asked first, new or not."""
    day = today(session, now)
    tenures = tenures_from(session, post, day)
    must_be_here(session, person, "person")
    is_new = not any(_holds_for_good(tenure, person, day) for tenure in tenures)
    if not is_new and not first:
        raise RefusalError("holds_already", field="person", post=post.name, name=person.name)
    own = [tenure for tenure in tenures if tenure.person_id == person.id]
    staying = _here(session, [tenure for tenure in tenures if tenure not in own])
    items = tuple(items_led(session, [known(post.id)]))
    done = HandOver(post=post, to=person, first_day=day, leaving=(), staying=staying, items=items)
    if is_new:
        _begin(session, post, person, day, own, False)
        _note(session, now, by, "held", done)
        _tell_of(session, done, now)
    if first and staying:
        ask_first(session, post, person, now, by)
    return done


def release(session: Session, post: Post, person: Person, now: datetime, by: int | None) -> HandOver:
    """Somebody holds the post no more, and nobody follows them."""
    day = today(session, now)
    tenures = tenures_from(session, post, day)
    own = [tenure for tenure in tenures if tenure.person_id == person.id]
    if not own:
        raise RefusalError("does_not_hold", field="person", post=post.name, name=person.name)
    staying = _here(session, [tenure for tenure in tenures if tenure not in own])
    for tenure in own:
        end(session, tenure, day - DAY)
    items = tuple(items_led(session, [known(post.id)]))
    done = HandOver(post=post, to=None, first_day=day, leaving=(person,), staying=staying, items=items)
    _note(session, now, by, "released", done)
    _tell_of(session, done, now)
    return done


def ask_first(session: Session, post: Post, person: Person, now: datetime, by: int | None) -> None:
    """Of those who hold the post, ask this one first."""
    day = today(session, now)
    tenures = tenures_from(session, post, day)
    if not any(_holds_for_good(tenure, person, day) for tenure in tenures):
        raise RefusalError("does_not_hold", field="person", post=post.name, name=person.name)
    for tenure in tenures:
        tenure.asked_first = tenure.person_id == person.id
    session.flush()
    note(session, now, by, "asked_first", f"post {post.name}", person=person.email)


def _note(session: Session, now: datetime, by: int | None, act: str, done: HandOver) -> None:
    who = {"to": done.to.email if done.to else None, "leaving": [person.email for person in done.leaving]}
    note(session, now, by, act, f"post {done.post.name}", **who, first_day=done.first_day.isoformat())


def _tell_of(session: Session, done: HandOver, now: datetime) -> None:
    """Tell old and new holder, each in their own hours and not on leave; not those who have left."""
    for person in (*done.leaving, *((done.to,) if done.to else ())):
        if person.active:
            text = render("messages/handed_over.md", done=done, begins=person is done.to, person=person)
            tell(
                session,
                person,
                message(text),
                key=f"handed-over-{done.post.id}-{person.id}-{now:%Y%m%dT%H%M%S%f}",
                kind="handed_over",
                because="handed_over",
                now=now,
                not_before=next_at_work(session, person, now),
            )
