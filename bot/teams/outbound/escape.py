"""Escapes text so that Teams shows it as it was written, where it would read Markdown or insert dates.

Teams has no escape that all its clients know: those on phones show a backslash. So an invisible character separates
what could start a construct from what would complete it, and two characters are replaced by look-alikes.
(https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features)
"""

import re

UNSEEN = "\u2060"
"""The word joiner: it has no width, and no line breaks at it."""
TWINS = {"*": "∗", "`": "ˋ"}
_BEGINS = re.compile(
    r"""[\\\]<&~!](?=\S)            # an escape, a link's text or an entity, a mention, struck out
    | (?<=[^\W\d]):(?=\S) | /(?=/)  # an address
    | (?<=\w)[.@](?=[^\W\d])        # a name of a site or of a mailbox
    | \{(?=\{)""",
    re.VERBOSE,
)
_LINE = re.compile(r"(?m)^(?=[\s\-+#>=|:~\d])(?=.)")
_MACRO = re.compile(r"\{(?=\{)")


def literal(text: str) -> str:
    """Escape text for places where Teams reads Markdown, so that nothing in it formats, links or mentions."""
    apart = _BEGINS.sub(lambda found: found[0] + UNSEEN, text).replace("_", f"{UNSEEN}_{UNSEEN}")
    for mark, twin in TWINS.items():
        apart = apart.replace(mark, twin)
    return _LINE.sub(UNSEEN, apart)


def dateless(text: str) -> str:
    """Escape text for places where Teams reads no Markdown, but would replace '{{DATE(…)}}' by a date."""
    return _MACRO.sub("{" + UNSEEN, text)


def seen(text: str) -> str:
    """Return escaped text as a person sees it: without invisible characters, and with the original characters."""
    for mark, twin in TWINS.items():
        text = text.replace(twin, mark)
    return text.replace(UNSEEN, "")
