"""Answers to a form: which questions are asked, what is missing or wrong, what changed since last time.

Answers map a question's key to its value: text, an option's key, a list of option keys, ISO date text, or option
key to ISO date text. A key that is absent was not recorded; an empty value means 'nothing'.
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


def is_nothing(question: Question, value: Any) -> bool:
    """Whether a value means 'nothing': empty, or the question's own word for none."""
    if isinstance(value, str):
        said = value.strip().rstrip(".").lower()
        return not said or (bool(question.none_word) and said == question.none_word.lower())
    return not value


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
    chosen = [value] if isinstance(value, str) else list(value or [])
    if not condition.question:
        return set(chosen)
    question = programme.question(condition.question)
    groups = {option.counts_as for key in chosen if (option := question.option(key))}
    return set(chosen) | groups


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
    value = circumstances.answers.get(question.key)
    blank = not value or (isinstance(value, str) and not value.strip())
    if blank:
        required = is_required(programme, question, circumstances)
        return ("say_none" if question.none_word else "required") if required else ""
    if question.fresh_unless and not all_hold(programme, question.fresh_unless, circumstances):
        before = circumstances.last.get(question.key)
        if isinstance(before, str) and before.strip() == str(value).strip():
            return "fresh"
    return ""


def complete(programme: Programme, circumstances: Circumstances) -> dict[str, Any]:
    """The answers as they are stored: every question of the form, empty where it was not asked."""
    kept: dict[str, Any] = {}
    for question in programme.form.questions:
        asked = is_asked(programme, question, circumstances)
        kept[question.key] = circumstances.answers.get(question.key) if asked else None
        kept[question.key] = _in_option_order(question, kept[question.key]) or empty(question)
    return kept


def _in_option_order(question: Question, value: Any) -> Any:
    """The same choices are the same answer, in whatever order they were made."""
    if question.type != "choices" or not value:
        return value
    return [option.key for option in question.choices if option.key in value]


def is_same(question: Question, one: Any, other: Any) -> bool:
    """Whether two values are one answer: nothing is nothing, and several choices have no order.

    A choice that the form has no more still counts.
    """
    if question.type == "choices":
        return set(one or ()) == set(other or ())
    return bool((one or None) == (other or None))


def empty(question: Question) -> Any:
    """'Nothing', in the question's own type."""
    nothing: dict[str, Any] = {"choices": [], "dates": {}}
    return nothing.get(question.type, "")


def prefilled(programme: Programme, last: Answers) -> dict[str, Any]:
    """Last time's answers, to start from: only what carries over and is still an option."""
    return {
        question.key: _still_offered(question, last[question.key])
        for question in programme.form.questions
        if question.prefill and last.get(question.key)
    }


def _still_offered(question: Question, value: Any) -> Any:
    if question.type == "choices":
        return [key for key in value if question.option(key)]
    if question.type == "dates":
        return {key: day for key, day in value.items() if question.option(key)}
    if question.type == "choice":
        return value if question.option(value) else ""
    return value


def unchanged(
    programme: Programme, circumstances: Circumstances, besides: frozenset[str] | set[str] = frozenset()
) -> bool:
    """Whether what carries over is as it was last time. Never so where nothing was given last time."""
    if not circumstances.last:
        return False
    return all(
        (_in_option_order(question, circumstances.answers.get(question.key)) or empty(question))
        == (_in_option_order(question, circumstances.last.get(question.key)) or empty(question))
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


def moved_dates(question: Question, answers: Answers, last: Answers) -> dict[str, str]:
    """The old date of each kind whose date moved: option key to ISO date."""
    now, before = answers.get(question.key) or {}, last.get(question.key) or {}
    return {key: before[key] for key in before if before[key] and now.get(key) and now[key] != before[key]}
