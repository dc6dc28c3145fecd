"""A committee system, looked at before it is trusted: its committees with their ids, and a committee's meetings."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from remembrancer.cli.shared import DAY_FORMATS, AsJson, stop
from remembrancer.intake.moderngov.client import WebService, polite_get
from remembrancer.intake.moderngov.meetings import fetch_and_read, meetings_between
from remembrancer.intake.moderngov.parse import read_committees
from remembrancer.intake.moderngov.types import AgendaItem, Committee, Meeting
from remembrancer.problems import Problems
from remembrancer.settings import Settings
from remembrancer.wording import phrase, plural, short_day

app = typer.Typer()
Site = Annotated[str, typer.Argument(help=phrase("committees.site"))]
Private = Annotated[bool, typer.Option("--allow-private", help=phrase("committees.allow_private"))]


@app.command("committees")
def committees(site: Site, as_json: AsJson = False, allow_private: Private = False) -> None:
    problems, service = Problems(), _service(site, allow_private)
    found = fetch_and_read("GetCommittees", service.committees, read_committees, problems)
    _say(problems)
    rows = sorted(found or (), key=lambda each: (not each.meets, each.title))
    if as_json:
        typer.echo(json.dumps([_committee(each) for each in rows], ensure_ascii=False, indent=2))
        return
    table = Table(*phrase("committees.columns").split("; "))
    for each in rows:
        table.add_row(str(each.id), each.title, each.category, phrase(f"committees.{_state(each)}"))
    Console().print(table if rows else phrase("committees.none"))


def _state(committee: Committee) -> str:
    return "deleted" if committee.deleted else "expired" if committee.expired else "meets"


def _committee(committee: Committee) -> dict[str, Any]:
    return {
        "committee": committee.id,
        "title": committee.title,
        "category": committee.category,
        "state": _state(committee),
    }


@app.command("meetings")
def meetings(
    site: Site,
    committee: Annotated[int, typer.Option(min=1, help=phrase("committees.committee"))],
    first: Annotated[datetime, typer.Option("--from", formats=DAY_FORMATS, help=phrase("cli.first_day"))],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help=phrase("cli.last_day"))],
    as_json: AsJson = False,
    allow_private: Private = False,
) -> None:
    if last < first:
        stop(phrase("cli.last_before_first"))
    problems, service = Problems(), _service(site, allow_private)
    read = meetings_between(service, committee, first.date(), last.date(), problems)
    _say(problems)
    if as_json:
        typer.echo(json.dumps([_meeting(each) for each in read], ensure_ascii=False, indent=2))
        return
    Console().print(_table(read) if read else phrase("committees.no_meetings"))


def _service(site: str, allow_private: bool) -> WebService:
    return WebService(site, polite_get(Settings().contact, allow_private))


def _say(problems: Problems) -> None:
    """Notes, and then the problems: with any, nothing was read."""
    for each in (*problems.notes, *problems.found):
        typer.echo(str(each), err=True)
    if problems.found:
        stop(phrase("committees.refused", count=len(problems.found)))


def _meeting(meeting: Meeting) -> dict[str, Any]:
    moved_from = meeting.status.moved_from
    return {
        "meeting": meeting.id,
        "day": meeting.day.isoformat(),
        "starts": meeting.starts.strftime("%H:%M") if meeting.starts else None,
        "status": meeting.status.text,
        "cancelled": meeting.status.cancelled,
        "moved_from": moved_from.isoformat() if moved_from else None,
        "place": meeting.place,
        "agenda": [_item(item) for item in meeting.agenda],
    }


def _item(item: AgendaItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "sub_number": item.sub_number,
        "title": item.title,
        "restricted": item.restricted,
        "documents": [{"title": each.title, "address": each.address} for each in item.documents],
    }


def _table(read: Sequence[Meeting]) -> Table:
    table = Table(*phrase("committees.meeting_columns").split("; "))
    for each in read:
        starts = f"{each.starts:%H:%M}" if each.starts else phrase("committees.no_time")
        items = [item for item in each.agenda if not item.heading]
        hidden = sum(1 for item in items if item.restricted)
        agenda = phrase("committees.agenda", items=plural(len(items), "item", "items"), hidden=hidden)
        table.add_row(str(each.id), short_day(each.day), starts, each.status.text, each.place, agenda)
    return table
