"""What will be sent: of the days to come, a day, people, boards."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from remembrancer.bot.sending.preview_lines import listed
from remembrancer.cards.sending_status import sending_line
from remembrancer.cli.database import store
from remembrancer.cli.sending import Emails, person_or_stop
from remembrancer.cli.shared import DAY_FORMATS, AsJson, stop, the_moment
from remembrancer.models import Board
from remembrancer.queries.organisation import organisation
from remembrancer.scheduler.preview.filters import Address, Wanted, address, is_in_reach, outlook
from remembrancer.scheduler.preview.types import Planned
from remembrancer.services.sending import sending_now
from remembrancer.wording import day as in_full
from remembrancer.wording import plain, say, short_moment

app = typer.Typer()


@app.command("preview")
def preview(
    days: Annotated[int, typer.Option(min=1, max=366, help=say("cli.days"))] = 14,
    day: Annotated[datetime | None, typer.Option(formats=DAY_FORMATS, help=say("cli.preview_day"))] = None,
    person: Annotated[Emails, typer.Option(help=say("cli.preview_person"))] = None,
    board: Annotated[Emails, typer.Option(help=say("cli.preview_board"))] = None,
    as_json: AsJson = False,
) -> None:
    with store() as session:
        now, zone = the_moment(), organisation(session).time_zone
        only = day.date() if day else None
        if only is not None and not is_in_reach(session, only, now):
            stop(say("cli.day_out_of_reach", day=in_full(only)))
        planned = outlook(session, now, Wanted(days, only, frozenset(_to(session, person, board))))
        if sending_now(session).paused_at is not None:
            typer.echo(f"{plain(sending_line(session, zone))} {say('preview.paused')}", err=True)
    if as_json:
        typer.echo(json.dumps([message.as_json() for message in planned], ensure_ascii=False, indent=2))
        return
    nothing = say("cli.nothing_to_send_then") if only else say("cli.nothing_to_send", days=days)
    Console().print(_table(planned, zone) if planned else nothing)


def _to(session: Session, people: Emails, boards: Emails) -> Iterator[Address]:
    for email in people or ():
        yield address(person_or_stop(session, email))
    for key in boards or ():
        found = session.exec(select(Board).where(Board.key == key)).first()
        if found is None:
            known = session.exec(select(Board.key).order_by(col(Board.key))).all()
            stop(say("cli.no_such_board", board=key, known=", ".join(known)))
        yield address(found)


def _table(planned: list[Planned], zone: str) -> Table:
    table = Table(*say("cli.preview_columns").split("; "))
    for message in planned:
        what = f"{message.kind} {say('preview.withheld')}" if message.withheld else message.kind
        items = listed(message.items)
        table.add_row(short_moment(message.at, zone), message.to, what, str(message.about), items, message.because)
    return table
