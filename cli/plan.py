"""`remembrancer plan BOARD`: a board's work programme, as a table, JSON, Markdown or a Word document."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from cli.shared import AsJson, stop, store, the_moment
from models import Board
from reports.work_programme import Sitting, WorkProgramme
from wording import moment, plain, say, short_day


def plan(
    board: Annotated[str, typer.Argument(help=say("cli.board"))],
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", help=say("cli.plan_out"))] = None,
    exempt: Annotated[bool, typer.Option("--with-exempt", help=say("cli.plan_exempt"))] = False,
) -> None:
    from reports.work_programme import as_json as in_json
    from reports.work_programme import without_exempt, work_programme
    from scheduler.papers import place_items_in

    with store() as session:
        found_board = _board(session, board)
        place_items_in(session, the_moment())
        found = work_programme(session, found_board, the_moment())
        found = found if exempt else without_exempt(found)
        if as_json:
            typer.echo(json.dumps(in_json(found), ensure_ascii=False, indent=2))
        elif out is not None:
            _write(found, out)
        else:
            _print(found)


def _board(session: Session, key: str) -> Board:
    boards = {board.key: board for board in session.exec(select(Board).order_by(col(Board.id)))}
    found = boards.get(key.lower().replace("-", "_"))
    if found is None:
        stop(say("cli.no_such_board", board=key, known=", ".join(boards)))
    return found


def _write(found: WorkProgramme, out: Path) -> None:
    from reports.work_programme import as_markdown
    from reports.work_programme_docx import as_docx

    if out.suffix == ".docx":
        out.write_bytes(as_docx(found))
    elif out.suffix == ".md":
        out.write_text(as_markdown(found) + "\n", encoding="utf-8")
    else:
        stop(say("cli.plan_out_kind", out=out))
    typer.echo(say("cli.plan_written", out=out))


def _print(found: WorkProgramme) -> None:
    console = Console()
    for sitting in found.sittings:
        console.print(_table(sitting, found.zone))
    for name, items in (("waiting", found.waiting), ("on_hold", found.on_hold)):
        if items:
            typer.echo(f"{say(f'plan.{name}')}: {'; '.join(item.title for item in items)}")


def _table(sitting: Sitting, zone: str) -> Table:
    dates = "; ".join(f"{each.name}: {short_day(each.counted.date)}" for each in sitting.deadlines)
    table = Table(*say("plan.columns").split("; "), title=moment(sitting.meeting.starts_at, zone), caption=dates)
    for row in sitting.rows:
        table.add_row(row.title, row.recurrence, row.lead, plain(row.state))
    return table
