"""A lead's claim that an item is not theirs, and the secretary's decision."""

from datetime import datetime

from sqlmodel import Session, select

from remembrancer.models import Item, Post, Return, Snooze
from remembrancer.services.audit import note
from remembrancer.services.item_status import running_returns
from remembrancer.services.returns import drop_claim, snooze, subject


def disown(
    session: Session,
    ret: Return,
    post_id: int | None,
    reason: str,
    now: datetime,
    by: int,
    quiet_until: datetime | None,
) -> None:
    """Record the claim that a return is not the person's, and the post they suggest; a secretary decides.

    The person is reminded at `quiet_until` at the latest, so that nothing is lost if nobody decides.
    """
    drop_claim(session, ret)
    ret.disowned_by_id, ret.disowned_to_id, ret.disowned_reason = by, post_id, reason
    note(session, now, by, "disowned", subject(session, ret), to=_post_name(session, post_id), reason=reason)
    if quiet_until is not None:
        snooze(session, ret, by, quiet_until, now)


def reassign(session: Session, ret: Return, post_id: int, now: datetime, by: int) -> None:
    """Give the return's item to another post, in running windows and in those to come."""
    item = session.get_one(Item, ret.item_id)
    was, item.lead_post_id = item.lead_post_id, post_id
    forget_who_was_asked(session, item)
    names = {"was": _post_name(session, was), "to": _post_name(session, post_id)}
    note(session, now, by, "reassigned", subject(session, ret), **names)


def forget_who_was_asked(session: Session, item: Item) -> None:
    """Drop the claims and delegations of the old lead, which are void under a new one."""
    for each in running_returns(session, item):
        drop_claim(session, each)
        each.delegate_id = None


def keep_lead(session: Session, ret: Return, reason: str, now: datetime, by: int) -> None:
    """Keep the item's lead; the person who made the claim is asked again."""
    query = select(Snooze).where(Snooze.return_id == ret.id, Snooze.person_id == ret.disowned_by_id)
    row = session.exec(query).first()
    if row is not None:
        session.delete(row)
    drop_claim(session, ret)
    note(session, now, by, "lead_kept", subject(session, ret), reason=reason)


def _post_name(session: Session, post_id: int | None) -> str | None:
    return session.get_one(Post, post_id).name if post_id is not None else None
