"""Storing a folder: what is new is added, what differs is changed, and the same folder twice changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from acts.audit import note
from acts.lookups import fingerprint
from intake.folder import Folder
from intake.people import PersonRow
from intake.store_calendar import store_meetings, store_windows
from models import Absence, Board, Item, Organisation, Person, Post, Programme, ProgrammeBoard, Tenure
from rules.facts import known


class Changes:
    """What a load changed, in words of the store: 'person added: ruth@example.org'."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lines: list[str] = []

    def put(self, model: type[Any], name: str, by: dict[str, Any], /, **values: Any) -> Any:
        """The row found by its own names, made or changed to hold these values."""
        row = self.session.exec(select(model).filter_by(**by)).first()
        if row is None:
            row = model(**by, **values)
            self._say(model, "added", name)
        elif any(getattr(row, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(row, key, value)
            self._say(model, "changed", name)
        self.session.add(row)
        self.session.flush()
        return row

    def remove(self, row: SQLModel, name: str) -> None:
        self._say(type(row), "removed", name)
        self.session.delete(row)
        self.session.flush()

    def _say(self, model: type[Any], what: str, name: str) -> None:
        self.lines.append(f"{model.__name__.lower()} {what}: {name}")


def store(session: Session, folder: Folder, now: datetime) -> list[str]:
    """Store all of it in the session's transaction; the lines say what changed, and are empty where nothing did."""
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
    posts = _store_posts(changes, folder.people)
    people = _store_people(changes, folder.people, posts)
    _store_leave(changes, folder.people, people)
    boards = _store_boards(changes, folder, posts)
    programmes = _store_programmes(changes, folder, boards)
    _store_items(changes, folder, programmes, posts)
    store_meetings(changes, folder, boards)
    store_windows(changes, folder, programmes, now)
    if changes.lines:
        note(session, now, None, "loaded", folder.organisation.name, changes=len(changes.lines))
    return changes.lines


def _store_posts(changes: Changes, rows: Sequence[PersonRow]) -> dict[str, int]:
    names = list(dict.fromkeys(row.post for row in rows if row.post))
    posts = {name: changes.put(Post, name, {"name": name}) for name in names}
    for row in rows:
        if row.post:
            above = known(posts[row.reports_to].id) if row.reports_to else None
            changes.put(Post, row.post, {"name": row.post}, reports_to_id=above)
    return {name: known(post.id) for name, post in posts.items()}


def _store_people(changes: Changes, rows: Sequence[PersonRow], posts: dict[str, int]) -> dict[str, int]:
    """People and the posts they hold; whoever the folder no longer names holds none and is not asked."""
    ids: dict[str, int] = {}
    for email in dict.fromkeys(row.email for row in rows if row.email):
        own = [row for row in rows if row.email == email]
        roles = sorted({role for row in own for role in row.roles})
        values = {"name": own[0].name, "time_zone": own[0].time_zone, "roles": roles, "active": True}
        ids[email] = known(changes.put(Person, email, {"email": email}, **values).id)
    for person in changes.session.exec(select(Person).where(Person.active)).all():
        if person.email not in ids:
            changes.put(Person, person.email, {"email": person.email}, active=False)
    wanted = {(posts[row.post], ids[row.email]) for row in rows if row.post and row.email}
    for tenure in changes.session.exec(select(Tenure)).all():
        if (tenure.post_id, tenure.person_id) not in wanted:
            changes.remove(tenure, f"post {tenure.post_id}, person {tenure.person_id}")
    for row in rows:
        if row.post and row.email:
            changes.put(Tenure, f"{row.email}, {row.post}", {"post_id": posts[row.post], "person_id": ids[row.email]})
    return ids


def _store_leave(changes: Changes, rows: Sequence[PersonRow], people: dict[str, int]) -> None:
    kept = set()
    for row in rows:
        for leave in row.leave:
            by = {
                "person_id": people[row.email],
                "first_day": leave.first_day,
                "last_day": leave.last_day,
            }
            delegate = people[leave.delegate] if leave.delegate else None
            kept.add(changes.put(Absence, f"{row.email} {leave.first_day}", by, delegate_id=delegate).id)
    for absence in changes.session.exec(select(Absence)).all():
        if absence.id not in kept:
            changes.remove(absence, f"person {absence.person_id} {absence.first_day}")


def _store_boards(changes: Changes, folder: Folder, posts: dict[str, int]) -> dict[str, int]:
    return {
        board.key: known(
            changes.put(
                Board,
                board.key,
                {"key": board.key},
                name=board.name,
                kind=board.kind,
                platform=board.platform,
                channel=board.channel,
                secretary_post_id=posts[board.secretary],
            ).id
        )
        for board in folder.organisation.boards
    }


def _store_programmes(changes: Changes, folder: Folder, boards: dict[str, int]) -> dict[str, int]:
    ids = {}
    for use in folder.organisation.programmes:
        definition = folder.programmes[use.key].model_dump(mode="json", by_alias=True)
        values = {"title": folder.programmes[use.key].title, "definition": definition}
        row = changes.put(Programme, use.key, {"key": use.key}, **values, fingerprint=fingerprint(definition))
        ids[use.key] = known(row.id)
        wanted = {boards[hearing.board]: hearing.hears for hearing in use.boards}
        stored = changes.session.exec(select(ProgrammeBoard).where(ProgrammeBoard.programme_id == row.id)).all()
        for link in stored:
            if link.board_id not in wanted:
                changes.remove(link, f"{use.key}, board {link.board_id}")
        for board, hears in sorted(wanted.items()):
            by = {"programme_id": row.id, "board_id": board}
            changes.put(ProgrammeBoard, f"{use.key}, board {board}", by, hears=hears)
    return ids


def _store_items(changes: Changes, folder: Folder, programmes: dict[str, int], posts: dict[str, int]) -> None:
    kept = set()
    for position, item in enumerate(folder.items):
        row = changes.put(
            Item,
            f"{item.programme} {item.ref}",
            {"programme_id": programmes[item.programme], "ref": item.ref},
            title=item.title,
            position=position,
            lead_post_id=posts[item.lead_post],
            contributing_post_ids=[posts[post] for post in item.contributing_posts],
            facts=item.facts,
            active=True,
        )
        kept.add(row.id)
    for gone in changes.session.exec(select(Item).where(Item.active).order_by(col(Item.id))).all():
        if gone.id not in kept:
            changes.put(Item, gone.ref, {"id": gone.id}, active=False)
