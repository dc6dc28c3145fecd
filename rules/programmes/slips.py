"""Answers that can be stored, and are most likely slips: each is asked about once, in words, before it is.

A year that nobody means, a milestone that moves by more than five years, 'tbc' where words are needed, and an answer
that all is well although the end date has passed. What cannot be at all is refused elsewhere: rules.programmes.answers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from remembrancer.rules.programmes.answers import Circumstances, is_asked, is_required
from remembrancer.rules.programmes.spec import Option, Programme, Question

EARLIEST_YEAR, MOST_YEARS_OFF = 1990, 20
MOST_DAYS_MOVED = 5 * 366
_NO_SUBSTANCE = re.compile(
    r"\W*(?:none|nil|nothing|no|n/?a|not applicable|tb[acd]|to be (?:confirmed|advised|decided)|x+|as above)?\W*",
    re.IGNORECASE,
)
"""Words that fill a box and say nothing."""


@dataclass(frozen=True)
class Slip:
    """One answer that is asked about; `why` names a sentence (slips.WHY in words.yaml) about these days or words."""

    why: str
    label: str
    day: date | None = None
    before: date | None = None
    said: str = ""

    @property
    def key(self) -> str:
        """What the slip is about, so that the same one is not asked about again."""
        return f"{self.why}-{self.label}-{self.day}-{self.said}"


def find_slips(programme: Programme, circumstances: Circumstances, today: date) -> list[Slip]:
    """Every answer that is most likely a slip, in the form's order."""
    found = [
        slip
        for question in programme.form.questions
        for label, day, before in _days(question, circumstances)
        if (slip := _of_day(label, day, before, _begun(question, circumstances), today)) is not None
    ]
    return [*found, *_without_substance(programme, circumstances), *_past_its_end(programme, circumstances, today)]


def is_likely(day: date, today: date) -> bool:
    """Whether somebody may mean this year; a council says nothing of 1927 or 2127."""
    return EARLIEST_YEAR <= day.year <= today.year + MOST_YEARS_OFF


def standing_end(programme: Programme, circumstances: Circumstances) -> tuple[Question, date] | None:
    """The date that holds where no new one is given, and the question that would change it: the item's end date."""
    for question in programme.form.questions:
        if question.last_from:
            value = circumstances.last.get(question.key) or circumstances.facts.get(question.last_from)
            return (question, date.fromisoformat(value[:10])) if value else None
    return None


def _days(question: Question, circumstances: Circumstances) -> Iterator[tuple[str, date, date | None]]:
    """Each day of an answer with its label, and the day that was given before it."""
    value, last = circumstances.answers.get(question.key), circumstances.last.get(question.key)
    if question.kind.spoken == "day" and value:
        before = last or (circumstances.facts.get(question.last_from) if question.last_from else None)
        yield question.label, date.fromisoformat(value[:10]), _day(before)
    if question.kind.spoken == "days" and isinstance(value, Mapping):
        for key, day in value.items():
            option: Option | str = question.option_or_key(key)
            label = option if isinstance(option, str) else option.word
            if day:
                yield label, date.fromisoformat(day[:10]), _day((last or {}).get(key))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _begun(question: Question, circumstances: Circumstances) -> date | None:
    return _day(circumstances.facts.get(question.not_before)) if question.not_before else None


def _of_day(label: str, day: date, before: date | None, begun: date | None, today: date) -> Slip | None:
    if day == before:
        return None
    if not is_likely(day, today):
        return Slip("far_off", label, day)
    if before is not None and abs((day - before).days) > MOST_DAYS_MOVED:
        return Slip("moved_far", label, day, before)
    if begun is not None and day < begun:
        return Slip("before_begin", label, day, begun)
    return None


def _without_substance(programme: Programme, circumstances: Circumstances) -> Iterator[Slip]:
    """Each text that is needed and says nothing; where the question has a word for 'none', that word is an answer."""
    for question in programme.form.questions:
        said = str(circumstances.answers.get(question.key) or "")
        if (
            question.kind.is_prose
            and not question.kind.is_nothing(said)
            and _NO_SUBSTANCE.fullmatch(said)
            and is_asked(programme, question, circumstances)
            and is_required(programme, question, circumstances)
        ):
            yield Slip("no_substance", question.label, said=said.strip())


def _past_its_end(programme: Programme, circumstances: Circumstances, today: date) -> Iterator[Slip]:
    """An answer that all is well, by its colour, where the end date has passed and no later one is given."""
    status = programme.status.option(circumstances.answers.get(programme.form.status) or "")
    standing = standing_end(programme, circumstances)
    if status is None or status.colour != "green" or standing is None:
        return
    question, end = standing
    new = _day(circumstances.answers.get(question.key)) or end
    if new < today:
        yield Slip("past_end", status.word, new)
