"""What words about a paper mean: it is so, not yet and why, another meeting, withdrawn, taken back. Pure.

A paper goes before a board, so nothing is guessed: what is not plainly one of these means nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from remembrancer.rules.forward_plan.papers import Stage


class Meaning(StrEnum):
    SO = "so"
    NOT_YET = "not_yet"
    MOVE = "move"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"


@dataclass(frozen=True)
class SaidOfPaper:
    """`stage` is what the words name, None where they leave it to the question; `why` is the reason that they give."""

    meaning: Meaning
    stage: Stage | None = None
    why: str = ""


WITHDRAW = re.compile(
    r"(?:please )?\b(?:withdraw(?:n|ing)?|(?:is not|isn['’]t|it['’]s not|not|won['’]t be|no longer) coming)\b"
    r"(?: (?:it|this|the paper|after all|any ?more))*",
    re.IGNORECASE,
)
NOT_WITHDRAWN = re.compile(r"\b(?:not|n['’]t|no need to) (?:be )?withdraw", re.IGNORECASE)
MOVE = re.compile(
    r"\b(?:can (?:it|this|we) )?(?:(?:move|postpone|defer|push|put)(?:d|ed|red)?(?: (?:it|this))?(?: back)?"
    r"|wait(?:s)? (?:un)?till?|(?=(?:to )?(?:the )?next (?:meeting|one|time)))"
    r"(?:,? ?(?:to )?(?:the )?next (?:meeting|one|time))?(?: please)?",
    re.IGNORECASE,
)
NOT_YET = re.compile(
    r"^(?:no|nope|not (?:just |quite )?yet)\b"
    r"|\b(?:not|isn['’]t|hasn['’]t been) (?:yet |quite |all )*"
    r"(?:in|ready|cleared|signed off|published|done|finished|sent)\b"
    r"(?: yet)?",
    re.IGNORECASE,
)
TAKE_BACK = re.compile(
    r"\b(?:no,? wait|(?:that|it|this) (?:was|is) (?:wrong|a mistake|not right)|that['’]s (?:wrong|not right)|my mistake"
    r"|wrong (?:one|button|paper)|undo|take (?:it|that|this) back)\b",
    re.IGNORECASE,
)
FILLING = re.compile(
    r"^(?:[\s,;:.!–—-]|(?:sorry|actually|please|because|as|since|but|and|yes|oh|well|hi|hello)\b)+", re.IGNORECASE
)
LEADING_ON = re.compile(r"(?:[\s,;:.!–—-]|\b(?:so|and|but|it|is|it['’]s|that)\b)+$", re.IGNORECASE)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


YES = _set("yes yep yeah yup")
DONE = _set("ready done finished complete completed sent submitted")
NAMES = _set("draft final coming come comes cleared signed published notice in")
AROUND = _set(
    "it its it's it’s is has been the a my our this that first report paper off now already all today and thanks please"
    " thank you ok okay will be"
)
NO_REASON = _set("no nope sorry actually")
FIRST = {
    Stage.CLEARED: frozenset(("cleared", "signed")),
    Stage.FINAL: frozenset(("final",)),
    Stage.DRAFT: frozenset(("draft",)),
    Stage.COMING: frozenset(("coming", "come", "comes")),
    Stage.NOTICE: frozenset(("published", "notice")),
}
IN = (Stage.COMING, Stage.DRAFT, Stage.FINAL)
"""What 'it is in' can answer. Whether a paper is cleared it does not say."""


def understood(text: str, asked: Stage) -> SaidOfPaper | None:
    """What the text says of a paper of which `asked` is asked; None where that is not plain."""
    text = " ".join(text.split()).strip()
    if text.endswith("?") and not MOVE.search(text):
        return None
    for meaning, pattern in _PATTERNS:
        found = pattern.search(text)
        if found and not (meaning == Meaning.WITHDRAW and NOT_WITHDRAWN.search(text)):
            stage = _named(_words(found[0])) if meaning == Meaning.NOT_YET else None
            return SaidOfPaper(meaning, stage or _stage_before(meaning, text, found), _why(text, found))
    return _so(_words(text), asked)


_PATTERNS = (
    (Meaning.TAKE_BACK, TAKE_BACK),
    (Meaning.WITHDRAW, WITHDRAW),
    (Meaning.NOT_YET, NOT_YET),
    (Meaning.MOVE, MOVE),
)


def _stage_before(meaning: Meaning, text: str, found: re.Match[str]) -> Stage | None:
    """'the final report is not in' names its stage before it says that it is not so."""
    return _named(_words(text[: found.start()])) if meaning == Meaning.NOT_YET else None


def _why(text: str, found: re.Match[str]) -> str:
    """What is said besides: after the words that were understood, or else before them."""
    after = FILLING.sub("", text[found.end() :]).strip(" .!?,;")
    before = LEADING_ON.sub("", FILLING.sub("", text[: found.start()]))
    return after or (before if _is_reason(before) else "")


def _is_reason(words: str) -> bool:
    """Whether words are more than the paper's own name and a stage."""
    return bool(set(_words(words)) - AROUND - NAMES - YES - DONE - NO_REASON)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text.lower())


def _so(words: Sequence[str], asked: Stage) -> SaidOfPaper | None:
    """Only words that say so, and those around them."""
    given = set(words)
    if given - YES - DONE - NAMES - AROUND or not given & (YES | DONE | NAMES - {"draft", "final", "notice"}):
        return None
    stage = _named(words)
    if "will" in given and stage != Stage.COMING:
        return None
    if stage is None and "in" in given and asked not in IN:
        return None
    if {"draft", "final"} <= given:
        return None
    return SaidOfPaper(Meaning.SO, stage)


def _named(words: Sequence[str]) -> Stage | None:
    """The furthest stage that the words name."""
    return next((stage for stage, names in FIRST.items() if names & set(words)), None)
