"""Puts a typed text into one line without its final stop, and holds patterns that several modules share."""

import re

LONGEST = 120  # characters of any phrase
REF = r"(?: (?:(?:about|for) )?#?(?P<ref>[\w./-]*\d[\w./-]*))?"
I_AM = r"(?:i am|i['’]?m|i will be|i['’]ll be)"
NAME = r"(?P<name>[^\s,;:!?]+(?: [^\s,;:!?]+){0,3}?)"


def plain(text: str) -> str:
    """The text on one line, without a final stop or 'please'; empty for a text of several lines or over LONGEST."""
    text = text.strip()
    if len(text) > LONGEST or "\n" in text:
        return ""
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"(?:,? please)?[ .!?]*$", "", text, flags=re.IGNORECASE)
