"""Cuts a text into clauses, and puts the clauses that stay together again as they were written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from remembrancer.bot.language.message_text import CIRCLES, EMOJI

_BULLET = r"(?:[-*•·▪◦–—]|\d{1,2}[.)]|\([a-z0-9]\))[ \t]+"
BULLETS = re.compile(rf"\s*(?:{_BULLET})?")
"""What stands before the first clause of a line."""
_ARROW = r"(?:->|→|=>|-->)"
_DAYS = r"(?<=(?:st|nd|rd|th)\s)[-–—]\s+(?:the )?\d{1,2}(?:st|nd|rd|th)\b"
"""A dash between two days of a month."""
_GAP = re.compile(
    rf"\s*(?:[.!?…]+(?=\s|\Z)|[,;:](?=\s|\Z)|(?<=\s)(?!{_DAYS})[-–—|/=](?=\s)|[-–—](?=\s+[a-z(])|—|(?<=[^\W\d_])–(?=[^\W\d_])|[()\[\]\t]|\n"
    r"|(?=\s+(?:but|and|so)\s+(?:please\b|(?:can|could|would|will) (?:you|someone|somebody)\b))"
    rf"|(?:{EMOJI})+|(?<=[{''.join(CIRCLES)}])|(?=[{''.join(CIRCLES)}]))"
    rf"(?:\s|[,;:.!?…()\[\]](?=[\s,;:.!?)\]]|\Z)|(?<=\s)[-–—|/=](?=\s)|(?<=\n){_BULLET})*"
)
"""The end of a clause, with all that stands before the next; arrows and what stands inside numbers end none."""
_HARD = re.compile(r"[.!?…\n]")
_SENTENCE_ENDS = re.compile(r"[.!?…;\n]")


@dataclass(frozen=True)
class Clause:
    """A clause by its place in the text; `gap` is what stands between it and the next."""

    start: int
    end: int
    gap: str

    @property
    def ends_sentence(self) -> bool:
        return not self.gap or bool(_SENTENCE_ENDS.search(self.gap))


def split(text: str, begin: int = 0) -> list[Clause]:
    """The clauses of a text from a place in it, in order; a clause is never empty."""
    clauses: list[Clause] = []
    lead = BULLETS.match(text, begin)
    at = lead.end() if lead else begin
    while at < len(text):
        gap = next((g for g in _GAP.finditer(text, at) if g.end() > at and (g[0] or g.start() > at)), None)
        end = gap.start() if gap else len(text)
        if end > at:
            clauses.append(Clause(at, end, gap[0] if gap else ""))
        elif clauses:
            last = clauses[-1]
            clauses[-1] = Clause(last.start, last.end, text[last.end : gap.end() if gap else len(text)])
        at = gap.end() if gap else len(text)
    return clauses


def sentence_of(clauses: Sequence[Clause], index: int) -> tuple[int, int]:
    """The first and the last clause of the sentence in which a clause stands."""
    first, last = index, index
    while first and not clauses[first - 1].ends_sentence:
        first -= 1
    while last + 1 < len(clauses) and not clauses[last].ends_sentence:
        last += 1
    return first, last


def sentences(clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """The first and the last clause of each sentence, in order."""
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(clauses):
        found.append(sentence_of(clauses, index))
        index = found[-1][1] + 1
    return found


def without(text: str, clauses: Sequence[Clause], dropped: set[int]) -> str:
    """The text without some of its clauses. Where two gaps meet, the one that ends more stays."""
    lead = text[: clauses[0].start] if clauses and 0 not in dropped else ""
    kept: list[list[str]] = []
    for number, clause in enumerate(clauses):
        if number not in dropped:
            kept.append([text[clause.start : clause.end], clause.gap])
        elif kept and _weight(clause.gap) > _weight(kept[-1][1]):
            kept[-1][1] = clause.gap.replace("?", ".")
        elif not kept and "\n" in clause.gap:
            lead = clause.gap.rpartition("\n")[2]
    whole = lead + "".join(words + gap for words, gap in kept)
    return re.sub(r"[\s,;:–—|/=(\[•·▪◦*-]+\Z", "", whole.rstrip()) if dropped and kept else whole.strip("\n ")


def _weight(gap: str) -> int:
    return 3 if "\n" in gap else 2 if _HARD.search(gap) or not gap else 1 if re.search(r"[;:]", gap) else 0
