"""Parses how often an item comes before a board."""

import re
from dataclasses import dataclass
from enum import StrEnum


class RecurrenceKind(StrEnum):
    STANDING = "standing"
    ANNUAL = "annual"
    MONTHS = "months"
    EVERY_OTHER = "every_other"
    ONE_OFF = "one_off"


_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}
_COUNT = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_MONTHS = re.compile(rf"{_COUNT}[ -]?month(?:s|ly)?|every {_COUNT} months?")
_WORDS = {
    RecurrenceKind.STANDING: ("standing", "standing item", "every meeting", "each meeting", "all meetings"),
    RecurrenceKind.ANNUAL: ("annual", "annually", "yearly", "every year", "once a year"),
    RecurrenceKind.EVERY_OTHER: ("every other meeting", "alternate meetings", "every second meeting"),
    RecurrenceKind.ONE_OFF: ("one-off", "one off", "oneoff", "once", "single"),
}
_IN_MONTHS = {
    "monthly": 1,
    "quarterly": 3,
    "half-yearly": 6,
    "half yearly": 6,
    "twice a year": 6,
    "every two years": 24,
}


@dataclass(frozen=True)
class Recurrence:
    """How often an item comes; `months` is the interval of the kind MONTHS, and 0 for the others."""

    kind: RecurrenceKind
    months: int = 0

    @classmethod
    def parse(cls, text: str) -> "Recurrence | None":
        """Parse phrases such as 'standing', 'annual', '6-monthly', 'every other meeting' or 'one-off'; else None."""
        plain = " ".join(text.casefold().split())
        kind = next((kind for kind, words in _WORDS.items() if plain in (*words, kind.value)), None)
        if kind and kind is not RecurrenceKind.MONTHS:
            return cls(kind)
        months = _IN_MONTHS.get(plain) or _months(plain)
        return cls(RecurrenceKind.MONTHS, months) if months else None


def _months(plain: str) -> int:
    found = _MONTHS.fullmatch(plain)
    count = (found[1] or found[2]) if found else "0"
    return _NUMBERS.get(count) or int(count)
