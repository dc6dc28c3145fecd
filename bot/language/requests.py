"""Reads a sentence that asks something of the product: 'ask Helen instead', 'can I have until Monday', 'accept 52'.

A request is a whole sentence by its own shape (requests.yaml); a sentence that reports what people asked of each other
is none. Where a sentence may be either, it is unsure, and the person is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from remembrancer.bot.language.acts import Act, act_of
from remembrancer.bot.language.request_patterns import compiled, table, with_refs_marked

Role = Literal["lead", "secretary", "admin"]
LONGEST = 200
"""Characters of a sentence that may be a request; what is longer tells a story."""


@dataclass(frozen=True)
class Request:
    """An act that a sentence asks for; `is_unsure` where it may be meant, or something else may."""

    act: Act | None
    is_unsure: bool = False


NO_CHANGE = (
    r"(?:(?:there(?:'s| is| has been)|we have|i have) )?(?:no|nothing) (?:changes?|changed|new|has changed|to report"
    r"|to add|further)(?: (?:here|to report|since (?:last (?:time|quarter|month)|then|the last (?:update|return))"
    r"|this (?:time|quarter|month)|from last (?:time|quarter|month)|to last time|at all))*"
    r"|unchanged|ditto|as it was"
    r"|(?:all )?as (?:per )?(?:before|last time|previously|per last time|last (?:quarter|month))"
    r"|(?:the |all |exactly )?same (?:as|again)(?: (?:last (?:time|quarter|month|year)|before|previously))?"
    r"|same|status quo|nothing has changed|same again"
    r"|(?:position|status|picture|all|everything) (?:is |still )?(?:unchanged|the same)|no movement|still the same"
)
_SAYS_NO_CHANGE = re.compile(r"\bno changes?\b|\bunchanged\b|\bsame as\b", re.IGNORECASE)
_EXPLANATION = re.compile(
    r"(?:,? (?:please|pls|thanks))?(?:,| -| –|;| as| because| since)+"
    r" (?:he|she|they|it|i|we|there|my|the|that)(?:'\w+)?\b.*$",
    re.IGNORECASE,
)
"""Why a request is made: 'get this off Dave, he has the numbers'."""
_POLITE_END = re.compile(r"(?:[, ]+(?:please|pls|thanks|thank you|cheers|ta|mate|diolch))+$", re.IGNORECASE)
_FOR_ME = re.compile(r" for me$", re.IGNORECASE)
_WRITTEN_OUT = tuple(
    (re.compile(pattern, re.IGNORECASE), out)
    for pattern, out in (
        (r"\b(is|are|was|were|do|does|did|has|have|had|could|would|should)n'?t\b", r"\1 not"),
        (r"\b(?:can't|cant|cannot)\b", "can not"),
        (r"\b(?:won't|wont)\b", "will not"),
        (r"\b(?:i'm|im)\b", "i am"),
        (r"\blet's\b", "let us"),
        (r"\b(it|that|this|what|who|where|when|how|why|there|he|she)'?s\b(?<!\bthis)", r"\1 is"),
        (r"\bthis's\b", "this is"),
        (r"\bu\b", "you"),
        (r"\b(?:ur|yr)\b", "your"),
        (r"\b(?:tmrw|tmw|tmr|tomoz|2moro)\b", "tomorrow"),
        (r"\bive\b", "i have"),
        (r"(?<=\w)'re\b", " are"),
        (r"(?<=\w)'ve\b", " have"),
        (r"(?<=\w)'ll\b", " will"),
        (r"(?<=\w)'d\b", " would"),
    )
)
_DOUBT = re.compile(
    r"\b(?:not|never|if|unless|until|once|when everyone|did you|have you|has|surely|should i|should we|why)\b|\?$",
    re.IGNORECASE,
)
_NAMED = r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?"
_SOMEBODY = rf"(?:{_NAMED}|[Mm]y \w+)"
_THIRD_PARTY = re.compile(
    rf"{_SOMEBODY} (?:will|is going to|is to|can) (?:pick|take|do|answer|cover|handle|sort|deal)"
    r"\b.{0,20}\b(?:this|it|that)\b.{0,20}"
    rf"|{_SOMEBODY} knows (?:more|all) about (?:this|it|that)\b.*"
    rf"|(?:{_NAMED}|[Mm]y \w+|[\w ]{{3,20}} team)(?:'s| is| are| has| have)?"
    r" (?:dealing with|handling|doing|covering|leading on|looking after|on|picking up|got|taking|taken over)"
    r" (?:this|it|that|these)(?: one)?(?: now)?"
    rf"|{_SOMEBODY} (?:has|have|holds|knows) (?:the|all the|this|those)"
    r" (?:figures|numbers|data|details|information|info|answer|latest|update)s?"
    rf"|(?:(?:I'm|i'm|[Ww]e're|[Ss]till) )?(?:still )?[Ww]aiting (?:for|on) (?:{_NAMED}|my \w+)"
    r" (?:to (?:come|get) back|to (?:confirm|reply|answer|tell|send)).*"
)
"""Somebody else has it in hand: an account of it, or a wish that they be asked. Names have capital letters."""
ADDRESSED = ("delegate", "snooze", "extension", "not_mine", "change", "undo")
"""Acts whose words may be part of an account: in the midst of one they must speak to the product or of the writer."""
_TO_US = re.compile(r"\b(?:i|i'm|me|my|mine|you|your|please|pls)\b", re.IGNORECASE)
EXPLAINED = ("delegate", "not_mine", "snooze", "extension", "pause")
"""Acts for which people give their reasons in the same breath."""
CHANGES_FOR_OTHERS = frozenset(
    [
        "accept",
        "send_back",
        "chase",
        "hold_digest",
        "post_digest",
        "move_window",
        "extend_window",
        "close_window",
        "reopen_window",
        "open_window",
        "absence",
        "undo",
        "leave",
        "leave_of",
        "hand_over",
        "pause",
        "resume",
    ]
)
"""Acts that change something for others: 'pause?' asks about one, and 'can you pause?' asks for it."""
_QUOTED_REASON = re.compile(r"\bback(?: to [\w' ]+)?(?::| [-–—]) \S", re.IGNORECASE)
"""'Send 52 back: which panel was it?' asks the lead, and orders that it be sent back."""
_ASKS_FOR_IT = re.compile(r"\b(?:can|could|would|will|please|pls)\b", re.IGNORECASE)


ADMIN_ACTS = frozenset(table()["admin"])
"""Acts that only an admin may order, or see."""


def find_request(sentence: str, refs: Sequence[str], role: Role, today: date, is_alone: bool = True) -> Request | None:
    """What the sentence asks for; None where it asks for nothing. `is_alone`: the message says nothing else."""
    words = " ".join(sentence.split()).strip(" .!?;,")
    if len(words) > LONGEST:
        return None
    plain = _POLITE_END.sub("", words)
    shorter = _EXPLANATION.sub("", plain)
    plain = plain if role == "lead" else _FOR_ME.sub("", plain)
    texts = (plain, shorter) if len(shorter.split()) > 2 or role == "admin" else (plain,)
    forms = [form for text in texts for form in (text, _write_out(text))]
    explained = {form for text in texts[1:] for form in (text, _write_out(text)) if text != plain}
    explained |= {with_refs_marked(text, refs) for text in explained}
    for said in dict.fromkeys(form for text in forms for form in (with_refs_marked(text, refs), text)):
        for do, pattern in _requests(role):
            match = pattern.fullmatch(said)
            act = act_of(do, match, refs, today) if match else None
            if (
                act is not None
                and act.do in CHANGES_FOR_OTHERS
                and sentence.rstrip()[-1:] == "?"
                and not _ASKS_FOR_IT.search(words)
                and not (act.do == "send_back" and _QUOTED_REASON.search(words))
            ):
                return Request(None, is_unsure=True)
            if act is not None and (said not in explained or act.do in EXPLAINED):
                return _meant(replace(act, words=words), is_alone or bool(_TO_US.search(said)))
    written = _write_out(words)
    doubts = [p for p in _doubtful(role) if p.search(written)] if _DOUBT.search(written + sentence.strip()[-1:]) else []
    written = with_refs_marked(written, refs)
    unsure = any(pattern.fullmatch(written) for pattern in _unsure("unsure"))
    lists = ("unsure_alone",) if role == "lead" else ("unsure_alone", "unsure_secretary")
    alone = is_alone and (
        any(pattern.fullmatch(written) for name in lists for pattern in _unsure(name)) or _THIRD_PARTY.fullmatch(plain)
    )
    return Request(None, is_unsure=True) if doubts or unsure or alone else None


def says_no_change(act: Act) -> bool:
    """Whether each sentence says 'no change' outright, as the button does; 'nothing to report' is read back first."""
    return all(_SAYS_NO_CHANGE.search(sentence) for sentence in act.words.splitlines())


def says_order(words: str) -> bool:
    """Whether the words speak of what a secretary or an admin orders, so that they are no update."""
    return any(pattern.search(_write_out(words)) for pattern in _doubtful("admin"))


def _meant(act: Act, is_to_us: bool) -> Request | None:
    """The request, where the words speak to the product; in the midst of an account, who is asked is asked about."""
    if is_to_us or act.do not in ADDRESSED:
        return Request(act)
    return Request(None, is_unsure=True) if act.do == "delegate" else None


def _write_out(words: str) -> str:
    for pattern, out in _WRITTEN_OUT:
        words = pattern.sub(out, words)
    return words


@lru_cache(maxsize=3)
def _requests(role: Role) -> Sequence[tuple[str, re.Pattern[str]]]:
    groups = {"admin": ("admin", "secretary", "lead"), "secretary": ("secretary", "lead"), "lead": ("lead",)}[role]
    return [
        (do, compiled(sentence))
        for group in groups
        for do, sentences in table()[group].items()
        for sentence in sentences
    ]


@lru_cache(maxsize=3)
def _unsure(name: str) -> Sequence[re.Pattern[str]]:
    return [compiled(sentence) for sentence in table()[name]]


@lru_cache(maxsize=4)
def _doubtful(role: Role) -> Sequence[re.Pattern[str]]:
    """Words of the orders that this person may give."""
    groups = {"admin": ("admin", "secretary"), "secretary": ("secretary",), "lead": ()}[role]
    return [compiled(table()["doubtful"][group]) for group in groups]
