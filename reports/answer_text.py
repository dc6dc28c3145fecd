"""Answers in the words that people read."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from remembrancer.rules.programmes.slips import Slip
from remembrancer.rules.programmes.spec import Option, Question
from remembrancer.wording import phrase, short_day


def in_words(question: Question, value: Any) -> str:
    """A value as text; what is nothing is said to be nothing."""
    if question.kind.is_nothing(value):
        return phrase("answers.none") if question.none_word and value else phrase("answers.nothing")
    return "; ".join(" ".join(map(_piece, part)) for part in question.kind.in_words(value))


def in_lines(words: str) -> list[str]:
    """The lines of a text, without the marks of its bullets and blank lines."""
    lines = (re.sub(r"^\s*[-*•·▪◦–]\s+", "", line).strip() for line in words.splitlines())
    return [line for line in lines if line]


def slip_in_words(slip: Slip, label: str, said: str = "") -> str:
    """What is asked about a slip, with both readings; the caller escapes `label` and `said` where people wrote them."""
    days = {"day": slip.day, "before": slip.before}
    return phrase(
        f"slips.{slip.why}",
        label=label,
        said=said,
        **{name: short_day(day) if day else "" for name, day in days.items()},
    )


def changed_dates_in_words(question: Question, value: Mapping[str, str], before: Mapping[str, str]) -> str:
    """The dates of a question with what changed beside each: 'Go live 7 Oct 2019 (was 3 Sep 2019)'."""
    said = []
    for key, day in value.items():
        words = in_words(question, {key: day})
        if before.get(key) != day:
            words += phrase("answers.was", day=short_day(before[key])) if before.get(key) else phrase("answers.new")
        said.append(words)
    gone = {key: day for key, day in before.items() if key not in value}
    return "; ".join([*said, *([phrase("answers.removed", dates=in_words(question, gone))] if gone else [])])


def _piece(piece: Option | date | str) -> str:
    if isinstance(piece, Option):
        return f"{piece.symbol} {piece.word}".strip()
    return short_day(piece) if isinstance(piece, date) else piece


def option_in_words(question: Question, key: str) -> str:
    """The option's word, its symbol before it where it has one; a key that is gone stands for itself."""
    return _piece(question.option_or_key(key))
