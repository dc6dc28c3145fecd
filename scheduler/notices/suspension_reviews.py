"""Tells secretaries when the suspension of an item is due for review."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.cards.item_status_buttons import item_status_buttons
from remembrancer.models import Item, ItemState
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.reports.message_items import of_item
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render


def send_review_notices(engine: Engine, now: datetime) -> None:
    """Tell the secretaries once of each suspension that is due for review, in their working hours."""
    with Session(engine) as session:
        query = select(Item).where(Item.standing == ItemState.SUSPENDED, col(Item.review_on).is_not(None))
        suspended = session.exec(query).all()
        if suspended:
            facts = load_facts(session)
            today = now.astimezone(ZoneInfo(facts.time.zone)).date()
            for item in (item for item in suspended if item.review_on and item.review_on <= today):
                _send(session, facts, item, today, now)
            session.commit()


def _send(session: Session, facts: Facts, item: Item, today: date, now: datetime) -> None:
    for person in recipients.at_work_in(facts, recipients.secretary_posts(facts, item), now):
        enqueue(
            session,
            person,
            message(render("messages/review_due.md", item=item), buttons=item_status_buttons(item, today)),
            key=f"review-{item.id}-{item.review_on}-{person.id}",
            kind="review_due",
            now=now,
            not_before=facts.time_of(person).next_in_hours(now),
            items=[of_item(session, item)],
        )
