"""Reads people.csv or people.xlsx: who holds which post, which post it reports to, and when people work."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from remembrancer.intake.folder.managers import with_managers_post
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.person_row import COLUMNS, PersonRow, read_person
from remembrancer.intake.folder.shared_mailboxes import told_apart
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Source
from remembrancer.problems import Problems
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.people.person_fields import split_identity


def read_people(
    path: Path, time: WorkingTime, problems: Problems, spec: TableColumns | None = None
) -> tuple[list[PersonRow], Names]:
    """Read the rows and check all references between them; `time` is the organisation's working time.

    Returns the rows without fault, and the posts of all rows.
    """
    table = read_table(path, Wanted("people", COLUMNS[:4], COLUMNS), problems, spec=spec)
    posts = Names({row["post"] for row in table.rows} - {""}, complete=bool(table.rows))
    emails = Names({row["email"].lower() for row in table.rows} - {""})
    rows = told_apart([person for row in table.rows if (person := read_person(row, time))], table.source)
    rows = [with_managers_post(row, rows, posts, table.source) for row in rows]
    for row in rows:
        for leave in row.leave:
            address = split_identity(leave.delegate or "")[1]
            if address and emails.lack(address):
                near = emails.nearest(address)
                table.source.wrong(row.row, "leave", "no_such_person", email=address, near=near)
    _check_same_person(table.source, rows)
    circles = _circles({row.post: row.reports_to for row in rows if row.post})
    for row in rows:
        if row.post in circles:
            table.source.wrong(row.row, "reports_to", "reports_in_a_circle", post=row.post)
    return rows, posts


def _check_same_person(source: Source, rows: Sequence[PersonRow]) -> None:
    """Check that the rows of one person agree on when they work, and the rows of one post on what it reports to."""
    given: dict[tuple[str, str], tuple[str, int]] = {}
    above: dict[str, PersonRow] = {}
    held: dict[tuple[str, str], PersonRow] = {}
    for row in rows:
        for column, text in (("works", row.works), ("prompt_hour", row.prompt_hour)):
            said, other = given.setdefault((row.email, column), (text, row.row)) if text else ("", 0)
            if said != text:
                source.wrong(row.row, column, "said_otherwise", text=text, said=said, other=other)
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
