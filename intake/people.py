"""people.csv: who holds which post, whom it reports to, and who is away when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

from intake.problems import Problems
from intake.tables import Row, read_table, to_day

COLUMNS = ("name", "email", "post", "reports_to", "time_zone", "roles", "leave")
ROLES = ("admin", "director")
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


@dataclass(frozen=True)
class Leave:
    """First and last day included; `delegate` is an e-mail address."""

    first_day: date
    last_day: date
    delegate: str | None


@dataclass(frozen=True)
class PersonRow:
    """One row: a person and a post. A vacant post has no name and no email; somebody with no post has none."""

    row: int
    name: str
    email: str
    post: str
    reports_to: str
    time_zone: str
    roles: tuple[str, ...]
    leave: tuple[Leave, ...]


def read_people(path: Path, zone: str, problems: Problems) -> list[PersonRow]:
    """The rows, every mention checked; `zone` stands in where time_zone is blank."""
    rows = [
        person
        for row in read_table(path, ("name", "email", "post", "reports_to"), problems)
        if (person := _person(row, zone, problems))
    ]
    _check_mentions(path.name, rows, problems)
    _check_same_person(path.name, rows, problems)
    _check_no_circle(path.name, rows, problems)
    return rows


def _person(row: Row, zone: str, problems: Problems) -> PersonRow | None:
    name, email, post = row["name"], row["email"].lower(), row["post"]
    if bool(name) != bool(email):
        problems.add(row.file, row.number, "email" if name else "name", "name_without_email")
        return None
    if not name and not post:
        problems.add(row.file, row.number, "post", "nobody_and_no_post")
        return None
    if email and not EMAIL.fullmatch(email):
        problems.add(row.file, row.number, "email", "not_an_email", text=email)
        return None
    return PersonRow(
        row=row.number,
        name=name,
        email=email,
        post=post,
        reports_to=row["reports_to"],
        time_zone=_zone(row, problems) or zone,
        roles=_roles(row, problems),
        leave=_leave(row, problems),
    )


def _zone(row: Row, problems: Problems) -> str:
    zone = row["time_zone"]
    if zone and zone not in available_timezones():
        problems.add(row.file, row.number, "time_zone", "no_such_zone", text=zone)
    return zone


def _roles(row: Row, problems: Problems) -> tuple[str, ...]:
    roles = tuple(role.strip().lower() for role in row["roles"].split(";") if role.strip())
    for role in roles:
        if role not in ROLES:
            problems.add(row.file, row.number, "roles", "no_such_role", text=role, roles=", ".join(ROLES))
    return roles


def _leave(row: Row, problems: Problems) -> tuple[Leave, ...]:
    return tuple(
        leave for part in row["leave"].split(";") if part.strip() and (leave := _one_leave(row, part.strip(), problems))
    )


def _one_leave(row: Row, text: str, problems: Problems) -> Leave | None:
    parts = re.fullmatch(r"(\S+?)(?:/(\S+))?(?:\s+(\S+))?", text)
    if not parts:
        problems.add(row.file, row.number, "leave", "not_leave", text=text)
        return None
    first = to_day(parts[1], row.file, row.number, "leave", problems)
    last = to_day(parts[2] or parts[1], row.file, row.number, "leave", problems)
    if first is None or last is None:
        return None
    if last < first:
        problems.add(row.file, row.number, "leave", "leave_ends_first", text=text)
        return None
    return Leave(first, last, parts[3].lower() if parts[3] else None)


def _check_mentions(file: str, rows: Sequence[PersonRow], problems: Problems) -> None:
    posts, emails = {row.post for row in rows if row.post}, {row.email for row in rows if row.email}
    for row in rows:
        if row.reports_to and row.reports_to not in posts:
            problems.add(file, row.row, "reports_to", "no_such_post", post=row.reports_to)
        for leave in row.leave:
            if leave.delegate and leave.delegate not in emails:
                problems.add(file, row.row, "leave", "no_such_person", email=leave.delegate)


def _check_same_person(file: str, rows: Sequence[PersonRow], problems: Problems) -> None:
    """Somebody with two posts has two rows, which must agree; a post's rows must agree on whom it reports to."""
    named: dict[str, PersonRow] = {}
    above: dict[str, PersonRow] = {}
    for row in rows:
        if row.email and named.setdefault(row.email, row).name != row.name:
            problems.add(file, row.row, "name", "two_names", email=row.email, other=named[row.email].row)
        if row.post and above.setdefault(row.post, row).reports_to != row.reports_to:
            problems.add(file, row.row, "reports_to", "two_managers", post=row.post, other=above[row.post].row)
        if row.post and any(
            r is not row and (r.post, r.email) == (row.post, row.email) and r.row < row.row for r in rows
        ):
            problems.add(file, row.row, "post", "row_twice", post=row.post)


def _check_no_circle(file: str, rows: Sequence[PersonRow], problems: Problems) -> None:
    above = {row.post: row.reports_to for row in rows if row.post}
    for row in rows:
        seen, post = set(), row.post
        while post and post not in seen:
            seen.add(post)
            post = above.get(post, "")
        if post and post == row.post:
            problems.add(file, row.row, "reports_to", "reports_in_a_circle", post=row.post)
