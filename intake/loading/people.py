"""Stores people, the posts that they hold and their leave, merged with changes made in chat (`merge.py`)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import col, or_, select

from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.merge import Fields
from remembrancer.models import Absence, Person, Post, Tenure
from remembrancer.queries.post_holders import today
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import plain_name, shared_identity, split_identity


class Names:
    """Maps posts and people to their ids, and ids back to names and e-mail addresses."""

    def __init__(self, changes: Changes) -> None:
        self.posts = {post.name: stored_id(post.id) for post in changes.session.exec(select(Post))}
        self.people = {person.email: stored_id(person.id) for person in changes.session.exec(select(Person))}
        self._post_names = {id: name for name, id in self.posts.items()}
        self._emails = {id: email for email, id in self.people.items()}

    def post(self, id: int | None) -> str | None:
        return self._post_names.get(id or 0)

    def email(self, id: int | None) -> str | None:
        return self._emails.get(id or 0)


def store_people(changes: Changes, rows: Sequence[PersonRow], now: datetime) -> Names:
    """Store people, posts with their holders, and leave; people who are no longer in the folder become inactive."""
    rows = _with_stored_identities(changes, rows)
    _store_persons(changes, rows)
    stored = {post.name for post in changes.session.exec(select(Post))}
    new = [name for name in dict.fromkeys(row.post for row in rows if row.post) if name not in stored]
    changes.session.add_all(Post(name=name) for name in new)  # before their reporting lines are set
    changes.session.flush()
    names = Names(changes)
    _store_posts(changes, rows, names, new, today(changes.session, now))
    _store_leave(changes, rows, names)
    return names


def _with_stored_identities(changes: Changes, rows: Sequence[PersonRow]) -> list[PersonRow]:
    """Tell people apart as they are stored: whoever comes to share an address, or no longer does, stays the same."""
    stored = {person.email: plain_name(person.name) for person in changes.session.exec(select(Person))}
    kept: dict[str, str] = {}
    for row in (row for row in rows if row.email):
        name, address = split_identity(row.email)
        by_name = shared_identity(row.name, address)
        if by_name in stored:
            kept[row.email] = by_name
        elif name and stored.get(address) == name:
            kept[row.email] = address
    return [
        replace(
            row,
            email=kept.get(row.email, row.email),
            leave=tuple(replace(each, delegate=kept.get(each.delegate or "", each.delegate)) for each in row.leave),
        )
        for row in rows
    ]


def _store_persons(changes: Changes, rows: Sequence[PersonRow]) -> None:
    stored = {person.email: person for person in changes.session.exec(select(Person).order_by(col(Person.id)))}
    for email in dict.fromkeys(row.email for row in rows if row.email):
        own = [row for row in rows if row.email == email]
        roles = sorted({role for row in own for role in row.roles})
        imported = {
            "name": own[0].name,
            "time_zone": own[0].time_zone,
            "works": next((row.works for row in own if row.works), ""),
            "prompt_hour": next((row.prompt_hour for row in own if row.prompt_hour), ""),
            "roles": roles,
            "active": True,
        }
        person = stored.pop(email, None)
        stored_fields = {key: getattr(person, key) for key in imported} if person else None
        values = changes.merge_row(Person, email, imported, stored_fields)
        if values is not None:
            person = person or Person(email=email, name="", time_zone="")
            for key, value in values.items():
                setattr(person, key, value)
            changes.session.add(person)
    changes.deactivate(Person, stored)
    changes.session.flush()


def _store_posts(changes: Changes, rows: Sequence[PersonRow], names: Names, new: Collection[str], day: date) -> None:
    """Store which post each post reports to, and its holders; of several, the first row is asked first."""
    for post in changes.session.exec(select(Post).order_by(col(Post.id))).all():
        own = [row for row in rows if row.post == post.name]
        if own:
            holders = _ordered_holders(row.email for row in own if row.email)
            imported = {"reports_to": own[0].reports_to or None, "holders": holders}
            _merge_post(changes, post, imported, names, None if post.name in new else day)
        elif changes.was_imported(Post, post.name):
            imported = {"reports_to": names.post(post.reports_to_id), "holders": []}
            _merge_post(changes, post, imported, names, day)
            changes.forget(Post, post.name)
    changes.session.flush()
    # Tenures of inactive people are removed, whether they were imported or added in chat.
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day)
    gone = select(Tenure).join(Person).where(col(Person.active).is_(False), ends)
    for tenure in changes.session.exec(gone).all():
        changes.remove(tenure, f"{names.email(tenure.person_id)}, {names.post(tenure.post_id)}")


def _ordered_holders(emails: Iterable[str]) -> list[str]:
    """Return the holder who is asked first, then the others sorted."""
    first, *others = list(emails) or [""]
    return [first, *sorted(others)] if first else []


def _merge_post(changes: Changes, post: Post, imported: Fields, names: Names, day: date | None) -> None:
    """Merge a post's reporting line and holders; `day` is today, None for a new post."""
    tenures: list[Tenure] = []
    if day:
        ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day)
        query = select(Tenure).where(Tenure.post_id == post.id, ends)
        tenures = list(changes.session.exec(query.order_by(col(Tenure.asked_first).desc(), col(Tenure.id))))
    held = _ordered_holders(str(names.email(tenure.person_id)) for tenure in tenures)
    stored_fields = {"reports_to": names.post(post.reports_to_id), "holders": held} if day else None
    values = changes.merge_row(Post, post.name, imported, stored_fields) or {}
    post.reports_to_id = names.posts.get(values["reports_to"])
    if values["holders"] != held:
        _set_holders(changes, post, [names.people[email] for email in values["holders"]], tenures)


def _set_holders(changes: Changes, post: Post, wanted: Sequence[int], tenures: Sequence[Tenure]) -> None:
    """Make these people (ids) the only holders of a post, without dates, because the folder has none."""
    own = {tenure.person_id: tenure for tenure in reversed(tenures) if tenure.person_id in wanted}
    for tenure in tenures:
        if tenure not in own.values():
            changes.session.delete(tenure)
    for person_id in wanted:
        tenure = own.get(person_id) or Tenure(post_id=stored_id(post.id), person_id=person_id)
        tenure.first_day, tenure.last_day = None, None
        tenure.asked_first = len(wanted) > 1 and person_id == wanted[0]
        changes.session.add(tenure)
    changes.session.flush()


def _store_leave(changes: Changes, rows: Sequence[PersonRow], names: Names) -> None:
    """Store leave by person and first day; leave that was cancelled in chat is not added again."""
    wanted = {f"{row.email} {leave.first_day}": (names.people[row.email], leave) for row in rows for leave in row.leave}
    stored = {
        f"{names.email(absence.person_id)} {absence.first_day}": absence
        for absence in changes.session.exec(select(Absence).order_by(col(Absence.id)))
    }
    for name, (person_id, leave) in wanted.items():
        absence = stored.pop(name, None)
        delegate = names.email(absence.delegate_id) if absence else None
        stored_fields = {"last_day": str(absence.last_day), "delegate": delegate} if absence else None
        imported = {"last_day": str(leave.last_day), "delegate": leave.delegate}
        values = changes.merge_row(Absence, name, imported, stored_fields)
        if values is not None:
            absence = absence or Absence(person_id=person_id, first_day=leave.first_day, last_day=leave.last_day)
            absence.last_day = date.fromisoformat(values["last_day"])
            absence.delegate_id = names.people.get(values["delegate"])
            changes.session.add(absence)
    for name, absence in stored.items():
        if changes.was_imported(Absence, name):
            changes.remove(absence, name)
    changes.forget_others(Absence, wanted)
    changes.session.flush()
