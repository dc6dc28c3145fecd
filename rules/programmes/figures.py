"""Figures: one function for each measure, over what was given in the window.

A figure that rests on a question nobody's record has is None: not recorded is never nought. Percentages are of
the items in the figure's group (every item of the window where it names none), rounded half up; None of nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remembrancer.rules.calendar.financial_year import DEFAULT_YEAR_START
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.programmes import measures
from remembrancer.rules.programmes.answers import Answers, Circumstances, all_hold, is_nothing
from remembrancer.rules.programmes.spec import Programme, Question


@dataclass(frozen=True)
class Told:
    """One return of the window: the item's ref and facts, and its answer, None where there is none."""

    ref: str
    facts: Mapping[str, Any]
    answers: Answers | None


@dataclass(frozen=True)
class Period:
    """A window's returns in item order, and its financial year."""

    returns: Sequence[Told]
    year: int
    year_start: tuple[int, int] = DEFAULT_YEAR_START


def percent(part: int, whole: int) -> int | None:
    """Rounded half up, in whole percent; None where there is no whole."""
    return (200 * part + whole) // (2 * whole) if whole else None


def figures(programme: Programme, this: Period, previous: Period | None) -> dict[str, Any]:
    """Every figure the programme declares, by key."""
    counted = {"this": _Counted(programme, this), "previous": _Counted(programme, previous or Period((), 0))}
    return {key: counted[measure.window].measured(measure) for key, measure in programme.figures.items()}


def in_group(programme: Programme, period: Period, group: str) -> list[Told]:
    """The returns that are in a named group, in item order."""
    return [told for told in period.returns if _is_in(programme, period, told, group)]


def _is_in(programme: Programme, period: Period, told: Told, group: str) -> bool:
    circumstances = Circumstances(
        answers=told.answers or {}, facts=told.facts, year=period.year, year_start=period.year_start
    )
    return all_hold(programme, programme.groups[group], circumstances)


class _Counted:
    def __init__(self, programme: Programme, period: Period) -> None:
        self.programme = programme
        self.period = period
        self.answered = [told for told in period.returns if told.answers is not None]
        self.recorded = {key for told in self.answered for key in told.answers or {}}

    def measured(self, measure: measures.Measure) -> Any:
        if not self.period.returns or not self._is_recorded(measure):
            return None
        among = self._group([measure.among]) if measure.among else list(self.period.returns)
        return _HOW[type(measure)](self, measure, among)

    def _is_recorded(self, measure: measures.BaseMeasure) -> bool:
        """Whether every question it rests on was recorded in this window, or nobody has answered at all."""
        asked = {question.key for question in self.programme.form.questions}
        groups = [self.programme.groups[name] for name in measure.names() if name in self.programme.groups]
        named = set(measure.names()) | {c.question for conditions in groups for c in conditions if c.question}
        if isinstance(measure, measures.Coverage):
            named = {measure.of}
        return not self.answered or (named & asked) <= self.recorded

    def _group(self, names: Sequence[str]) -> list[Told]:
        """The returns that are in any of the named groups."""
        return [told for told in self.period.returns if any(self._is_in(told, name) for name in names)]

    def _is_in(self, told: Told, group: str) -> bool:
        return _is_in(self.programme, self.period, told, group)

    def submissions(self, _measure: measures.Submissions, among: list[Told]) -> dict[str, Any]:
        submitted = sum(told.answers is not None for told in among)
        return {"submitted": submitted, "of": len(among), "percent": percent(submitted, len(among))}

    def no_update(self, _measure: measures.NoUpdate, among: list[Told]) -> list[str]:
        return [told.ref for told in among if told.answers is None]

    def items(self, _measure: measures.Items, among: list[Told]) -> list[str]:
        return [told.ref for told in among]

    def count(self, measure: measures.Count, among: list[Told]) -> dict[str, Any]:
        counts = self._counts(measure.of, among)
        if measure.show == "n":
            return dict(counts)
        shares = {key: percent(n, len(among)) for key, n in counts.items()}
        if measure.show == "percent":
            return dict(shares)
        return {key: {"n": n, "percent": shares[key]} for key, n in counts.items()}

    def _counts(self, key: str, among: list[Told]) -> dict[str, int]:
        """How many returns chose each value; a value that nobody chose is nought, because it could be chosen."""
        if key in self.programme.facts:
            everyone = [slugify(str(told.facts[key])) for told in self.period.returns if told.facts.get(key)]
            values = dict.fromkeys(everyone)
            chosen = [{slugify(str(told.facts.get(key) or ""))} for told in among]
        else:
            question = self.programme.question(key)
            values = dict.fromkeys(option.counts_as for option in question.choices)
            chosen = [_chosen(question, told.answers) for told in among]
        return {value: sum(value in each for each in chosen) for value in values}

    def without(self, measure: measures.Without, among: list[Told]) -> int:
        question = self.programme.question(measure.of)
        return sum(told.answers is not None and is_nothing(question, told.answers.get(measure.of)) for told in among)

    def with_or_without(self, measure: measures.WithOrWithout, among: list[Told]) -> dict[str, Any]:
        question = self.programme.question(measure.of)
        without = [told.ref for told in among if is_nothing(question, (told.answers or {}).get(measure.of))]
        given = len(among) - len(without)
        return {"with": given, "of": len(among), "percent": percent(given, len(among)), "without": without}

    def per_item(self, measure: measures.PerItem, among: list[Told]) -> dict[str, int]:
        numbers = [len((told.answers or {}).get(measure.of) or []) for told in among]
        return {str(n): numbers.count(n) for n in sorted(set(numbers), reverse=True)}

    def dates(self, measure: measures.Dates, among: list[Told]) -> dict[str, Any]:
        reporting = sum(bool((told.answers or {}).get(measure.of)) for told in among)
        share = {"percent": percent(reporting, len(among))} if measure.show == "both" else {}
        return {"reporting": reporting, **share, "by_kind": self._counts(measure.of, among)}

    def later_than(self, measure: measures.LaterThan, among: list[Told]) -> dict[str, Any]:
        later = [told for told in among if _is_later(told, measure)]
        both = sum(self._is_in(told, measure.of_which) for told in later)
        refs = [told.ref for told in later]
        return {"total": len(later), f"of_which_{measure.of_which}": both, "items": refs}

    def group(self, measure: measures.Group, among: list[Told]) -> dict[str, Any]:
        shared = sum(any(self._is_in(told, name) for name in measure.share_of) for told in among)
        share = {measure.share: shared, "percent": percent(shared, len(among))}
        return {"total": len(among), **self._counts(measure.by, among), **share}

    def coverage(self, measure: measures.Coverage, among: list[Told]) -> dict[str, Any]:
        question = self.programme.question(measure.of)
        kinds = dict.fromkeys(option.counts_as for option in question.choices)
        return {kind: self._covered(question, kind, measure.scheduled.get(kind), among) for kind in kinds}

    def _covered(
        self, question: Question, kind: str, scheduled: str | None, among: list[Told]
    ) -> dict[str, Any] | None:
        if scheduled is None or (self.answered and scheduled not in self.recorded):
            return None
        expect = [told for told in among if kind in _chosen(question, told.answers)]
        on_it = sum((told.answers or {}).get(scheduled) == "yes" for told in expect)
        return {"scheduled": on_it, "of": len(expect), "percent": percent(on_it, len(expect))}


def _chosen(question: Question, answers: Answers | None) -> set[str]:
    """What an answer counts as: its options, or the groups they belong to."""
    value = (answers or {}).get(question.key) or []
    keys = [value] if isinstance(value, str) else list(value)
    return {option.counts_as for key in keys if (option := question.option(key))}


def _is_later(told: Told, measure: measures.LaterThan) -> bool:
    given, than = (told.answers or {}).get(measure.of), told.facts.get(measure.than)
    return bool(given and than and str(given) > str(than))


_HOW: dict[type[measures.BaseMeasure], Callable[[_Counted, Any, list[Told]], Any]] = {
    measures.Submissions: _Counted.submissions,
    measures.NoUpdate: _Counted.no_update,
    measures.Items: _Counted.items,
    measures.Count: _Counted.count,
    measures.Without: _Counted.without,
    measures.WithOrWithout: _Counted.with_or_without,
    measures.PerItem: _Counted.per_item,
    measures.Dates: _Counted.dates,
    measures.LaterThan: _Counted.later_than,
    measures.Group: _Counted.group,
    measures.Coverage: _Counted.coverage,
}
