"""Reads CSV and XLSX tables as rows of text by our names of the columns."""

from collections.abc import Callable, Collection
from pathlib import Path

from remembrancer.intake.tables.column_mapping import TableColumns, Wanted, check_names
from remembrancer.intake.tables.csv_file import Records, read_csv
from remembrancer.intake.tables.headers import find_header
from remembrancer.intake.tables.mapped_reader import check_row_count, read_mapped, read_workbook
from remembrancer.intake.tables.rows import Grid, Row, Source, Table
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
        return read_workbook(read_sheets(path, file, problems), file, wanted, spec or TableColumns(), problems)
    fits = _header_fit(wanted, spec)
    records = read_csv(path, file, problems, fits)
    if records is None:
        return Table(Source(file))
    if not records:
        problems.add(file, None, None, "empty_file", needed=", ".join(wanted.needed))
        return Table(Source(file))
    grid = Grid(None, {number: list(cells) for number, cells in records.items()})
    return read_mapped(grid, file, wanted, spec, problems) if spec else _read_unmapped(grid, file, wanted, problems)


def _header_fit(wanted: Wanted, spec: TableColumns | None) -> Callable[[Records], int]:
    """Return a function that counts our columns in the first records of a CSV file."""
    known = wanted.headers_of(spec)

    def fit(records: Records) -> int:
        if spec is None:
            return sum(cell in wanted.known for cell in records.get(1, ()))
        return len(find_header(Grid(None, {n: list(r) for n, r in records.items() if any(r)}), known, ()).at)

    return fit


def _read_unmapped(grid: Grid, file: str, wanted: Wanted, problems: Problems) -> Table:
    """Read a CSV file without a mapping: the header is row 1, and every column is kept."""
    source = Source(file)
    header = [str(cell) for cell in grid.records.get(1, ())]
    if not _check_header(source, header, wanted.needed, problems):
        return Table(source)
    rows = []
    for number, record in grid.records.items():
        if number > 1:
            rows += _unmapped_row(source, number, header, [str(cell) for cell in record], problems)
    return Table(source, rows) if check_row_count(source, rows, problems) else Table(source)


def _check_header(source: Source, header: list[str], needed: Collection[str], problems: Problems) -> bool:
    missing = [column for column in needed if column not in header]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    for column in missing:
        source.wrong(problems, 1, column, "no_such_column", column=column, columns=", ".join(header))
    for column in twice:
        source.wrong(problems, 1, column, "column_twice", column=column)
    return not missing and not twice


def _unmapped_row(source: Source, number: int, header: list[str], record: list[str], problems: Problems) -> list[Row]:
    if len(record) > len(header) and any(record[len(header) :]):
        source.wrong(problems, number, None, "too_many_cells", cells=len(record), columns=len(header))
        return []
    return [Row(source, number, {column: cell for column, cell in zip(header, record, strict=False) if column})]
