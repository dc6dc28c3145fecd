"""Reads people.csv or people.xlsx: who holds which post, which post it reports to, and when people are on leave."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from remembrancer.intake.folder.names import Names
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row, Source
from remembrancer.intake.tables.written_dates import WrittenDate, parse_written_date
from remembrancer.problems import Problems
from remembrancer.rules.calendar.time_zones import known_zones
from remembrancer.rules.people.person_fields import EMAIL, ROLES

COLUMNS = ("name", "email", "post", "reports_to", "time_zone", "roles", "leave")
LEAVE = r"(\S+?)(?:/(\S+))?(?:\s+(\S+))?"
WRITTEN_LEAVE = r"(.+?)(?:\s+(?:to|until|-|–)\s+(.+?))?(?:\s+(\S+@\S+))?"  # 6 July 2026 to 10 July 2026 deputy@...
LONGEST_EMAIL, LONGEST_LEAVE = 254, 400  # RFC 5321, 4.5.3.1.3; two dates and an address


@dataclass(frozen=True)
class Leave:
    """A leave, first and last day included; `delegate` is an e-mail address."""

    first_day: date
    last_day: date
    delegate: str | None


@dataclass(frozen=True)
class PersonRow:
    """A row with a person and a post; a vacant post has neither name nor e-mail, and `post` may be empty."""

    row: int
    name: str
    email: str
    post: str
    reports_to: str
    time_zone: str
    roles: tuple[str, ...]
    leave: tuple[Leave, ...]


def read_people(
    path: Path, zone: str, problems: Problems, spec: TableColumns | None = None
) -> tuple[list[PersonRow], Names]:
    """Read the rows and check all references between them; `zone` is used where time_zone is blank.

    Returns the rows without fault, and the posts of all rows.
    """
    table = read_table(path, Wanted("people", COLUMNS[:4], COLUMNS), problems, spec=spec)
    rows = [person for row in table.rows if (person := _person(row, zone))]
    posts = Names({row["post"] for row in table.rows} - {""}, complete=bool(table.rows))
    emails = Names({row["email"].lower() for row in table.rows} - {""})
    rows = [_with_managers_post(row, rows, posts, table.source) for row in rows]
    for row in rows:
        if row.reports_to and posts.lack(row.reports_to):
            near = posts.nearest(row.reports_to)
            table.source.wrong(row.row, "reports_to", "no_such_post", post=row.reports_to, near=near)
        for leave in row.leave:
            if leave.delegate and emails.lack(leave.delegate):
                near = emails.nearest(leave.delegate)
                table.source.wrong(row.row, "leave", "no_such_person", email=leave.delegate, near=near)
    _check_same_person(table.source, rows)
    circles = _circles({row.post: row.reports_to for row in rows if row.post})
    for row in rows:
        if row.post in circles:
            table.source.wrong(row.row, "reports_to", "reports_in_a_circle", post=row.post)
    return rows, posts


def _person(row: Row, zone: str) -> PersonRow | None:
    name, email, post = row["name"], row["email"].lower(), row["post"]
    if bool(name) != bool(email):
        row.wrong("email" if name else "name", "name_without_email")
        return None
    if not name and not post:
        row.wrong("post", "nobody_and_no_post")
        return None
    if email and not (len(email) <= LONGEST_EMAIL and EMAIL.fullmatch(email)):
        row.wrong("email", "not_an_email", text=email)
        return None
    own_zone = row["time_zone"]
    if own_zone and own_zone not in known_zones():
        row.wrong("time_zone", "no_such_zone", text=own_zone)
    roles = tuple(role.strip().lower() for role in row["roles"].split(";") if role.strip())
    for role in roles:
        if role not in ROLES:
            row.wrong("roles", "no_such_role", text=role, roles=", ".join(ROLES))
    parts = [part.strip() for part in row["leave"].split(";") if part.strip()]
    return PersonRow(
        row=row.number,
        name=name,
        email=email,
        post=post,
        reports_to=row["reports_to"],
        time_zone=own_zone or zone,
        roles=roles,
        leave=tuple(leave for part in parts if (leave := _leave(row, part))),
    )


def _with_managers_post(row: PersonRow, rows: Sequence[PersonRow], posts: Names, source: Source) -> PersonRow:
    """Take a manager's name, as exports of HR systems give it, for the one post that this person holds."""
    if not row.reports_to or not posts.lack(row.reports_to):
        return row
    named = row.reports_to.casefold()
    held = {each.post for each in rows if each.post and named in (each.name.casefold(), each.email)}
    if len(held) != 1:
        return row
    [post] = held
    source.note(row.row, "reports_to", "manager_by_name", name=row.reports_to, post=post)
    return replace(row, reports_to=post)


def _leave(row: Row, text: str) -> Leave | None:
    is_written = not re.match(r"\d{4}-", text) and (row.source.day_first or re.search(r"[A-Za-z]{3}", text))
    parts = re.fullmatch(WRITTEN_LEAVE if is_written else LEAVE, text) if len(text) <= LONGEST_LEAVE else None
    if not parts:
        row.wrong("leave", "not_leave", text=text)
        return None
    first, last = _leave_day(row, parts[1]), _leave_day(row, parts[2] or parts[1])
    if first is None or last is None:
        return None
    if last < first:
        row.wrong("leave", "leave_ends_first", text=text)
        return None
    return Leave(first, last, parts[3].lower() if parts[3] else None)


def _leave_day(row: Row, text: str) -> date | None:
    """A day with its month in letters is plain in any table; figures follow what the table says of its dates."""
    parsed = parse_written_date(text) if re.search(r"[A-Za-z]{3}", text) else None
    if isinstance(parsed, WrittenDate) and not parsed.is_month:
        return parsed.day
    return TableCell(row, "leave").day(text, exact=True)


def _check_same_person(source: Source, rows: Sequence[PersonRow]) -> None:
    """Check that the rows of one person agree on the name, and the rows of one post on the post it reports to."""
    named: dict[str, PersonRow] = {}
    above: dict[str, PersonRow] = {}
    held: dict[tuple[str, str], PersonRow] = {}
    for row in rows:
        if row.email and named.setdefault(row.email, row).name != row.name:
            source.wrong(row.row, "name", "two_names", email=row.email, other=named[row.email].row)
        if row.post and above.setdefault(row.post, row).reports_to != row.reports_to:
            source.wrong(row.row, "reports_to", "two_managers", post=row.post, other=above[row.post].row)
        if row.post and held.setdefault((row.post, row.email), row) is not row:
            source.wrong(row.row, "post", "row_twice", post=row.post)


def _circles(above: Mapping[str, str]) -> set[str]:
    """Return the posts that report to themselves, directly or through others."""
    found: set[str] = set()
    followed: set[str] = set()
    for post in above:
        line: dict[str, int] = {}
        while post in above and post not in followed and post not in line:
            line[post] = len(line)
            post = above[post]
        if post in line:
            found |= set(list(line)[line[post] :])
        followed |= set(line)
    return found
