"""The effect of a post's handover, and the messages to those concerned."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from remembrancer.models import Item, Person, Post
from remembrancer.models.message import message
from remembrancer.reports.message_items import of_item
from remembrancer.services.outbox import enqueue, next_reachable
from remembrancer.wording import render


@dataclass(frozen=True)
class HandOver:
    """A post's handover, planned or done: who stops holding it, who begins, and who stays.

    `to` is None where nobody follows; with `goes_on` they hold it already. `items` are those that the post leads.
    `undone` lists those of `leaving` who were only to hold it later, with the day from which.
    """

    post: Post
    to: Person | None
    first_day: date
    leaving: tuple[Person, ...]
    staying: tuple[Person, ...]
    items: tuple[Item, ...]
    is_later: bool = False
    goes_on: bool = False
    undone: tuple[tuple[Person, date], ...] = ()

    @property
    def old_holders(self) -> tuple[Person, ...]:
        """Those who are leaving and did hold it."""
        return tuple(person for person in self.leaving if all(person.id != who.id for who, _ in self.undone))

    @property
    def holders(self) -> tuple[Person, ...]:
        """Those who hold it afterwards."""
        return (*self.staying, *((self.to,) if self.to else ()))


def tell_holders(session: Session, done: HandOver, now: datetime, event_id: int) -> None:
    """Tell the old and the new holders, in their working hours and not on leave, unless they have left."""
    undone = {person.id: first_day for person, first_day in done.undone}
    for person in (*done.leaving, *((done.to,) if done.to else ())):
        if person.active:
            begins, not_from = person is done.to, undone.get(person.id)
            text = render("messages/handed_over.md", done=done, begins=begins, person=person, not_from=not_from)
            enqueue(
                session,
                person,
                message(text),
                key=f"handed-over-{event_id}-{person.id}",
                kind="handed_over",
                now=now,
                not_before=next_reachable(session, person, now),
                items=[of_item(session, item) for item in done.items],
            )
