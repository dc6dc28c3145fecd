"""Answers to a form: which questions are asked, what is missing or wrong, what changed since last time.

Answers map a question's key to its value (see rules.programmes.field_types). A key that is absent was not recorded;
an empty value means 'nothing'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from remembrancer.rules.calendar.financial_year import DEFAULT_YEAR_START, financial_year
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


def all_hold(programme: Programme, conditions: Sequence[Condition], circumstances: Circumstances) -> bool:
    return all(_holds(programme, condition, circumstances) for condition in conditions)


def _holds(programme: Programme, condition: Condition, circumstances: Circumstances) -> bool:
    if condition.unchanged is not None:
        return condition.unchanged == unchanged(programme, circumstances, besides={programme.form.progress})
    key, facts, answers = condition.question or "", circumstances.facts, circumstances.answers
    value: Any = facts.get(condition.fact) if condition.fact else answers.get(key)
    if condition.given is not None:
        return condition.given == bool(value)
    if condition.within is not None:
        start = circumstances.year_start
        return bool(value) and financial_year(date.fromisoformat(value), start) == circumstances.year
    if condition.later_than is not None:
        other = _other_date(programme, condition, circumstances)
        return bool(value and other) and date.fromisoformat(value) > date.fromisoformat(other)
    if not key:
        return bool(value) and value in condition.is_
    kind = programme.question(key).kind
    return bool({*kind.chosen(value), *kind.counts_as(value)} & set(condition.is_))


def _other_date(programme: Programme, condition: Condition, circumstances: Circumstances) -> Any:
    """The date that the condition compares with; last time's, where none was given, is the fact that stands for it."""
    if condition.later_than == "last":
        source = programme.question(condition.question or "").last_from
        given = circumstances.last.get(condition.question or "")
        return given or (circumstances.facts.get(source) if source else None)
    other = condition.later_than or ""
    return circumstances.facts.get(other) or circumstances.answers.get(other)


def standing_date(question: Question, circumstances: Circumstances) -> Any:
    """The date that stands where no new one is given: last time's, else that of the register; None without one."""
    last = circumstances.last.get(question.key)
    return last or (circumstances.facts.get(question.last_from) if question.last_from else None)


def is_asked(programme: Programme, question: Question, circumstances: Circumstances) -> bool:
    """Whether the question is put at all, given the other answers."""
    if question.asked_if and not all_hold(programme, question.asked_if, circumstances):
        return False
    return not (question.asked_unless and all_hold(programme, question.asked_unless, circumstances))


def is_required(programme: Programme, question: Question, circumstances: Circumstances) -> bool:
    """Whether a blank is no answer."""
    if question.required or (question.required_if and all_hold(programme, question.required_if, circumstances)):
        return True
    unless = question.required_unless
    return bool(unless) and not all_hold(programme, unless, circumstances)


def wrongs(programme: Programme, circumstances: Circumstances) -> list[Wrong]:
    """What is missing or wrong, in the form's order; empty where the answers may be stored."""
    found = []
    for question in programme.form.questions:
        if is_asked(programme, question, circumstances):
            unless = question.fresh_unless
            wants_new_words = bool(unless) and not all_hold(programme, unless, circumstances)
            why = question.kind.check(
                circumstances.answers.get(question.key),
                required=is_required(programme, question, circumstances),
                last=circumstances.last.get(question.key) if wants_new_words else None,
            )
            found += [Wrong(question, why)] if why else []
    return found


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
