"""items.csv: what is monitored, and which post leads it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.problems import Problems
from intake.tables import Row, read_day, read_table
from rules.programme import Programme

COLUMNS = ("programme", "ref", "title", "lead_post", "contributing_posts")


@dataclass(frozen=True)
class ItemRow:
    """One item; `facts` are the programme's own columns, dates as ISO text."""

    row: int
    programme: str
    ref: str
    title: str
    lead_post: str
    contributing_posts: tuple[str, ...]
    facts: dict[str, Any]


def read_items(
    path: Path, programmes: Mapping[str, Programme], unread: Collection[str], posts: Collection[str], problems: Problems
) -> list[ItemRow]:
    """The items, in the file's order; posts and programmes must be known, and refs differ within a programme.

    `unread` are the programmes whose own file could not be read: their items are not blamed for it.
    """
    rows = [
        item
        for row in read_table(path, COLUMNS[:4], problems)
        if (item := _item(row, programmes, unread, posts, problems))
    ]
    _check_no_ref_twice(path.name, rows, problems)
    return rows


def _item(
    row: Row, programmes: Mapping[str, Programme], unread: Collection[str], posts: Collection[str], problems: Problems
) -> ItemRow | None:
    programme = programmes.get(row["programme"])
    if programme is None and row["programme"] in unread:
        return None
    if programme is None:
        known = ", ".join(programmes)
        problems.add(row.file, row.number, "programme", "no_such_programme", text=row["programme"], known=known)
        return None
    for column in ("ref", "title"):
        if not row[column]:
            problems.add(row.file, row.number, column, "blank")
    contributing = tuple(post.strip() for post in row["contributing_posts"].split(";") if post.strip())
    _check_posts(row, posts, contributing, problems)
    return ItemRow(
        row=row.number,
        programme=programme.key,
        ref=row["ref"],
        title=row["title"],
        lead_post=row["lead_post"],
        contributing_posts=contributing,
        facts=_facts(row, programme, problems),
    )


def _check_posts(row: Row, posts: Collection[str], contributing: Sequence[str], problems: Problems) -> None:
    if row["lead_post"] not in posts:
        problems.add(row.file, row.number, "lead_post", "no_such_post", post=row["lead_post"])
    for post in contributing:
        if post not in posts:
            problems.add(row.file, row.number, "contributing_posts", "no_such_post", post=post)


def _facts(row: Row, programme: Programme, problems: Problems) -> dict[str, Any]:
    for column in row.cells:
        if column not in programme.facts and column not in COLUMNS and row[column]:
            problems.add(row.file, row.number, column, "no_such_fact", column=column, programme=programme.key)
    facts: dict[str, Any] = {}
    for name, type_ in programme.facts.items():
        if type_ == "date":
            day = read_day(row, name, problems)
            facts[name] = day.isoformat() if day else ""
        else:
            facts[name] = row[name]
    return facts


def _check_no_ref_twice(file: str, rows: Sequence[ItemRow], problems: Problems) -> None:
    seen: dict[tuple[str, str], int] = {}
    for item in rows:
        first = seen.setdefault((item.programme, item.ref), item.row)
        if first != item.row:
            problems.add(file, item.row, "ref", "ref_twice", ref=item.ref, other=first)
