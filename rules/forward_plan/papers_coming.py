"""What will be asked about papers, if nobody does anything meanwhile."""

from collections.abc import Iterator, Sequence, Set
from datetime import date, datetime

from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.papers import DuePaper, Paper, PaperKey, due, steps
from remembrancer.rules.prompts import due as prompts_due


def coming(
    facts: Facts, papers: Sequence[Paper], prompted: Set[PaperKey], start: datetime, end: datetime
) -> Iterator[tuple[datetime, list[DuePaper]]]:
    """What looks from `start` to `end` would find due, one after the other."""
    told, first = set(prompted), [(_first_day(facts, paper), paper) for paper in papers]
    for moment in [start, *moments(facts, papers, start, end)]:
        begun = [paper for day, paper in first if day is not None and day <= moment.date() + DAY]
        found = due(facts, begun, told, moment)
        told |= {each.key for each in found}
        yield moment, found


def moments(facts: Facts, papers: Sequence[Paper], start: datetime, end: datetime) -> list[datetime]:
    """When anything about papers could fall due after `start`, up to and including `end`: the looks that miss nothing.

    That is when a step does by the clock of anybody, on the mornings to which it waits, and when people come and go.
    """
    zones = {person.time_zone for person in facts.people.values()} | {facts.time.zone}
    found = {at(day, facts.time.starts, zone) for paper in papers for day in _days(facts, paper) for zone in zones}
    return sorted({*(each for each in found if start < each <= end), *prompts_due.moments(facts, start, end)})


def _days(facts: Facts, paper: Paper) -> set[date]:
    return {day for stage, deadline in paper.stages for _, _, day in steps(facts, paper, stage, deadline)}


def _first_day(facts: Facts, paper: Paper) -> date | None:
    """Before this day nobody is asked anything about it; None where nobody ever is."""
    return min(_days(facts, paper), default=None)
