"""Tells what the cells of a column hold: dates, numbers, links, a scale, a short list, or running text."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from remembrancer.intake.tables.column_mapping import plain
from remembrancer.intake.tables.written_dates import NO_DATE_YET, Placeholder, WrittenDate, parse_written_date

MOST_VALUES = 10  # of a short list
LONGEST_VALUE = 40  # characters of one of its values
LONG_TEXT = 40  # characters on average, from which a text is one to be written anew each time
COLOURS: Mapping[str, Sequence[str]] = {
    "blue": (
        *("blue", "b", "complete", "completed", "done", "delivered", "achieved", "closed", "finished", "implemented"),
        "🔵",
    ),
    "green": ("green", "g", "on track", "on target", "on schedule", "on course", "met", "exceeded", "🟢"),
    "amber": (
        *("amber", "a", "yellow", "y", "at risk", "slipping", "some concerns", "minor issues", "partly implemented"),
        *("partially implemented", "partly met", "partially met", "🟠", "🟡"),
    ),
    "red": (
        *("red", "r", "off track", "off target", "delayed", "behind", "major issues", "not achieved", "not met"),
        *("not implemented", "overdue", "🔴"),
    ),
    "grey": (
        *("grey", "gray", "white", "not started", "not yet started", "not due", "on hold", "paused", "superseded"),
        "⚪",
    ),
}
"""What stands for each colour of a scale, the best first."""
SCALE = {word: colour for colour, words in COLOURS.items() for word in words}
_COLOUR_WORDS = {"blue", "green", "amber", "yellow", "red", "grey", "gray"}
_NUMBER = re.compile(r"(?P<money>[£€])?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?P<unit> ?%| [A-Za-z]{2,12})?")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[;\n]\s*")


class Kind(StrEnum):
    NOTHING = "nothing"
    DATES = "dates"
    SCALE = "scale"
    LINKS = "links"
    NUMBERS = "numbers"
    LIST = "list"
    LISTS = "lists"
    LONG_TEXT = "long_text"
    SHORT_TEXT = "short_text"


@dataclass(frozen=True)
class Held:
    """What cells hold; `values` are those of a list with how many cells have each, in the order in which they occur."""

    kind: Kind
    values: Mapping[str, int] = field(default_factory=dict)
    unit: str = ""


def what_is_held(texts: Sequence[str], is_status: bool = False, is_day: bool = False) -> Held:
    """Tell what the texts of a column are. A header that says that it `is_status` or `is_day` decides where they
    might be either: a status is a list whose values hardly repeat, and dates are as many as what is none.
    """
    if not texts:
        return Held(Kind.NOTHING)
    if all(_LINK.fullmatch(text) for text in texts):
        return Held(Kind.LINKS)
    if _are_dates(texts, 1 if is_day else 2):
        return Held(Kind.DATES)
    values = _counted(texts)
    if _is_scale(values, is_status):
        return Held(Kind.SCALE, values)
    numbers = [_NUMBER.fullmatch(text) for text in texts if not NO_DATE_YET.fullmatch(text)]
    units = {(found["unit"] or "").strip() for found in numbers if found}
    if numbers and all(numbers) and len(units - {""}) <= 1:
        return Held(Kind.NUMBERS, unit=units.pop() if len(units) == 1 else "")
    if _is_short_list(values, 1.2 if is_status else 2):
        return Held(Kind.LIST, values)
    several = _counted([part for text in texts for part in _SEVERAL.split(text) if part])
    if any(_SEVERAL.search(text) for text in texts) and _is_short_list(several, 1.5):
        return Held(Kind.LISTS, several)
    is_long = sum(map(len, texts)) / len(texts) >= LONG_TEXT
    return Held(Kind.LONG_TEXT if is_long else Kind.SHORT_TEXT)


def colour_of(value: str) -> str:
    """The colour of a scale that a value stands for: 'Green', 'G', 'At risk', 'Red - off track'; empty without one."""
    words = plain(value)
    first = words.partition(" ")[0]
    return SCALE.get(words) or (SCALE[first] if first in _COLOUR_WORDS else "")


def _is_scale(values: Mapping[str, int], is_status: bool) -> bool:
    """Whether every value has a colour; letters alone are a rating only where the header says so."""
    in_words = is_status or any(len(plain(value)) > 1 for value in values)
    return in_words and len(values) <= MOST_VALUES and all(colour_of(value) for value in values)


def _are_dates(texts: Sequence[str], times: int) -> bool:
    """Whether so many times more are dates than are neither dates nor what stands where one would, such as TBC."""
    parsed = [parse_written_date(text) for text in texts if not re.fullmatch(r"\d+", text)]
    days = sum(isinstance(each, WrittenDate) for each in parsed)
    others = sum(not isinstance(each, WrittenDate | Placeholder) for each in parsed) + len(texts) - len(parsed)
    return days > 0 and days >= times * others


def _counted(texts: Sequence[str]) -> dict[str, int]:
    """The texts with how often each occurs, whatever its capitals and spaces, as it is written first."""
    shown: dict[str, str] = {}
    for text in texts:
        shown.setdefault(plain(text), " ".join(text.split()))
    counts = Counter(plain(text) for text in texts)
    return {shown[key]: count for key, count in counts.items()}


def _is_short_list(values: Mapping[str, int], repeats: float) -> bool:
    """Whether there are few values, all short, and each stands in so many cells on average."""
    is_short = 1 < len(values) <= MOST_VALUES and max(map(len, values)) <= LONGEST_VALUE
    return is_short and sum(values.values()) >= repeats * len(values)
