"""Escapes text so that Teams shows it as it was written, where it would read Markdown or insert dates.

Teams has no escape that all its clients know: those on phones show a backslash. So an invisible character separates
what could start a construct from what would complete it, and two characters are replaced by look-alikes.
(https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features)
"""

import re

WORD_JOINER = "\u2060"
"""The word joiner: it has no width, and no line breaks at it."""
LOOK_ALIKES = {"*": "∗", "`": "ˋ"}
_MARKUP = re.compile(
    r"""[\\\]<&~!](?=\S)            # an escape, a link's text or an entity, a mention, struck out
    | (?<=[^\W\d]):(?=\S) | /(?=/)  # an address
    | (?<=\w)[.@](?=[^\W\d])        # a name of a site or of a mailbox
    | \{(?=\{)""",
    re.VERBOSE,
)
_LINE = re.compile(r"(?m)^(?=[\s\-+#>=|:~\d])(?=.)")
_MACRO = re.compile(r"\{(?=\{)")


def escape_markdown(text: str) -> str:
    """Escape text for places where Teams reads Markdown, so that nothing in it formats, links or mentions."""
    escaped = _MARKUP.sub(lambda found: found[0] + WORD_JOINER, text).replace("_", f"{WORD_JOINER}_{WORD_JOINER}")
    for mark, look_alike in LOOK_ALIKES.items():
        escaped = escaped.replace(mark, look_alike)
    return _LINE.sub(WORD_JOINER, escaped)


def escape_dates(text: str) -> str:
    """Escape text for places where Teams reads no Markdown, but would replace '{{DATE(…)}}' by a date."""
    return _MACRO.sub("{" + WORD_JOINER, text)


def unescape(text: str) -> str:
    """Return escaped text as a person sees it: without invisible characters, and with the original characters."""
    for mark, look_alike in LOOK_ALIKES.items():
        text = text.replace(look_alike, mark)
    return text.replace(WORD_JOINER, "")
