"""A committee system, looked at before it is trusted: its committees with their ids, and a committee's meetings."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from remembrancer.cli.shared import DAY_FORMATS, AsJson, print_json, print_table, stop, stop_if_refused
from remembrancer.intake.moderngov.client import WebService, polite_get
from remembrancer.intake.moderngov.meetings import fetch_and_read, meetings_between
from remembrancer.intake.moderngov.parse import read_committees
from remembrancer.intake.moderngov.types import Committee, Meeting
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
    stop_if_refused(problems, "committees.refused")
    rows = sorted(found or (), key=lambda each: (not each.meets, each.title))
    if as_json:
        print_json([{"committee": c.id, "title": c.title, "category": c.category, "state": _state(c)} for c in rows])
    elif rows:
        cells = ((str(c.id), c.title, c.category, phrase(f"committees.{_state(c)}")) for c in rows)
        print_table("committees.columns", cells)
    else:
        Console().print(phrase("committees.none"))


def _state(committee: Committee) -> str:
    return "deleted" if committee.deleted else "expired" if committee.expired else "meets"


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
    stop_if_refused(problems, "committees.refused")
    if as_json:
        print_json([_meeting(each) for each in read])
    elif read:
        print_table("committees.meeting_columns", map(_cells, read))
    else:
        Console().print(phrase("committees.no_meetings"))


def _service(site: str, allow_private: bool) -> WebService:
    return WebService(site, polite_get(Settings().contact, allow_private))


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
        "agenda": [
            {
                "number": item.number,
                "sub_number": item.sub_number,
                "title": item.title,
                "restricted": item.restricted,
                "documents": [asdict(document) for document in item.documents],
            }
            for item in meeting.agenda
        ],
    }


def _cells(meeting: Meeting) -> tuple[str, ...]:
    starts = f"{meeting.starts:%H:%M}" if meeting.starts else phrase("committees.no_time")
    items = [item for item in meeting.agenda if not item.heading]
    hidden = sum(1 for item in items if item.restricted)
    agenda = phrase("committees.agenda", items=plural(len(items), "item", "items"), hidden=hidden)
    return str(meeting.id), short_day(meeting.day), starts, meeting.status.text, meeting.place, agenda
