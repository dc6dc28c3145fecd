"""Storing a folder's forward plans. What the secretary decided in chat stands until the folder says something new."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import col, select

from remembrancer.intake.folder.forward_plan import ForwardPlanRow
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.loading.change_report import Changes
from remembrancer.models import Board, ForwardPlanItem, Item, PlanStanding, Programme
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.facts import known


def store_forward_plan(changes: Changes, folder: Folder, boards: Mapping[str, int], posts: Mapping[str, int]) -> None:
    """Items by board and by decision number or title. One that the folder names no more has left the plan."""
    session = changes.session
    query = select(Board.key, ForwardPlanItem).join(Board, col(Board.id) == ForwardPlanItem.board_id)
    stored = {f"{key} {item.key}": item for key, item in session.exec(query.order_by(col(ForwardPlanItem.id)))}
    items = _monitored(changes)
    names = {id: name for name, id in posts.items()}
    refs = {id: ref for ref, id in items.items()}
    for position, row in enumerate(folder.forward_plan):
        name = f"{row.board} {_key(row)}"
        item = stored.pop(name, None)
        held = _held(item, names, refs) if item else None
        values = changes.settle(ForwardPlanItem, name, _said(row, position), held)
        if values is not None:
            item = item or ForwardPlanItem(board_id=boards[row.board], key=_key(row), title="", recurrence="")
            _write(item, values, posts, items)
            session.add(item)
    _leave(changes, stored)
    session.flush()


def _leave(changes: Changes, unnamed: Mapping[str, ForwardPlanItem]) -> None:
    """Items that the folder named before and does not now; what was added in chat stays."""
    for name, item in unnamed.items():
        if item.source == "folder" and changes.named_before(ForwardPlanItem, name):
            was, item.standing = item.standing, PlanStanding.WITHDRAWN
            changes.say_changes(ForwardPlanItem, name, {"standing": was.value}, {"standing": item.standing.value})
            changes.forget(ForwardPlanItem, name)


def _key(row: ForwardPlanRow) -> str:
    return slugify(row.decision_no or row.title)[:80]


def _monitored(changes: Changes) -> dict[str, int]:
    """The monitored items by 'programme ref'."""
    rows = changes.session.exec(select(Programme.key, Item).join(Programme, col(Programme.id) == Item.programme_id))
    return {f"{key} {item.ref}": known(item.id) for key, item in rows}


def _said(row: ForwardPlanRow, position: int) -> dict[str, Any]:
    """An item as the folder has it, by field; days as ISO text."""
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
        "standing": (PlanStanding.ON_HOLD if row.standing else PlanStanding.ACTIVE).value,
        "standing_reason": row.standing,
        "position": position,
    }


def _held(item: ForwardPlanItem, names: Mapping[int, str], refs: Mapping[int, str]) -> dict[str, Any]:
    """An item as the store has it, by field."""
    same: tuple[str, ...] = ("title", "recurrence", "months", "decision_no", "key_decision", "confidential")
    same += ("decision_maker", "pathway", "requested_by", "note", "standing_reason", "position")
    days = {name: getattr(item, name) for name in ("first_on", "last_placed")}
    return {
        **{name: getattr(item, name) for name in same},
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "standing": item.standing.value,
        "lead_post": names[item.lead_post_id] if item.lead_post_id else "",
        "item": refs[item.item_id] if item.item_id else "",
    }


def _write(
    item: ForwardPlanItem, values: Mapping[str, Any], posts: Mapping[str, int], items: Mapping[str, int]
) -> None:
    plain = {k: v for k, v in values.items() if k not in ("first_on", "last_placed", "standing", "lead_post", "item")}
    for name, value in plain.items():
        setattr(item, name, value)
    item.first_on, item.last_placed = _day(values["first_on"]), _day(values["last_placed"])
    item.standing = PlanStanding(values["standing"])
    item.lead_post_id = posts[values["lead_post"]] if values["lead_post"] else None
    item.item_id = items[values["item"]] if values["item"] else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
