"""Reads free text about a paper: done, not yet and why, another meeting, withdrawn, taken back. Pure.

A paper goes before a board, so nothing is guessed: a text that is not plainly one of these has no meaning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from remembrancer.bot.language.message_text import word_set
from remembrancer.rules.forward_plan.stages import Stage, Stages


class Meaning(StrEnum):
    """What a text does to a paper's stage or placing."""

    CONFIRM = "confirm"
    NOT_YET = "not_yet"
    MOVE = "move"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"


@dataclass(frozen=True)
class PaperText:
    """What a text says of a paper. `stage`: the stage it names, None for none; `reason`: the reason it gives."""

    meaning: Meaning
    stage: Stage | None = None
    reason: str = ""


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
LEADING_FILLER = re.compile(
    r"^(?:[\s,;:.!–—-]|(?:sorry|actually|please|because|as|since|but|and|yes|oh|well|hi|hello)\b)+", re.IGNORECASE
)
TRAILING_FILLER = re.compile(r"(?:[\s,;:.!–—-]|\b(?:so|and|but|it|is|it['’]s|that)\b)+$", re.IGNORECASE)
YES = word_set("yes yep yeah yup")
DONE = word_set("ready done finished complete completed sent submitted")
FILLER_WORDS = word_set(
    "it its it's it’s is has been the a my our this that first report paper off now already all today and thanks please"
    " thank you ok okay will be"
)
NO_REASON = word_set("no nope sorry actually")


def parse_paper_text(text: str, asked: Stage, stages: Stages) -> PaperText | None:
    """What the text says of a paper with these stages, of which `asked` is asked; None where that is not plain."""
    text = " ".join(text.split()).strip()
    if text.endswith("?") and not MOVE.search(text):
        return None
    for meaning, pattern in _PATTERNS:
        match = pattern.search(text)
        if match and not (meaning == Meaning.WITHDRAW and NOT_WITHDRAWN.search(text)):
            stage = None
            if meaning == Meaning.NOT_YET:  # 'the final report is not in' names its stage first
                stage = _named_stage(_words(match[0]), stages) or _named_stage(_words(text[: match.start()]), stages)
            return PaperText(meaning, stage, _reason(text, match, stages))
    return _confirmation(_words(text), asked, stages)


_PATTERNS = (
    (Meaning.TAKE_BACK, TAKE_BACK),
    (Meaning.WITHDRAW, WITHDRAW),
    (Meaning.NOT_YET, NOT_YET),
    (Meaning.MOVE, MOVE),
)


def _reason(text: str, match: re.Match[str], stages: Stages) -> str:
    """The reason: the text after the matched words, or else before them."""
    after = LEADING_FILLER.sub("", text[match.end() :]).strip(" .!?,;")
    before = TRAILING_FILLER.sub("", LEADING_FILLER.sub("", text[: match.start()]))
    return after or (before if _is_reason(before, stages) else "")


def _is_reason(words: str, stages: Stages) -> bool:
    """Whether a text is more than a stage's name and filler words."""
    return bool(set(_words(words)) - FILLER_WORDS - _states(stages) - _documents(stages) - YES - DONE - NO_REASON)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text.lower())


def _states(stages: Stages) -> frozenset[str]:
    """The words that say that a stage is done."""
    return frozenset({"in"}).union(*(stage.said_as for stage in stages))


def _documents(stages: Stages) -> frozenset[str]:
    """The words that name a stage's document, and do not say that it is done."""
    return frozenset[str]().union(*(stage.called for stage in stages))


def _confirmation(words: Sequence[str], asked: Stage, stages: Stages) -> PaperText | None:
    """Read a text that consists only of words that confirm a stage, and filler words."""
    given = set(words)
    confirming = YES | DONE | _states(stages)
    if given - confirming - _documents(stages) - FILLER_WORDS or not given & confirming:
        return None
    stage = _named_stage(words, stages)
    if stage is None and (given & _documents(stages) or given & (_states(stages) - {"in"})):
        return None  # it names several
    if "will" in given and (stage is None or not stage.said_ahead):
        return None
    if stage is None and "in" in given and not asked.said_in:
        return None
    return PaperText(Meaning.CONFIRM, stage)


def _named_stage(words: Sequence[str], stages: Stages) -> Stage | None:
    """The furthest stage that is said to be done, or the one whose document is named; None where that is not plain.

    'The draft is published' names the lead's document by a word of the secretary's: it is about the draft.
    """
    done = [stage for stage in stages if set(words).intersection(stage.said_as)]
    named = [stage for stage in stages if set(words).intersection(stage.called)]
    if len(named) == 1 and any(stage.to != named[0].to for stage in done):
        return named[0]
    if done and all(stage.is_ordered for stage in done):
        return done[-1]
    found = done or named
    return found[0] if len(found) == 1 else None
