"""Whose an item is: a lead says that it is not theirs, and a secretary decides."""

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
    """Somebody who is asked says that it is not theirs, and whose it is if they know; a secretary decides.

    They are asked again at `quiet_until` at the latest, so that nothing is lost if nobody decides.
    """
    drop_claim(session, ret)
    ret.disowned_by_id, ret.disowned_to_id, ret.disowned_reason = by, post_id, reason
    note(session, now, by, "disowned", subject(session, ret), to=_post(session, post_id), reason=reason)
    if quiet_until is not None:
        snooze(session, ret, by, quiet_until, now)


def reassign(session: Session, ret: Return, post_id: int, now: datetime, by: int) -> None:
    """Give the item of a return to another post, in the windows that are running and in those to come."""
    item = session.get_one(Item, ret.item_id)
    was, item.lead_post_id = item.lead_post_id, post_id
    forget_who_was_asked(session, item)
    names = {"was": _post(session, was), "to": _post(session, post_id)}
    note(session, now, by, "reassigned", subject(session, ret), **names)


def forget_who_was_asked(session: Session, item: Item) -> None:
    """What the old lead said of whose it is, and whom they had asked instead, is void under a new one."""
    for each in running_returns(session, item):
        drop_claim(session, each)
        each.delegate_id = None


def keep_lead(session: Session, ret: Return, reason: str, now: datetime, by: int) -> None:
    """The item stays where it is; whoever said that it is not theirs is asked for it again."""
    query = select(Snooze).where(Snooze.return_id == ret.id, Snooze.person_id == ret.disowned_by_id)
    wish = session.exec(query).first()
    if wish is not None:
        session.delete(wish)
    drop_claim(session, ret)
    note(session, now, by, "lead_kept", subject(session, ret), reason=reason)


def _post(session: Session, post_id: int | None) -> str | None:
    return session.get_one(Post, post_id).name if post_id is not None else None
