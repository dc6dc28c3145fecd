"""Adds rows to a folder's own tables, items.csv and people.csv; an organisation's own spreadsheets are left alone."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from remembrancer.intake.tables.column_mapping import TableColumns
from remembrancer.intake.tables.csv_file import read_csv
from remembrancer.intake.tables.reader import find_table
from remembrancer.problems import Problems


def with_rows(
    folder: Path,
    name: str,
    spec: TableColumns | None,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    problems: Problems,
) -> dict[str, str]:
    """The table `name` with rows added, as text by the name of its file; columns that it lacks are added too.

    A problem where the table is an organisation's own: a workbook, or one that columns.yaml maps.
    """
    path = find_table(folder, name, problems)
    if path is None:
        return {f"{name}.csv": as_csv(columns, ([row.get(column, "") for column in columns] for row in rows))}
    if spec is not None or path.suffix.lower() != ".csv":
        problems.add(path.name, None, None, "draft_not_ours")
        return {}
    records = read_csv(path, path.name, problems, lambda found: sum(cell in columns for cell in found.get(1, ())))
    header, *before = [list(map(str, record)) for record in (records or {1: []}).values()]
    header += [column for column in columns if column not in header]
    return {path.name: as_csv(header, [*before, *([row.get(column, "") for column in header] for row in rows)])}


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a CSV file; a row that is shorter than the header is filled up."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([*row, *[""] * (len(header) - len(row))] for row in rows)
    return file.getvalue()
