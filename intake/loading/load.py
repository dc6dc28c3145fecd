"""Stores a folder in the database; storing the same folder twice changes nothing.

Changes made in chat stay until the folder itself changes the field (see intake/loading/merge.py).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.intake.folder.items import ItemRow
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.forward_plan import store_forward_plan
from remembrancer.intake.loading.meetings import store_meetings
from remembrancer.intake.loading.people import Names, store_people
from remembrancer.intake.loading.windows import store_windows
from remembrancer.models import Board, Item, Organisation, Programme, ProgrammeBoard
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import stored_id
from remembrancer.services.audit import record_event
from remembrancer.services.item_ownership import clear_delegations_and_claims

FACT = "facts."


@dataclass(frozen=True)
class Stored:
    """The report of a load: lines that say what changed, and what was kept although the folder differs."""

    changes: list[str]
    kept: list[str]


def store(session: Session, folder: Folder, now: datetime) -> Stored:
    """Store a folder in the session's transaction, which the caller may roll back if only the report is wanted."""
    changes = Changes(session)
    definition = folder.organisation.model_dump(mode="json")
    changes.put(
        Organisation,
        folder.organisation.name,
        {"id": 1},
        name=folder.organisation.name,
        definition=definition,
        fingerprint=fingerprint(definition),
    )
    names = store_people(changes, folder.people, now)
    boards = {}
    for board in folder.organisation.boards:
        columns = {"name": board.name, "kind": board.kind, "platform": board.platform, "channel": board.channel}
        secretary = names.posts[board.secretary]
        row = changes.put(Board, board.key, {"key": board.key}, **columns, secretary_post_id=secretary)
        boards[board.key] = stored_id(row.id)
    programmes = _store_programmes(changes, folder, boards)
    _store_items(changes, folder, programmes, names)
    store_meetings(changes, folder.meetings, boards, now, folder.is_authority_for)
    store_windows(changes, folder.windows, programmes, now, folder.is_authority_for, folder.responses)
    store_forward_plan(changes, folder, boards)
    if changes.lines:
        record_event(session, now, None, "loaded", folder.organisation.name, changes=len(changes.lines))
    session.flush()
    return Stored(changes.lines, changes.kept)


def _store_programmes(changes: Changes, folder: Folder, boards: dict[str, int]) -> dict[str, int]:
    ids = {}
    for use in folder.organisation.programmes:
        definition = folder.programmes[use.key].model_dump(mode="json", by_alias=True)
        values = {"title": folder.programmes[use.key].title, "definition": definition}
        row = changes.put(Programme, use.key, {"key": use.key}, **values, fingerprint=fingerprint(definition))
        ids[use.key] = stored_id(row.id)
        wanted = {boards[hearing.board]: hearing.hears for hearing in use.boards}
        stored = changes.session.exec(select(ProgrammeBoard).where(ProgrammeBoard.programme_id == row.id)).all()
        for link in stored:
            if link.board_id not in wanted:
                changes.remove(link, f"{use.key}, board {link.board_id}")
        for board, hears in sorted(wanted.items()):
            by = {"programme_id": row.id, "board_id": board}
            changes.put(ProgrammeBoard, f"{use.key}, board {board}", by, hears=hears)
    return ids


def _store_items(changes: Changes, folder: Folder, programmes: dict[str, int], names: Names) -> None:
    rows = changes.session.exec(select(Programme.key, Item).join(Programme).order_by(col(Item.id)))
    stored = {f"{key} {item.ref}": item for key, item in rows}
    for position, row in enumerate(folder.items):
        name = f"{row.programme} {row.ref}"
        item = stored.pop(name, None)
        held = _stored_fields(item, names) if item else None
        values = changes.merge_row(Item, name, _imported_fields(row, position), held)
        if values is not None:
            programme = programmes[row.programme]
            item = item or Item(programme_id=programme, ref=row.ref, title="", position=0, lead_post_id=0)
            lead_before = item.lead_post_id
            _apply_fields(item, values, names)
            changes.session.add(item)
            if item.id is not None and item.lead_post_id != lead_before:
                clear_delegations_and_claims(changes.session, item)
    changes.deactivate(Item, stored)
    changes.session.flush()


def _imported_fields(row: ItemRow, position: int) -> dict[str, Any]:
    facts = {f"{FACT}{key}": value for key, value in row.facts.items()}
    posts = {"lead_post": row.lead_post, "contributing_posts": list(row.contributing_posts)}
    return {"title": row.title, "position": position, **posts, "active": True, **facts}


def _stored_fields(item: Item, names: Names) -> dict[str, Any]:
    facts = {f"{FACT}{key}": value for key, value in item.facts.items()}
    contributing = [names.post(post_id) for post_id in item.contributing_post_ids]
    posts = {"lead_post": names.post(item.lead_post_id), "contributing_posts": contributing}
    return {"title": item.title, "position": item.position, **posts, "active": item.active, **facts}


def _apply_fields(item: Item, values: dict[str, Any], names: Names) -> None:
    item.title, item.position, item.active = values["title"], values["position"], values["active"]
    item.lead_post_id = names.posts[values["lead_post"]]
    item.contributing_post_ids = [names.posts[post] for post in values["contributing_posts"]]
    item.facts = {key.removeprefix(FACT): value for key, value in values.items() if key.startswith(FACT)}
