"""Recorded answers: responses/*.csv or *.xlsx, a row for each item that answered (docs/organisation-folder.md)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from remembrancer.intake.folder.names import Names
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.time_cells import read_moment
from remembrancer.problems import Problems
from remembrancer.rules.programmes.spec import Programme


@dataclass(frozen=True)
class Response:
    """A whole answer, and where it stands. A column that the file lacks is not recorded: its key is absent."""

    ref: str
    answers: dict[str, Any]
    answered_at: datetime | None
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)


def read_responses(
    path: Path,
    programme: Programme,
    refs: Names,
    zone: str,
    problems: Problems,
    spec: TableColumns | None = None,
) -> list[Response]:
    """The rows of one window's file; `programme` has its boards (rules.programmes.boards)."""
    file = f"responses/{path.name}"
    table = read_table(path, wanted(programme, "responses"), problems, name=file, spec=spec)
    known = wanted(programme, "responses").known
    for column in table.rows[0].cells if table.rows else ():
        if column not in known:  # a misspelt header would turn its answers into 'not recorded' without a word
            table.source.note(1, column, "unknown_column", column=column)
    found: list[Response] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        ref = known_ref(row[programme.ref_column], refs.known)
        if refs.lack(ref):
            row.wrong(programme.ref_column, "no_such_ref", ref=ref, near=refs.nearest(ref))
        elif seen.setdefault(ref, row.number) != row.number:
            row.wrong(programme.ref_column, "ref_twice", ref=ref, other=seen[ref])
        else:
            answered_at = read_moment(row, "answered_at", zone)
            found.append(Response(ref, read_answers(row, programme), answered_at, file, row.number))
    return found


def wanted(programme: Programme, table: str) -> Wanted:
    """The columns of a file of answers. A question that asks for several dates may have a column for each of them."""
    known = [programme.ref_column, "answered_at"]
    for question in programme.form.questions:
        known += question.kind.columns().values()
    return Wanted(f"{table}.{programme.key}", [programme.ref_column], known)


def known_ref(text: str, refs: Collection[str]) -> str:
    """The ref that is meant; 52.0 is what a spreadsheet makes of 52."""
    whole = re.sub(r"\.0+$", "", text)
    return whole if text not in refs and whole in refs else text


def read_answers(row: Row, programme: Programme) -> dict[str, Any]:
    """The answers that a row holds, by the questions' keys; a question whose column is absent is absent."""
    answers: dict[str, Any] = {}
    for question in programme.form.questions:
        columns = question.kind.columns().items()
        cells = {part: TableCell(row, column) for part, column in columns if row.has(column)}
        if cells:
            answers[question.key] = question.kind.from_cells(cells)
    return answers
