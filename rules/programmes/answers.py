"""Answers to a form: which questions are asked, what is missing or wrong, what changed since last time.

Answers map a question's key to its value (see rules.programmes.field_types). A key that is absent was not recorded;
an empty value means 'nothing'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from remembrancer.rules.calendar.financial_year import DEFAULT_YEAR_START, in_financial_year
from remembrancer.rules.programmes.spec import Condition, Programme, Question

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Circumstances:
    """What a condition is judged by: the answers, last time's, the item's facts, and the window's financial year."""

    answers: Answers
    last: Answers = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    year: int = 0
    year_start: tuple[int, int] = DEFAULT_YEAR_START


@dataclass(frozen=True)
class Wrong:
    """What is missing or wrong with one answer; `why` names a sentence in templates/words.yaml."""

    question: Question
    why: str


def last_value(programme: Programme, key: str, circumstances: Circumstances) -> Any:
    """What was given last time, or the fact that stands in for it."""
    given = circumstances.last.get(key)
    source = programme.question(key).last_from
    return given or (circumstances.facts.get(source) if source else None)


def all_hold(programme: Programme, conditions: Sequence[Condition], circumstances: Circumstances) -> bool:
    return all(_holds(programme, condition, circumstances) for condition in conditions)


def _holds(programme: Programme, condition: Condition, circumstances: Circumstances) -> bool:
    if condition.unchanged is not None:
        return condition.unchanged == unchanged(programme, circumstances, besides={programme.form.progress})
    value = _value(condition, circumstances)
    if condition.given is not None:
        return condition.given == bool(value)
    if condition.within is not None:
        year, start = circumstances.year, circumstances.year_start
        return bool(value) and in_financial_year(date.fromisoformat(value), year, start)
    if condition.later_than is not None:
        return _later(value, _other_date(programme, condition, circumstances))
    return bool(_words(programme, condition, value) & set(condition.is_))


def _value(condition: Condition, circumstances: Circumstances) -> Any:
    if condition.fact:
        return circumstances.facts.get(condition.fact)
    return circumstances.answers.get(condition.question or "")


def _other_date(programme: Programme, condition: Condition, circumstances: Circumstances) -> Any:
    if condition.later_than == "last":
        return last_value(programme, condition.question or "", circumstances)
    other = condition.later_than or ""
    return circumstances.facts.get(other) or circumstances.answers.get(other)


def _later(value: Any, other: Any) -> bool:
    return bool(value) and bool(other) and date.fromisoformat(value) > date.fromisoformat(other)


def _words(programme: Programme, condition: Condition, value: Any) -> set[str]:
    if not condition.question:
        return {value} if value else set()
    kind = programme.question(condition.question).kind
    return {*kind.chosen(value), *kind.counts_as(value)}


def is_asked(programme: Programme, question: Question, circumstances: Circumstances) -> bool:
    """Whether the question is put at all, given the other answers."""
    if question.asked_if and not all_hold(programme, question.asked_if, circumstances):
        return False
    return not (question.asked_unless and all_hold(programme, question.asked_unless, circumstances))


def is_required(programme: Programme, question: Question, circumstances: Circumstances) -> bool:
    """Whether a blank is no answer."""
    if question.required:
        return True
    if question.required_if and all_hold(programme, question.required_if, circumstances):
        return True
    unless = question.required_unless
    return bool(unless) and not all_hold(programme, unless, circumstances)


def wrongs(programme: Programme, circumstances: Circumstances) -> list[Wrong]:
    """What is missing or wrong, in the form's order; empty where the answers may be stored."""
    found = []
    for question in programme.form.questions:
        if is_asked(programme, question, circumstances):
            why = _why_wrong(programme, question, circumstances)
            found += [Wrong(question, why)] if why else []
    return found


def _why_wrong(programme: Programme, question: Question, circumstances: Circumstances) -> str:
    unless = question.fresh_unless
    is_fresh = bool(unless) and not all_hold(programme, unless, circumstances)
    return question.kind.check(
        circumstances.answers.get(question.key),
        required=is_required(programme, question, circumstances),
        last=circumstances.last.get(question.key) if is_fresh else None,
    )


def complete(programme: Programme, circumstances: Circumstances) -> dict[str, Any]:
    """The answers as they are stored: every question of the form, empty where it was not asked."""
    return {
        question.key: question.kind.stored(
            circumstances.answers.get(question.key) if is_asked(programme, question, circumstances) else None
        )
        for question in programme.form.questions
    }


def prefilled(programme: Programme, last: Answers) -> dict[str, Any]:
    """Last time's answers, to start from: only what carries over and is still an option."""
    return {
        question.key: question.kind.carried_over(last[question.key])
        for question in programme.form.questions
        if question.prefill and last.get(question.key)
    }


def unchanged(
    programme: Programme, circumstances: Circumstances, besides: frozenset[str] | set[str] = frozenset()
) -> bool:
    """Whether what carries over is as it was last time. Never so where nothing was given last time."""
    if not circumstances.last:
        return False
    return all(
        question.kind.stored(circumstances.answers.get(question.key))
        == question.kind.stored(circumstances.last.get(question.key))
        for question in programme.form.questions
        if question.prefill and question.key not in besides
    )


def may_say_no_change(programme: Programme, last: Answers, facts: Mapping[str, Any]) -> bool:
    """Whether 'No change' is enough: there is a last answer, and its status lets it stand."""
    circumstances = Circumstances(answers=last, last=last, facts=facts)
    return bool(last) and all_hold(programme, programme.form.no_change_if, circumstances)


def unchanged_run(programme: Programme, history: Sequence[Answers]) -> int:
    """How many answers in a row, up to the newest, say just what the one before them said; newest last."""
    run = 0
    for before, after in reversed(list(pairwise(history))):
        if not unchanged(programme, Circumstances(answers=after, last=before)):
            break
        run += 1
    return run
