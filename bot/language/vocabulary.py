"""The words of a programme's file as patterns: how each of its fields is named, and how its values are said."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from remembrancer.bot.language.dates import DAY, to_date
from remembrancer.bot.language.message_text import CIRCLES
from remembrancer.rules.programmes.slips import is_likely
from remembrancer.rules.programmes.spec import Option, Programme, Question

NUMBER = r"(?:£ ?)?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?:£ ?)?\d+(?:\.\d+)?(?![\d,/]\d)"
UNIT = r"(?: ?%| ?per ?cent\b| percent\b)?"
Parse = Callable[[str, bool], Any]
"""From the words of a value and whether they tell of the past to the value; None where it is none."""


def spoken(words: str) -> str:
    """A pattern of words whatever their case, hyphens and spaces: 'on track', 'on-track', 'ontrack'."""
    parts = [re.escape(word) for word in re.split(r"[\s-]+", words.strip().translate({ord("’"): "'"})) if word]
    plural = "" if not parts[-1][-1:].isalpha() or len(parts[-1]) < 4 else "s?"
    joined = r"[\s-]*".join(parts)
    return rf"(?<!\w){joined}{plural}(?![\w'])(?!-\w)"


def any_of(ways: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first."""
    found = sorted(dict.fromkeys(ways), key=lambda way: (-len(way), way))
    return "(?:" + "|".join(spoken(way) for way in found) + ")" if found else r"(?!)"


@dataclass(frozen=True)
class Field:
    """One field that words may set: its key ('milestones.go_live'), its labels and values as patterns."""

    key: str
    question: Question
    kind: Literal["status", "choice", "date", "number", "list", "board", "text"]
    label: str
    value: str
    parse: Parse


@dataclass(frozen=True)
class Vocabulary:
    """The fields of a programme, in the form's order."""

    programme: Programme
    today: date
    fields: tuple[Field, ...]

    @property
    def status(self) -> Field:
        return next(field for field in self.fields if field.key == self.programme.form.status)

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)


def vocabulary(programme: Programme, today: date) -> Vocabulary:
    """How this programme's answers are said, where `today` is today."""
    fields = [field for question in programme.form.questions for field in _fields(programme, question, today)]
    return Vocabulary(programme, today, tuple(fields))


def _fields(programme: Programme, question: Question, today: date) -> Iterable[Field]:
    label = any_of([question.label, *question.said_as])
    spoken_as = question.kind.spoken
    if spoken_as == "option":
        is_status = question.key == programme.form.status
        ways = [*_ways(question), *(_colours(question) if is_status else ())]
        pattern, parse = _options(ways)
        yield Field(question.key, question, "status" if is_status else "choice", label, pattern, parse)
    elif spoken_as == "options":
        pattern, parse = _options(_ways(question))
        yield Field(question.key, question, "list", label, pattern, parse)
    elif spoken_as == "day":
        yield Field(question.key, question, "date", label, DAY, _day_parser(today))
    elif spoken_as == "days":
        for option in question.choices:
            words = any_of([option.word, *option.said_as])
            kind: Literal["board", "date"] = "board" if question.date_optional else "date"
            yield Field(f"{question.key}.{option.key}", question, kind, words, DAY, _day_parser(today))
    elif spoken_as == "number":
        pattern, number = _numbers(question)
        yield Field(question.key, question, "number", label, pattern, number)
    else:
        yield Field(question.key, question, "text", label, "", lambda text, _past: text)


def _ways(question: Question) -> list[tuple[str, Option]]:
    """Each way of saying an option; 'Yes, it is on track' is also said without its 'yes'."""
    ways = question.ways_to_say()
    return [*ways, *((re.sub(r"^(?:yes|no), ", "", words, flags=re.I), option) for words, option in ways)]


def _colours(question: Question) -> list[tuple[str, Option]]:
    """The colour of each option, as a word and as a circle, where no other option has it."""
    colours = [option.colour for option in question.choices if option.colour]
    own = [option for option in question.choices if option.colour and colours.count(option.colour) == 1]
    circles = [(circle, option) for option in own for circle, colour in CIRCLES.items() if colour == option.colour]
    return [*((option.colour, option) for option in own), *circles]


def _options(ways: Sequence[tuple[str, Option]]) -> tuple[str, Parse]:
    patterns = [(re.compile(spoken(words) if words[:1].isalnum() else re.escape(words), re.I), o) for words, o in ways]

    def parse(text: str, _is_past: bool) -> str | None:
        return next((option.key for pattern, option in patterns if pattern.fullmatch(text.strip())), None)

    circles = "|".join(words for words, _ in ways if not words[:1].isalnum())
    words = any_of(words for words, _ in ways if words[:1].isalnum())
    return (f"(?:{words}|{circles})" if circles else words), parse


def _day_parser(today: date) -> Parse:
    def parse(text: str, is_past: bool) -> str | None:
        day = to_date(text, today, is_past)
        return day.isoformat() if day and is_likely(day, today) else None

    return parse


def _numbers(question: Question) -> tuple[str, Parse]:
    words = {way.lower(): number for way, number in question.values.items()}

    def parse(text: str, _is_past: bool) -> float | int | None:
        plain = re.sub(r"[£,\s]|%|per ?cent", "", text.lower())
        value = words.get(" ".join(text.lower().split()))
        return value if value is not None else question.kind.from_field(plain)

    return f"(?:{any_of(words)}|(?:{NUMBER}){UNIT})" if words else f"(?:(?:{NUMBER}){UNIT})", parse
