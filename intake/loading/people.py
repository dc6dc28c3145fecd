"""Storing people, the posts they hold, and their leave: what the folder says anew, and what chat decided since."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlmodel import col, or_, select

from remembrancer.intake.folder.people import PersonRow
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.merge import Fields
from remembrancer.models import Absence, Person, Post, Tenure
from remembrancer.queries.post_holders import today
from remembrancer.rules.facts import known

Row = TypeVar("Row")


class Names:
    """The store's posts and people by the names that people use, and back."""

    def __init__(self, changes: Changes) -> None:
        self.posts = {post.name: known(post.id) for post in changes.session.exec(select(Post))}
        self.people = {person.email: known(person.id) for person in changes.session.exec(select(Person))}
        self._post_names = {id: name for name, id in self.posts.items()}
        self._emails = {id: email for email, id in self.people.items()}

    def post(self, id: int | None) -> str | None:
        return self._post_names.get(id or 0)

    def email(self, id: int | None) -> str | None:
        return self._emails.get(id or 0)


def store_people(changes: Changes, rows: Sequence[PersonRow], now: datetime) -> Names:
    """Everybody, then every post with its holders, then leave; whom the folder no longer names is asked no more."""
    _store_persons(changes, rows)
    new = _add_posts(changes, rows)
    names = Names(changes)
    _store_posts(changes, rows, names, new, today(changes.session, now))
    _store_leave(changes, rows, names)
    return names


def _store_persons(changes: Changes, rows: Sequence[PersonRow]) -> None:
    stored = {person.email: person for person in changes.session.exec(select(Person).order_by(col(Person.id)))}
    for email in dict.fromkeys(row.email for row in rows if row.email):
        own = [row for row in rows if row.email == email]
        roles = sorted({role for row in own for role in row.roles})
        says = {"name": own[0].name, "time_zone": own[0].time_zone, "roles": roles, "active": True}
        person = stored.pop(email, None)
        holds = {key: getattr(person, key) for key in says} if person else None
        values = changes.settle(Person, email, says, holds)
        if values is not None:
            changes.session.add(_set(person or Person(email=email, name="", time_zone=""), values))
    for email, person in stored.items():
        if changes.named_before(Person, email):
            changes.say_changes(Person, email, {"active": person.active}, {"active": False})
            person.active = False
            changes.forget(Person, email)
    changes.session.flush()


def _set(row: Row, values: Mapping[str, Any]) -> Row:
    for key, value in values.items():
        setattr(row, key, value)
    return row


def _add_posts(changes: Changes, rows: Sequence[PersonRow]) -> list[str]:
    """The posts that are new, made so that each can report to any other."""
    stored = {post.name for post in changes.session.exec(select(Post))}
    new = [name for name in dict.fromkeys(row.post for row in rows if row.post) if name not in stored]
    changes.session.add_all(Post(name=name) for name in new)
    changes.session.flush()
    return new


def _store_posts(changes: Changes, rows: Sequence[PersonRow], names: Names, new: Collection[str], day: date) -> None:
    """Whom each post reports to, and who holds it: the first row of several is asked first."""
    for post in changes.session.exec(select(Post).order_by(col(Post.id))).all():
        own = [row for row in rows if row.post == post.name]
        if own:
            says = {"reports_to": own[0].reports_to or None, "holders": _in_order(r.email for r in own if r.email)}
            _settle_post(changes, post, says, names, None if post.name in new else day)
        elif changes.named_before(Post, post.name):
            says = {"reports_to": names.post(post.reports_to_id), "holders": []}
            _settle_post(changes, post, says, names, day)
            changes.forget(Post, post.name)
    changes.session.flush()
    _remove_tenures_of_the_gone(changes, names, day)


def _remove_tenures_of_the_gone(changes: Changes, names: Names, day: date) -> None:
    """Whoever the folder no longer names holds no post, in whatever way they came by it."""
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day)
    gone = select(Tenure).join(Person).where(col(Person.active).is_(False), ends)
    for tenure in changes.session.exec(gone).all():
        changes.remove(tenure, f"{names.email(tenure.person_id)}, {names.post(tenure.post_id)}")


def _in_order(emails: Iterable[str]) -> list[str]:
    """Who is asked first, then the others in an order that means nothing."""
    first, *others = list(emails) or [""]
    return [first, *sorted(others)] if first else []


def _settle_post(changes: Changes, post: Post, says: Fields, names: Names, day: date | None) -> None:
    """The post as the later word has it; `day` is today, None for a post that is new."""
    tenures = _tenures(changes, post, day) if day else []
    held = _in_order(str(names.email(tenure.person_id)) for tenure in tenures)
    holds = {"reports_to": names.post(post.reports_to_id), "holders": held} if day else None
    values = changes.settle(Post, post.name, says, holds) or {}
    post.reports_to_id = names.posts.get(values["reports_to"])
    if values["holders"] != held:
        _set_holders(changes, post, [names.people[email] for email in values["holders"]], tenures)


def _tenures(changes: Changes, post: Post, day: date) -> list[Tenure]:
    """Those that hold today or will, who is asked first before the others."""
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day)
    query = select(Tenure).where(Tenure.post_id == post.id, ends)
    return list(changes.session.exec(query.order_by(col(Tenure.asked_first).desc(), col(Tenure.id))))


def _set_holders(changes: Changes, post: Post, wanted: Sequence[int], tenures: Sequence[Tenure]) -> None:
    """The folder's word has no dates: who it names holds the post, and whoever else held it does not."""
    own = {tenure.person_id: tenure for tenure in reversed(tenures) if tenure.person_id in wanted}
    for tenure in tenures:
        if tenure not in own.values():
            changes.session.delete(tenure)
    for person_id in wanted:
        tenure = own.get(person_id) or Tenure(post_id=known(post.id), person_id=person_id)
        tenure.first_day, tenure.last_day = None, None
        tenure.asked_first = len(wanted) > 1 and person_id == wanted[0]
        changes.session.add(tenure)
    changes.session.flush()


def _store_leave(changes: Changes, rows: Sequence[PersonRow], names: Names) -> None:
    """Leave by person and first day; what was cancelled in chat is not brought back by the same word."""
    said = {f"{row.email} {leave.first_day}": (names.people[row.email], leave) for row in rows for leave in row.leave}
    stored = {
        f"{names.email(absence.person_id)} {absence.first_day}": absence
        for absence in changes.session.exec(select(Absence).order_by(col(Absence.id)))
    }
    for name, (person_id, leave) in said.items():
        absence = stored.pop(name, None)
        holds = {"last_day": str(absence.last_day), "delegate": names.email(absence.delegate_id)} if absence else None
        says = {"last_day": str(leave.last_day), "delegate": leave.delegate}
        values = changes.settle(Absence, name, says, holds)
        if values is not None:
            absence = absence or Absence(person_id=person_id, first_day=leave.first_day, last_day=leave.last_day)
            absence.last_day = date.fromisoformat(values["last_day"])
            absence.delegate_id = names.people.get(values["delegate"])
            changes.session.add(absence)
    for name, absence in stored.items():
        if changes.named_before(Absence, name):
            changes.remove(absence, name)
    changes.forget_all_but(Absence, said)
    changes.session.flush()
