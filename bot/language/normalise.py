"""Puts a typed text into one line without its final stop, and holds what several modules share."""

import re

LONGEST = 120  # characters of any phrase
REF = r"(?: (?:(?:about|for) )?#?(?P<ref>[\w./-]*\d[\w./-]*))?"
NAME = r"(?P<name>[^\s,;:!?]+(?: [^\s,;:!?]+){0,3}?)"


def normalise(text: str) -> str:
    """The text on one line, without a final stop or 'please'; empty for a text of several lines or over LONGEST."""
    text = text.strip()
    if len(text) > LONGEST or "\n" in text:
        return ""
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"(?:,? please)?[ .!?]*$", "", text, flags=re.IGNORECASE)


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())
