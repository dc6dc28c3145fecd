"""Reads items.csv or items.xlsx: the monitored items and the posts that lead them."""

import re
from calendar import month_name
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from remembrancer.intake.folder.names import Names
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row
from remembrancer.problems import Problems
from remembrancer.rules.programmes.spec import Programme

COLUMNS = ("programme", "ref", "title", "lead_post", "contributing_posts")


@dataclass(frozen=True)
class ItemRow:
    """One item; `facts` are the programme's own columns, with dates as ISO text."""

    row: int
    programme: str
    ref: str
    title: str
    lead_post: str
    contributing_posts: tuple[str, ...]
    facts: dict[str, Any]


def read_items(
    path: Path,
    programmes: Mapping[str, Programme],
    unread: Collection[str],
    posts: Names,
    problems: Problems,
    spec: TableColumns | None = None,
) -> list[ItemRow]:
    """Read the items in the file's order; posts and programmes must be known, and refs unique within a programme.

    `unread` are the programmes whose own file could not be read; their items are skipped without a problem.
    """
    facts = [fact for programme in programmes.values() for fact in programme.facts]
    table = read_table(path, Wanted("items", COLUMNS[:4], [*COLUMNS, *facts]), problems, spec=spec)
    read = _with_integer_refs(table.rows) if table.source.day_first else table.rows
    for row in read:  # a spreadsheet makes 2 March of the ref 2-3, and March 2021 of 3-21
        if re.fullmatch(rf"\d{{4}}-\d\d-\d\d|({'|'.join(month_name[1:])}) \d{{4}}", row["ref"]):
            row.note("ref", "ref_is_a_day", ref=row["ref"])
    rows = [item for row in read if (item := _item(row, programmes, unread, posts))]
    seen: dict[tuple[str, str], ItemRow] = {}
    for item in rows:
        first = seen.setdefault((item.programme, item.ref.casefold()), item)
        if first is not item:
            name = "ref_twice" if first.ref == item.ref else "ref_in_other_capitals"
            table.source.wrong(item.row, "ref", name, ref=item.ref, other=first.row)
    return rows


def _with_integer_refs(rows: Sequence[Row]) -> list[Row]:
    """Turn the ref 52.0, which a spreadsheet makes of 52, back into 52, unless there is a ref such as 52.1."""
    divided = {row["ref"].partition(".")[0] for row in rows if not re.fullmatch(r"\d+(\.0+)?", row["ref"])}
    found = []
    for row in rows:
        whole = row["ref"].partition(".")[0]
        ref = row["ref"] if whole in divided else whole
        found.append(replace(row, cells={**row.cells, "ref": ref}))
    return found


def _item(row: Row, programmes: Mapping[str, Programme], unread: Collection[str], posts: Names) -> ItemRow | None:
    programme = programmes.get(row["programme"])
    if programme is None and row["programme"] in unread:
        return None
    if programme is None:
        known = Names(programmes)
        near = known.nearest(row["programme"])
        row.wrong("programme", "no_such_programme", text=row["programme"], known=", ".join(programmes), near=near)
        return None
    for column in ("ref", "title"):
        if not row[column]:
            row.wrong(column, "blank")
    contributing = tuple(post.strip() for post in row["contributing_posts"].split(";") if post.strip())
    for column, named in (("lead_post", (row["lead_post"],)), ("contributing_posts", contributing)):
        for post in named:
            if posts.lack(post):
                row.wrong(column, "no_such_post", post=post, near=posts.nearest(post))
    return ItemRow(
        row=row.number,
        programme=programme.key,
        ref=row["ref"],
        title=row["title"],
        lead_post=row["lead_post"],
        contributing_posts=contributing,
        facts=_facts(row, programme),
    )


def _facts(row: Row, programme: Programme) -> dict[str, Any]:
    for column in row.cells:
        if column not in programme.facts and column not in COLUMNS and row[column]:
            row.wrong(column, "no_such_fact", column=column, programme=programme.key)
    return {name: programme.fact(name).kind.from_cell(TableCell(row, name)) for name in programme.facts}
