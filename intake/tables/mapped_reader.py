"""Reads tables by the names of their columns: finds the sheet and the header, and maps the cells to our values."""

from collections.abc import Sequence
from difflib import get_close_matches

from openpyxl.utils import get_column_letter

from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.headers import Header, find_header
from remembrancer.intake.tables.rows import Fault, Grid, Row, Source, Table
from remembrancer.problems import Problems
from remembrancer.wording import phrase


def read_workbook(grids: list[Grid], file: str, wanted: Wanted, spec: TableColumns, problems: Problems) -> Table:
    """Read the table from the right sheet of a workbook."""
    grid = _choose_sheet(grids, file, wanted, spec, problems)
    if grid is None:
        return Table(Source(file, problems))
    if grid.hidden:
        problems.note(file, None, None, "hidden_sheet", sheet=grid.sheet)
    others = [each.sheet or "" for each in grids if each is not grid and each.records]
    if others:
        problems.note(file, None, None, "sheets_passed_over", sheet=grid.sheet, others=", ".join(others))
    return read_mapped(grid, file, wanted, spec, problems)


def _choose_sheet(grids: list[Grid], file: str, wanted: Wanted, spec: TableColumns, problems: Problems) -> Grid | None:
    """Choose the sheet that columns.yaml names, or the only one with all columns, or the one that lacks the fewest."""
    names = ", ".join(grid.sheet or "" for grid in grids)
    if spec.sheet:
        named = [grid for grid in grids if (grid.sheet or "").strip().casefold() == spec.sheet.strip().casefold()]
        if grids and not named:
            problems.add(file, None, None, "no_such_sheet", name=spec.sheet, known=names)
        return named[0] if named else None
    filled = [grid for grid in grids if grid.records]
    whole = [grid for grid in filled if not _missing(grid, wanted, spec)]
    shown = [grid for grid in whole if not grid.hidden] or whole
    if len(shown) > 1:
        problems.add(file, None, None, "which_sheet", known=", ".join(grid.sheet or "" for grid in shown))
        return None
    if grids and not filled:
        problems.add(file, None, None, "empty_file", needed=", ".join(wanted.needed))
    nearest = sorted(filled, key=lambda grid: len(_missing(grid, wanted, spec)))
    return next(iter([*shown, *nearest]), None)


def _missing(grid: Grid, wanted: Wanted, spec: TableColumns) -> list[str]:
    header = find_header(grid, wanted.headers_of(spec), wanted.needed, spec.header_row)
    return [name for name in wanted.needed if name not in header.at and name not in spec.always]


def read_mapped(grid: Grid, file: str, wanted: Wanted, spec: TableColumns, problems: Problems) -> Table:
    header = find_header(grid, wanted.headers_of(spec), wanted.needed, spec.header_row)
    source = Source(file, problems, grid.sheet, header.shown, spec.dates == "day_first", grid.day_zero)
    if not _check_header(header, wanted, spec, source):
        return Table(source)
    if header.unknown:
        source.note(header.row, None, "columns_passed_over", columns=", ".join(header.unknown[:20]))
    rows = _mapped_rows(grid, header, source, spec)
    note_unusual_rows(grid, [row.number for row in rows], source)
    return Table(source, rows)


def note_unusual_rows(grid: Grid, rows: Sequence[int], source: Source) -> None:
    """Note which of the rows that were read are hidden, struck through or merged with those above."""
    noted = {"hidden_rows": grid.hidden_rows, "struck_rows": grid.struck_rows, "merged_rows": grid.filled_rows}
    for name, numbers in noted.items():
        concerned = [row for row in rows if row in numbers]
        if concerned:
            source.note(None, None, name, rows=join_numbers(concerned))


def _check_header(header: Header, wanted: Wanted, spec: TableColumns, source: Source) -> bool:
    missing = [name for name in wanted.needed if name not in header.at and name not in spec.always]
    for name in missing:
        given = [*spec.columns.get(name, ()), *(wanted.headers or {}).get(name, ())] or [name]
        near = {each.casefold(): each for each in header.unknown}
        nearest = [near[found] for each in given for found in get_close_matches(each.casefold(), near, n=1)]
        shown = ", ".join([*header.shown.values(), *header.unknown][:40])
        values = {"near": nearest[0]} if nearest else {"columns": shown}
        headers = " / ".join(f"'{each}'" for each in given)
        sentence = "no_such_header_near" if nearest else "no_such_header"
        source.wrong(header.row, None, sentence, name=name, headers=headers, **values)
    for name in header.twice:
        source.wrong(header.row, name, "header_twice", name=name)
    for at, fault in header.faults:
        source.wrong(header.row, None, f"{fault.name}_in_header", column=get_column_letter(at + 1))
    return not missing and not header.twice and not header.faults


def _mapped_rows(grid: Grid, header: Header, source: Source, spec: TableColumns) -> list[Row]:
    rows = []
    faults: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for number, record in grid.records.items():
        if number <= header.row:
            continue
        if number in grid.headings:
            source.note(number, None, "heading_passed_over", text=grid.headings[number])
            continue
        given = {name: record[at] if at < len(record) else "" for name, at in header.at.items()}
        for name, cell in given.items():
            if isinstance(cell, Fault):
                faults.setdefault((name, cell.name), []).append((number, cell.shown))
        cells = {name: spec.word(name, cell) if isinstance(cell, str) else "" for name, cell in given.items()}
        if any(cells.values()):
            defaults = {name: text for name, text in spec.always.items() if not cells.get(name)}
            rows.append(Row(source, number, {**cells, **defaults}))
    for (column, name), found in faults.items():  # a column of formulas is one problem
        number, shown = found[0]
        source.wrong(number, column, name, shown=shown, rows=join_numbers([each for each, _ in found]))
    return rows


def join_numbers(numbers: Sequence[int]) -> str:
    """Join row numbers as '12, 13, 14'; of more than ten, only the first are listed."""
    first = ", ".join(str(number) for number in numbers[:10])
    return first if len(numbers) <= 10 else phrase("problems.and_more", first=first, more=len(numbers) - 10)
