"""Stores a folder's forward plans, and keeps changes made in chat until the folder changes the field (`merge.py`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import col, select

from remembrancer.intake.folder.forward_plan import ForwardPlanRow
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.loading.change_report import Changes
from remembrancer.models import Board, ForwardPlanItem, Item, PlanItemState, Post, Programme
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.facts import stored_id


def store_forward_plan(changes: Changes, folder: Folder, boards: Mapping[str, int]) -> None:
    """Store the items by board and decision number or title, and withdraw those that are no longer in the folder."""
    session, fields = changes.session, PlanFields(changes)
    query = select(Board.key, ForwardPlanItem).join(Board, col(Board.id) == ForwardPlanItem.board_id)
    stored = {f"{key} {item.key}": item for key, item in session.exec(query.order_by(col(ForwardPlanItem.id)))}
    for position, row in enumerate(folder.forward_plan):
        key = slugify(row.decision_no or row.title)[:80]
        name = f"{row.board} {key}"
        item = stored.pop(name, None)
        held = fields.stored_fields(item) if item else None
        values = changes.merge_row(ForwardPlanItem, name, fields.imported(row, position), held)
        if values is not None:
            item = item or ForwardPlanItem(board_id=boards[row.board], key=key, title="", recurrence="")
            fields.write(item, values)
            session.add(item)
    for name, item in stored.items():  # items added in chat stay
        if item.source == "folder" and changes.was_imported(ForwardPlanItem, name):
            was, item.standing = item.standing, PlanItemState.WITHDRAWN
            changes.add_changes(ForwardPlanItem, name, {"standing": was.value}, {"standing": item.standing.value})
            changes.forget(ForwardPlanItem, name)
    session.flush()


class PlanFields:
    """Converts plan items to and from merge fields: posts by name, monitored items as 'programme ref', days as ISO."""

    def __init__(self, changes: Changes) -> None:
        session = changes.session
        self.posts = {post.name: stored_id(post.id) for post in session.exec(select(Post))}
        rows = session.exec(select(Programme.key, Item).join(Programme, col(Programme.id) == Item.programme_id))
        self._items = {f"{key} {item.ref}": stored_id(item.id) for key, item in rows}
        self._post_names = {id: name for name, id in self.posts.items()}
        self._refs = {id: ref for ref, id in self._items.items()}

    def post(self, id: int) -> str:
        return self._post_names[id]

    def imported(self, row: ForwardPlanRow, position: int) -> dict[str, Any]:
        return {
            "title": row.title,
            "recurrence": row.recurrence.kind.value,
            "months": row.recurrence.months,
            "first_on": row.meeting_day.isoformat() if row.meeting_day else None,
            "last_placed": row.last_placed.isoformat() if row.last_placed else None,
            "decision_no": row.decision_no,
            "key_decision": row.key_decision,
            "confidential": row.confidential,
            "decision_maker": row.decision_maker,
            "lead_post": row.lead_post,
            "pathway": list(row.pathway),
            "item": f"{row.programme} {row.ref}" if row.ref else "",
            "requested_by": row.requested_by,
            "note": row.note,
            "standing": (PlanItemState.ON_HOLD if row.standing else PlanItemState.ACTIVE).value,
            "standing_reason": row.standing,
            "position": position,
        }

    def stored_fields(self, item: ForwardPlanItem) -> dict[str, Any]:
        same: tuple[str, ...] = ("title", "recurrence", "months", "decision_no", "key_decision", "confidential")
        same += ("decision_maker", "pathway", "requested_by", "note", "standing_reason", "position")
        days = {name: getattr(item, name) for name in ("first_on", "last_placed")}
        return {
            **{name: getattr(item, name) for name in same},
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "standing": item.standing.value,
            "lead_post": self._post_names[item.lead_post_id] if item.lead_post_id else "",
            "item": self._refs[item.item_id] if item.item_id else "",
        }

    def write(self, item: ForwardPlanItem, values: Mapping[str, Any]) -> None:
        named = ("first_on", "last_placed", "standing", "lead_post", "item")
        for name, value in values.items():
            if name not in named:
                setattr(item, name, value)
        item.first_on, item.last_placed = as_day(values["first_on"]), as_day(values["last_placed"])
        item.standing = PlanItemState(values["standing"])
        item.lead_post_id = self.posts[values["lead_post"]] if values["lead_post"] else None
        item.item_id = self._items[values["item"]] if values["item"] else None


def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
