"""`remembrancer plan BOARD`: a board's work programme, as a table, JSON, Markdown or a Word document."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlmodel import col, select

from remembrancer.cli.database import store
from remembrancer.cli.shared import AsJson, console, print_json, stop, the_moment
from remembrancer.models import Board
from remembrancer.reports.forward_plan.work_programme import Sitting, WorkProgramme
from remembrancer.wording import moment, phrase, short_day

app = typer.Typer()


@app.command("plan")
def plan(
    board: Annotated[str, typer.Argument(help=phrase("cli.board"))],
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", help=phrase("cli.plan_out"))] = None,
    exempt: Annotated[bool, typer.Option("--with-exempt", help=phrase("cli.plan_exempt"))] = False,
) -> None:
    if as_json and out is not None:
        stop(phrase("cli.plan_json_or_out"))
    from remembrancer.reports.forward_plan.work_programme import as_json as in_json
    from remembrancer.reports.forward_plan.work_programme import without_exempt, work_programme
    from remembrancer.scheduler.placings import place_items_in

    with store() as session:
        boards = {each.key: each for each in session.exec(select(Board).order_by(col(Board.id)))}
        found_board = boards.get(board.lower().replace("-", "_"))
        if found_board is None:
            stop(phrase("cli.no_such_board", board=board, known=", ".join(boards)))
        place_items_in(session, the_moment())
        found = work_programme(session, found_board, the_moment())
        found = found if exempt else without_exempt(found)
        if as_json:
            print_json(in_json(found))
        elif out is not None:
            _write(found, out)
        else:
            _print(found)


def _write(found: WorkProgramme, out: Path) -> None:
    from remembrancer.reports.forward_plan.word_document import as_docx
    from remembrancer.reports.forward_plan.work_programme import as_markdown

    if out.suffix not in (".docx", ".md"):
        stop(phrase("cli.plan_out_kind", out=out))
    content = as_docx(found) if out.suffix == ".docx" else f"{as_markdown(found)}\n".encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        stop(phrase("cli.plan_out_error", out=out, error=error.strerror or type(error).__name__))
    typer.echo(phrase("cli.plan_written", out=out))


def _print(found: WorkProgramme) -> None:
    from remembrancer.reports.forward_plan.plain_text import held, noted, on_its_way

    screen = console()
    for sitting in found.sittings:
        screen.print(_table(sitting, found.zone))
        for row in sitting.through:
            screen.print(on_its_way(row, found.zone), markup=False, highlight=False)
    waiting, on_hold = [noted(item) for item in found.waiting], [held(item) for item in found.on_hold]
    for name, lines in (("waiting", waiting), ("on_hold", on_hold)):
        if lines:
            typer.echo(f"{phrase(f'plan.{name}')}: {'; '.join(lines)}")


def _table(sitting: Sitting, zone: str) -> Table:
    from remembrancer.reports.forward_plan.plain_text import stands_now, titled

    dates = "; ".join(f"{each.name}: {short_day(each.counted.date)}" for each in sitting.deadlines)
    table = Table(*phrase("plan.columns").split("; "), title=moment(sitting.meeting.starts_at, zone), caption=dates)
    for row in sitting.rows:
        table.add_row(*(Text(cell) for cell in (titled(row), row.recurrence, row.lead, stands_now(row))))
    return table
