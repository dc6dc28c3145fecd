"""What will be sent: of the days to come, a day, people, boards; and a folder on a simulated clock."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session, col, select

from remembrancer.bot.sending.preview_lines import join_refs
from remembrancer.cards.sending_status import sending_line
from remembrancer.cli.database import store
from remembrancer.cli.sending import Emails, person_or_stop
from remembrancer.cli.shared import (
    DAY_FORMATS,
    AsJson,
    echo_problems,
    print_json,
    print_table,
    problems_listed,
    progress_shown,
    stop,
    the_moment,
)
from remembrancer.logs import set_up_logs
from remembrancer.models import Board
from remembrancer.queries.organisation import organisation
from remembrancer.scheduler.preview.filters import Address, Wanted, address, is_in_reach, outlook
from remembrancer.scheduler.preview.types import Planned
from remembrancer.scheduler.simulate import simulate as run_simulation
from remembrancer.services.sending import current_sending
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase, plain, short_moment

app = typer.Typer()


@app.command("preview")
def preview(
    days: Annotated[int, typer.Option(min=1, max=366, help=phrase("cli.days"))] = 14,
    day: Annotated[datetime | None, typer.Option(formats=DAY_FORMATS, help=phrase("cli.preview_day"))] = None,
    person: Annotated[Emails, typer.Option(help=phrase("cli.preview_person"))] = None,
    board: Annotated[Emails, typer.Option(help=phrase("cli.preview_board"))] = None,
    as_json: AsJson = False,
) -> None:
    with store() as session:
        now, zone = the_moment(), organisation(session).time_zone
        only = day.date() if day else None
        if only is not None and not is_in_reach(session, only, now):
            stop(phrase("cli.day_out_of_reach", day=in_full(only)))
        planned = outlook(session, now, Wanted(days, only, frozenset(_to(session, person, board))))
        if current_sending(session).paused_at is not None:
            typer.echo(f"{plain(sending_line(session, zone))} {phrase('preview.paused')}", err=True)
    if as_json:
        print_json([message.as_json() for message in planned])
    elif planned:
        print_table("cli.preview_columns", (_cells(message, zone) for message in planned))
    else:
        Console().print(phrase("cli.nothing_to_send_then") if only else phrase("cli.nothing_to_send", days=days))


def _to(session: Session, people: Emails, boards: Emails) -> Iterator[Address]:
    for email in people or ():
        yield address(person_or_stop(session, email))
    for key in boards or ():
        found = session.exec(select(Board).where(Board.key == key)).first()
        if found is None:
            known = session.exec(select(Board.key).order_by(col(Board.key))).all()
            stop(phrase("cli.no_such_board", board=key, known=", ".join(known)))
        yield address(found)


def _cells(message: Planned, zone: str) -> tuple[str, ...]:
    what = f"{message.kind} {phrase('preview.withheld')}" if message.withheld else message.kind
    items = join_refs(message.items)
    return short_moment(message.at, zone), message.to, what, str(message.about), items, message.because


@app.command("simulate")
def simulate(
    folder: Annotated[Path, typer.Argument(help=phrase("cli.folder"), exists=True, file_okay=False)],
    first: Annotated[datetime, typer.Option("--from", formats=DAY_FORMATS, help=phrase("cli.first_day"))],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help=phrase("cli.last_day"))],
    out: Annotated[Path, typer.Option("--out", help=phrase("cli.out"))],
) -> None:
    set_up_logs("text", quiet=True)
    if last < first:
        stop(phrase("cli.last_before_first"))
    with problems_listed(), progress_shown() as step:
        notes = run_simulation(folder, first.date(), last.date(), out, step)
    echo_problems(notes)
    typer.echo(phrase("cli.simulated", out=out))
