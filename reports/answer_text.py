"""Answers in the words that people read."""

from datetime import date
from typing import Any

from remembrancer.rules.programmes.spec import Option, Question
from remembrancer.wording import say, short_day


def in_words(question: Question, value: Any) -> str:
    """A value as text; what is nothing is said to be nothing."""
    if question.kind.is_nothing(value):
        return say("answers.none") if question.none_word else say("answers.nothing")
    return "; ".join(" ".join(map(_piece, part)) for part in question.kind.in_words(value))


def _piece(piece: Option | date | str) -> str:
    if isinstance(piece, Option):
        return f"{piece.symbol} {piece.word}".strip()
    return short_day(piece) if isinstance(piece, date) else piece


def option_in_words(question: Question, key: str) -> str:
    """The option's word, its symbol before it where it has one; a key that is gone stands for itself."""
    return _piece(question.option_or_key(key))
