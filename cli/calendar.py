"""`remembrancer calendar SOURCE`: what a calendar would give, by the organisation's patterns; nothing is stored."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from remembrancer.cli.database import store
from remembrancer.cli.shared import AsJson, print_json, print_table, stop, stop_if_refused, the_moment
from remembrancer.intake.calendars.ics_recurrence import horizon_at
from remembrancer.intake.calendars.sources import read_calendar
from remembrancer.intake.http.fetch import USER_AGENT, FetchError, fetch, why_not_fetched
from remembrancer.problems import Problems
from remembrancer.queries.organisation import organisation
from remembrancer.rules.organisation import FEED_SCHEMES, CalendarSpec, OrganisationSpec
from remembrancer.scheduler.feeds.calendar_source import limits_of
from remembrancer.settings import Settings
from remembrancer.wording import moment, phrase

app = typer.Typer()
PASTED = "-"
JSON_KEYS = ("at", "what", "name", "cancelled")


@app.command("calendar")
def calendar(source: Annotated[str, typer.Argument(help=phrase("calendars.source"))], as_json: AsJson = False) -> None:
    with store() as session:
        spec = organisation(session)
    problems = Problems()
    data = _data(source)
    horizon = horizon_at(the_moment())
    windows, meetings = read_calendar(data, _patterns(source, spec), spec, horizon, problems)
    rows = [(w.opens_at, phrase("calendars.window"), w.title, w.cancelled) for w in windows]
    rows += [(m.starts_at, phrase("calendars.meeting"), m.board, m.cancelled) for m in meetings]
    if as_json:
        print_json([dict(zip(JSON_KEYS, each, strict=True)) for each in sorted(rows)], spec.zone)
    else:
        print_table(
            "calendars.columns",
            (
                (moment(at, spec.time_zone), what, name, phrase("calendars.cancelled") if cancelled else "")
                for at, what, name, cancelled in sorted(rows)
            ),
        )
    stop_if_refused(problems)


def _patterns(source: str, spec: OrganisationSpec) -> CalendarSpec:
    """The calendar of organisation.yaml that this is, or else every pattern that any of them has."""
    named = next((each for each in spec.calendars if source in (each.file, each.url)), None)
    events = [event for each in spec.calendars for event in each.events]
    if not events:
        stop(phrase("calendars.no_patterns"))
    return named or CalendarSpec(file=phrase("calendars.pasted") if source == PASTED else source, events=events)


def _data(source: str) -> bytes:
    if source == PASTED:
        return sys.stdin.buffer.read()
    if source.partition("://")[0] in FEED_SCHEMES:
        try:
            return fetch(source, limits_of(Settings()), agent=USER_AGENT).body
        except FetchError as error:
            stop(why_not_fetched(error))
    try:
        return Path(source).read_bytes()
    except OSError:
        stop(phrase("calendars.no_file", file=source))
