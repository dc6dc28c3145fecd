"""What a programme file says of itself must hang together: every name is known, and means what its place asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remembrancer.rules.programmes.spec import Condition, Programme


def faults(programme: Programme) -> list[str]:
    """Every fault, as a sentence's end: 'no question is called progres'."""
    return [*_form(programme), *_conditions(programme), *_chase(programme), *_figures(programme), *_digest(programme)]


def _unknown(what: str, names: Iterable[str | None], known: Iterable[str]) -> Iterator[str]:
    have = set(known)
    yield from (f"no {what} is called {name}" for name in names if name and name not in have)


def _questions(programme: Programme) -> list[str]:
    return [question.key for question in programme.form.questions]


def _form(programme: Programme) -> Iterator[str]:
    keys = _questions(programme)
    yield from (f"the question {key} is asked twice" for key in sorted({k for k in keys if keys.count(k) > 1}))
    yield from _unknown("question", [programme.form.status, programme.form.progress], keys)
    yield from (
        f"the question {question.key} is the status, and needs options of its own"
        for question in programme.form.questions
        if question.key == programme.form.status and not question.choices
    )
    yield from _unknown("question", [question.out_of for question in programme.form.questions], keys)
    of_facts = [fact for question in programme.form.questions for fact in (question.last_from, question.not_before)]
    yield from _unknown("fact", of_facts, programme.facts)


def _conditions(programme: Programme) -> Iterator[str]:
    for condition in programme.conditions():
        yield from _unknown("question", [condition.question], _questions(programme))
        yield from _unknown("fact", [condition.fact], programme.facts)
        dates = [*_questions(programme), *programme.facts, "last"]
        yield from _unknown("question or fact", [condition.later_than], dates)
        yield from _options(programme, condition)
        tests = [condition.is_, condition.given, condition.later_than, condition.within, condition.unchanged]
        if sum(test not in (None, []) for test in tests) != 1:
            yield "a condition needs exactly one of is, given, later_than, within and unchanged"


def _options(programme: Programme, condition: Condition) -> Iterator[str]:
    """A misspelt option would never hold, and never say so. Boards are the organisation's, and not known here."""
    for question in programme.form.questions:
        if question.key == condition.question and question.options and question.options != "boards":
            known = {option.key for option in question.choices} | {option.counts_as for option in question.choices}
            yield from _unknown(f"option of {question.key}", condition.is_, known)


def _chase(programme: Programme) -> Iterator[str]:
    for steps in (programme.chase.steps, programme.chase.secretary_digests):
        keys = [step.key for step in steps]
        yield from (f"two steps are called {key}" for key in sorted({k for k in keys if keys.count(k) > 1}))
    yield from (
        f"the step {step.key} of secretary_digests goes to {step.to}, and such a digest goes to the secretary"
        for step in programme.chase.secretary_digests
        if step.to != "secretary"
    )


def _figures(programme: Programme) -> Iterator[str]:
    questions = _questions(programme)
    known: dict[str, Iterable[str]] = {
        "question": questions,
        "fact": programme.facts,
        "question or fact": [*questions, *programme.facts],
        "group": programme.groups,
    }
    for measure in programme.figures.values():
        for what, name in measure.names():
            yield from _unknown(what, [name], known[what])


def _digest(programme: Programme) -> Iterator[str]:
    for section in programme.digest:
        shown = (section.figure, section.percent, section.previous, section.none, section.per_item)
        yield from _unknown("figure", shown, programme.figures)
        yield from _unknown("group", [section.group], programme.groups)
        yield from _unknown("question", section.questions, _questions(programme))
