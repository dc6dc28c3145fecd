"""Reads CSV and XLSX tables as rows of text by our names of the columns."""

from collections.abc import Callable
from pathlib import Path

from remembrancer.intake.tables.column_mapping import TableColumns, Wanted, check_names
from remembrancer.intake.tables.csv_file import Records, read_csv
from remembrancer.intake.tables.headers import find_header
from remembrancer.intake.tables.mapped_reader import read_mapped, read_workbook
from remembrancer.intake.tables.rows import MOST_ROWS, Grid, Row, Source, Table
from remembrancer.intake.tables.xlsx_file import read_sheets
from remembrancer.problems import Problems

ENDINGS = (".csv", ".xlsx")
OTHER_ENDINGS = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".numbers")


def find_table(folder: Path, name: str, problems: Problems) -> Path | None:
    """Find the CSV or XLSX file of this name in a folder; None where there is none or, with a problem, several."""
    files = sorted(path for path in folder.iterdir() if path.stem.lower() == name and path.is_file())
    for path in files:
        if path.suffix.lower() in OTHER_ENDINGS:
            problems.add(path.name, None, None, "not_a_table_ending", name=name, ending=path.suffix)
    found = [path for path in files if path.suffix.lower() in ENDINGS]
    for path in found[1:]:
        problems.add(path.name, None, None, "two_tables", other=found[0].name)
    return found[0] if len(found) == 1 else None


def read_table(
    path: Path, wanted: Wanted, problems: Problems, name: str | None = None, spec: TableColumns | None = None
) -> Table:
    """Read the rows of a CSV or XLSX file, without blank ones, and add every problem to `problems`.

    A CSV file without a mapping in columns.yaml must have our column names in row 1, and ISO dates.
    """
    file = name or path.name
    check_names(spec, wanted.known, wanted.table, problems)
    if path.suffix.lower() == ".xlsx":
        table = read_workbook(read_sheets(path, file, problems), file, wanted, spec or TableColumns(), problems)
    else:
        table = _read_csv_table(path, file, wanted, spec, problems)
    if len(table.rows) > MOST_ROWS:
        table.source.wrong(None, None, "too_many_rows", rows=MOST_ROWS)
        return Table(table.source)
    return table


def _read_csv_table(path: Path, file: str, wanted: Wanted, spec: TableColumns | None, problems: Problems) -> Table:
    records = read_csv(path, file, problems, _header_fit(wanted, spec))
    if records:
        grid = Grid(None, records)
        return read_mapped(grid, file, wanted, spec, problems) if spec else _read_unmapped(grid, file, wanted, problems)
    if records is not None:
        problems.add(file, None, None, "empty_file", needed=", ".join(wanted.needed))
    return Table(Source(file, problems))


def _header_fit(wanted: Wanted, spec: TableColumns | None) -> Callable[[Records], int]:
    """Return a function that counts our columns in the first records of a CSV file."""
    known = wanted.headers_of(spec)
    if spec is None:
        return lambda records: sum(cell in wanted.known for cell in records.get(1, ()))
    return lambda records: len(find_header(Grid(None, records), known, ()).at)


def _read_unmapped(grid: Grid, file: str, wanted: Wanted, problems: Problems) -> Table:
    """Read a CSV file without a mapping: the header is row 1, and every column is kept."""
    source = Source(file, problems)
    header = [str(cell) for cell in grid.records.get(1, ())]
    missing = [column for column in wanted.needed if column not in header]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    for column in missing:
        source.wrong(1, column, "no_such_column", column=column, columns=", ".join(header))
    for column in twice:
        source.wrong(1, column, "column_twice", column=column)
    if missing or twice:
        return Table(source)
    rows = []
    for number, record in grid.records.items():
        if any(record[len(header) :]):
            source.wrong(number, None, "too_many_cells", cells=len(record), columns=len(header))
        elif number > 1:
            cells = zip(header, map(str, record), strict=False)
            rows.append(Row(source, number, {column: cell for column, cell in cells if column}))
    return Table(source, rows)
