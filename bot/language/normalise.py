"""One line, no final stop; shared patterns."""

import re

LONGEST = 120  # characters of any phrase
REF = r"(?: (?:(?:about|for) )?#?(?P<ref>[\w./-]*\d[\w./-]*))?"
I_AM = r"(?:i am|i['’]?m|i will be|i['’]ll be)"
NAME = r"(?P<name>[^\s,;:!?]+(?: [^\s,;:!?]+){0,3}?)"


def plain(text: str) -> str:
    """The text as the phrases are written: on one line, without its last full stop; nothing of a longer one."""
    text = text.strip()
    if len(text) > LONGEST or "\n" in text:
        return ""
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"(?:,? please)?[ .!?]*$", "", text, flags=re.IGNORECASE)
