"""Text that stands as it was written where Teams would read Markdown, or put dates in.

Teams has no escape that all its clients know: the ones on phones show a backslash. So what could begin something is
kept apart from what would complete it by a character that nobody sees, and two have a twin that begins nothing.
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
    """The text, for where Teams reads Markdown: it shows as it is, and nothing in it formats, links or mentions."""
    apart = _BEGINS.sub(lambda found: found[0] + UNSEEN, text).replace("_", f"{UNSEEN}_{UNSEEN}")
    for mark, twin in TWINS.items():
        apart = apart.replace(mark, twin)
    return _LINE.sub(UNSEEN, apart)


def dateless(text: str) -> str:
    """The text, for where Teams reads no Markdown, and yet would put a date in for '{{DATE(…)}}'."""
    return _MACRO.sub("{" + UNSEEN, text)


def seen(text: str) -> str:
    """The text as a person sees it: without what has no width, and with the characters that have a twin."""
    for mark, twin in TWINS.items():
        text = text.replace(twin, mark)
    return text.replace(UNSEEN, "")
