"""Answers in the words that people read."""

from typing import Any

from remembrancer.rules.programmes.answers import is_nothing
from remembrancer.rules.programmes.spec import Question
from remembrancer.wording import say, short_day


def in_words(question: Question, value: Any) -> str:
    """A value as text; what is nothing is said to be nothing."""
    if is_nothing(question, value):
        return say("answers.none") if question.none_word else say("answers.nothing")
    if question.type == "date":
        return short_day(value)
    if question.type == "choice":
        return option_in_words(question, value)
    if question.type == "choices":
        return "; ".join(option_in_words(question, key) for key in value)
    if question.type == "dates":
        return "; ".join(dated(question, key, day) for key, day in value.items())
    return str(value)


def option_in_words(question: Question, key: str) -> str:
    """The option's word, its symbol before it where it has one; a key that is gone stands for itself."""
    option = question.option(key)
    if option is None:
        return key.replace("_", " ")
    return f"{option.symbol} {option.word}".strip()


def dated(question: Question, key: str, day: str) -> str:
    """'Key Decision 3 Sep 2019'"""
    return f"{option_in_words(question, key)} {short_day(day)}" if day else option_in_words(question, key)
