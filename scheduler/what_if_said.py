"""What an act on a window would send, in words: short enough for a phone."""

from collections.abc import Sequence

from scheduler.what_if import WhatIf
from wording import render, say

FEW = 10


def in_words(what: WhatIf, zone: str) -> str:
    """The preview as Markdown, by the clock of `zone`."""
    return render("messages/what_if.md", what=what, zone=zone, groups=_groups(what), corrected=few(what.corrected))


def few(names: Sequence[str]) -> str:
    """Up to ten of them, 'and 7 more'."""
    if len(names) <= FEW:
        return ", ".join(names)
    return say("what_if.and_more", names=", ".join(names[:FEW]), count=len(names) - FEW)


def _groups(what: WhatIf) -> list[tuple[str, str]]:
    """Those who hear at once, by why: the why, and the names with their refs."""
    by_why: dict[str, list[str]] = {}
    for each in what.at_once:
        by_why.setdefault(each.why, []).append(f"{each.name} ({few(each.refs)})")
    return [(why, few(names)) for why, names in by_why.items()]
