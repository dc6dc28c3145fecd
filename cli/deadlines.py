"""Days counted on the command line: no folder, no database, nothing but the calendar."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from remembrancer.cli.shared import AsJson, print_json, stop, the_moment
from remembrancer.intake.tables.date_cells import read_iso
from remembrancer.intake.tables.written_dates import Doubt
from remembrancer.reports.deadline_explanation import because, because_in_short
from remembrancer.rules.calendar import day_counting
from remembrancer.rules.calendar.day_counting import CannotCountError, Counted, Counting, Roll, announced_by_default
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase

app = typer.Typer()
SEVERAL = ("--works", "--closed")
Nation = Literal["england-and-wales", "scotland", "northern-ireland"]
ZONE = "Europe/London"


@dataclass(frozen=True)
class Way:
    """A way of counting: from which day, how a result is rolled where that is wanted, and the sentence that says it."""

    count: Counting
    roll: Roll
    sentence: str


WAYS: Mapping[str, Mapping[str, Way]] = {
    "clear_working_days": {
        "meeting": Way(day_counting.latest_publication, "earlier", "publish_by"),
        "published": Way(day_counting.earliest_meeting, "later", "meet_from"),
    },
    "clear_days": {
        "published": Way(day_counting.earliest_decision, "later", "decide_from"),
        "decision": Way(day_counting.latest_notice, "earlier", "notice_by"),
    },
    "working_days_after": {"published": Way(day_counting.working_days_after, "later", "not_before")},
    "working_days_before": {"meeting": Way(day_counting.working_days_before, "earlier", "by")},
}


class Several(TyperCommand):
    """A command that takes '--works A B' for '--works A --works B', as people write it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_spread(args)))


def _spread(words: Sequence[str]) -> Iterator[str]:
    several, last = "", ""
    for word in words:
        if word.startswith("-"):
            name = word.partition("=")[0]
            several = name if name in SEVERAL else ""
        elif several and last != several:
            yield several
        yield word
        last = word


@app.command("deadlines", cls=Several)
def deadlines(
    clear_working_days: Annotated[int | None, typer.Option(help=phrase("deadlines.clear_working_days"))] = None,
    clear_days: Annotated[int | None, typer.Option(help=phrase("deadlines.clear_days"))] = None,
    working_days_after: Annotated[int | None, typer.Option(help=phrase("deadlines.working_days_after"))] = None,
    working_days_before: Annotated[int | None, typer.Option(help=phrase("deadlines.working_days_before"))] = None,
    meeting: Annotated[str | None, typer.Option(metavar="DATE", help=phrase("deadlines.meeting"))] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help=phrase("deadlines.published"))] = None,
    decision: Annotated[str | None, typer.Option(metavar="DATE", help=phrase("deadlines.decision"))] = None,
    nation: Annotated[Nation, typer.Option(help=phrase("deadlines.nation"))] = "england-and-wales",
    works: Annotated[list[str] | None, typer.Option(metavar="DATE…", help=phrase("deadlines.works_help"))] = None,
    closed: Annotated[list[str] | None, typer.Option(metavar="DATE…", help=phrase("deadlines.closed_help"))] = None,
    announced_until: Annotated[
        str | None, typer.Option(metavar="DATE", help=phrase("deadlines.announced_until"))
    ] = None,
    roll: Annotated[bool, typer.Option("--roll/--no-roll", help=phrase("deadlines.roll"))] = False,
    as_json: AsJson = False,
) -> None:
    numbers = {
        "clear_working_days": clear_working_days,
        "clear_days": clear_days,
        "working_days_after": working_days_after,
        "working_days_before": working_days_before,
    }
    way, n, day = _asked(numbers, {"meeting": meeting, "published": published, "decision": decision})
    time = WorkingTime(nation, ZONE, closed=_days("--closed", closed), works=_days("--works", works))
    until = _day("--announced-until", announced_until) if announced_until else announced_by_default(the_moment().date())
    try:
        plain, rolled = (way.count(day, n, time, until, how) for how in ("none", way.roll))
    except CannotCountError as refused:
        stop(phrase(f"deadlines.{refused.name}", **refused.values))
    if as_json:
        print_json(_as_json(rolled if roll else plain))
        return
    for line in _in_words(way, plain, rolled, roll, until):
        typer.echo(line)


def _asked(numbers: Mapping[str, int | None], days: Mapping[str, str | None]) -> tuple[Way, int, date]:
    """What is counted, how many, and from which day; anything but one number and a day that goes with it is refused."""
    counted = [(name, n) for name, n in numbers.items() if n is not None]
    if len(counted) != 1:
        stop(phrase("deadlines.one_count"))
    [(name, n)] = counted
    given = [(anchor, text) for anchor, text in days.items() if text is not None]
    if len(given) != 1 or given[0][0] not in WAYS[name]:
        known = phrase("deadlines.or").join(f"--{anchor}" for anchor in WAYS[name])
        stop(phrase("deadlines.one_day", count=f"--{name.replace('_', '-')}", days=known))
    [(anchor, text)] = given
    return WAYS[name][anchor], n, _day(f"--{anchor}", text)


def _days(option: str, given: Sequence[str] | None) -> frozenset[date]:
    """The dates of an option that may be given several times, each with one date or several with commas."""
    texts = [text.strip() for each in given or () for text in each.split(",")]
    return frozenset(_day(option, text) for text in texts if text)


def _day(option: str, text: str) -> date:
    found = read_iso(text)
    if isinstance(found, Doubt):
        stop(f"{option}: {phrase(f'problems.{found.name}', **found.values)}")
    return found


def _as_json(found: Counted) -> dict[str, object]:
    return {
        "date": found.date.isoformat(),
        "raw": found.raw.isoformat(),
        "rolled": found.rolled,
        "provisional": found.provisional,
        "because": because(found),
    }


def _in_words(way: Way, plain: Counted, rolled: Counted, roll: bool, until: date) -> Iterator[str]:
    found = rolled if roll else plain
    yield phrase(f"deadlines.{way.sentence}", day=in_full(found.date))
    if rolled.rolled and roll:
        yield phrase("deadlines.rolled", raw=in_full(found.raw))
    elif rolled.rolled:
        yield phrase("deadlines.no_working_day", rolled=in_full(rolled.date))
    if found.provisional:
        yield phrase("deadlines.provisional", until=in_full(until))
    yield from (f"- {line}" for line in because_in_short(found))
