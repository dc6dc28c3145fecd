"""Figures: what a programme's measures give over what was given in a window (see rules.programmes.measures)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remembrancer.rules.calendar.financial_year import DEFAULT_YEAR_START
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.programmes.answers import Answers, Circumstances, all_hold
from remembrancer.rules.programmes.measures import BaseMeasure
from remembrancer.rules.programmes.spec import Programme


@dataclass(frozen=True)
class Told:
    """One return of the window: the item's ref and facts, and its answer, None where there is none."""

    ref: str
    facts: Mapping[str, Any]
    answers: Answers | None

    def value(self, question: str) -> Any:
        """What was given for a question; None where nothing was recorded."""
        return (self.answers or {}).get(question)


@dataclass(frozen=True)
class Period:
    """A window's returns in item order, and its financial year."""

    returns: Sequence[Told]
    year: int
    year_start: tuple[int, int] = DEFAULT_YEAR_START


def figures(programme: Programme, this: Period, previous: Period | None) -> dict[str, Any]:
    """Every figure the programme declares, by key."""
    counted = {"this": Counted(programme, this), "previous": Counted(programme, previous or Period((), 0))}
    return {key: counted[measure.window].figure(measure) for key, measure in programme.figures.items()}


def in_group(programme: Programme, period: Period, group: str) -> list[Told]:
    """The returns that are in a named group, in item order."""
    counted = Counted(programme, period)
    return [told for told in period.returns if counted.is_in(told, group)]


class Counted:
    """A window's returns as measures count them: who answered, and which questions anybody's record has."""

    def __init__(self, programme: Programme, period: Period) -> None:
        self.programme = programme
        self.period = period
        self.answered = [told for told in period.returns if told.answers is not None]
        self.recorded = {key for told in self.answered for key in told.answers or {}}

    def figure(self, measure: BaseMeasure) -> Any:
        """What the measure gives; None where what it rests on was not recorded."""
        if not self.period.returns or not self._is_recorded(measure):
            return None
        among = [told for told in self.period.returns if not measure.among or self.is_in(told, measure.among)]
        return measure.compute(self, among)

    def _is_recorded(self, measure: BaseMeasure) -> bool:
        """Whether every question it rests on was recorded in this window, or nobody has answered at all."""
        asked = {question.key for question in self.programme.form.questions}
        groups = [self.programme.groups[name] for what, name in measure.rests_on() if what == "group"]
        named = {name for _, name in measure.rests_on()} | {c.question for group in groups for c in group}
        return not self.answered or (named & asked) <= self.recorded

    def is_in(self, told: Told, group: str) -> bool:
        """Whether a return is in a named group."""
        period = self.period
        circumstances = Circumstances(
            answers=told.answers or {}, facts=told.facts, year=period.year, year_start=period.year_start
        )
        return all_hold(self.programme, self.programme.groups[group], circumstances)

    def by_value(self, key: str, among: Sequence[Told]) -> dict[str, int]:
        """How many returns chose each value of a question or a fact.

        A value that nobody chose is nought, because it could be chosen.
        """
        if key in self.programme.facts:
            everyone = [slugify(str(told.facts[key])) for told in self.period.returns if told.facts.get(key)]
            values = dict.fromkeys(everyone)
            chosen = [{slugify(str(told.facts.get(key) or ""))} for told in among]
        else:
            question = self.programme.question(key)
            values = dict.fromkeys(option.counts_as for option in question.choices)
            chosen = [question.kind.counts_as(told.value(key)) for told in among]
        return {value: sum(value in each for each in chosen) for value in values}
