"""Parses the decisions of a forward plan from the page mgListPlanItems.aspx, label by label."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from remembrancer.intake.moderngov.pages import END_OF_LINE, LIMIT, Piece, pieces
from remembrancer.intake.moderngov.plans import number_in, parse_title
from remembrancer.intake.moderngov.types import Due, ForwardPlan, ForwardPlanEntry
from remembrancer.intake.moderngov.values import slashed_day, worded_day
from remembrancer.problems import Problems

ITEMS = "mgListPlanItems"
MOST_ENTRIES = 1_000
LABELS = (
    "Decision maker",
    "Decision due",
    "Decision status",
    "Decision",
    "Originally due",
    "Lead officer",
    "Notice of proposed decision first published",
    "Reason for urgency",
    "Anticipated restriction",
)
TEXT_LIMIT = 4_000
_LABEL = re.compile(rf"({'|'.join(LABELS)})\s?:\s*(.*)")
_REFERENCE = re.compile(r"(\d{2,4}/\d{3,6}) ?[-–:] ?(.+)", re.ASCII)
_WHEN = re.compile(r"(not before|before)? ?(.+)", re.IGNORECASE)


def read_plan_items(page: bytes, problems: Problems) -> tuple[ForwardPlan, list[ForwardPlanEntry]] | None:
    """Read a plan and its decisions from mgListPlanItems.aspx, in the page's order; None where the page is no plan.

    A problem without a row is about the whole page. Otherwise its row is the decision's position on the page and its
    column the label: only that decision is unreliable.
    """
    wrong = len(problems.found)
    seen = pieces(page, ITEMS, problems)
    titles = (parse_title(piece.text, ITEMS, None, problems) for piece in seen)
    plan = next((title for title in titles if title), None)
    if plan is None and len(problems.found) == wrong:
        problems.add(ITEMS, None, None, "plan_not_there")
    raws = list(islice(_raw_entries(seen), MOST_ENTRIES + 1))
    if len(raws) > MOST_ENTRIES:
        problems.add(ITEMS, None, None, "plan_page_too_large", limit=LIMIT // 1_000_000)
        return None
    entries = [_entry(raw, at, problems) for at, raw in enumerate(raws, 1)]
    seen_before: set[int | str] = set()
    for entry in entries:
        if entry.reference in seen_before:
            problems.add(ITEMS, entry.row, None, "plan_reference_twice", reference=entry.reference)
        elif entry.issue in seen_before:
            problems.add(ITEMS, entry.row, None, "plan_issue_twice", issue=entry.issue)
        seen_before |= {each for each in (entry.reference, entry.issue) if each}
    page_is_wrong = any(each.row is None for each in problems.found[wrong:])
    return (plan, entries) if plan and not page_is_wrong else None


@dataclass
class _Raw:
    """The texts of an entry by label; `label` is the label whose text is being read."""

    link: Piece
    label: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def take(self, piece: Piece) -> None:
        """Add a piece; the text of a label is the rest of its line or, if that is empty, the next line that is not."""
        found = _LABEL.match(piece.text)
        if found:
            self.label = found[1]
            self.texts[self.label] = found[2]
        elif self.label and piece == END_OF_LINE:
            self.label = "" if self.texts[self.label] else self.label
        elif self.label:
            self.texts[self.label] = f"{self.texts[self.label]} {piece.text}".strip()


def _raw_entries(seen: Sequence[Piece]) -> Iterator[_Raw]:
    entry: _Raw | None = None
    has_styles = any(_is_styled(piece) for piece in seen)
    for piece in seen:
        if _is_styled(piece) if has_styles else "mgissuehistoryhome.aspx" in piece.address.lower():
            if entry:
                yield entry
            entry = _Raw(piece)
        elif entry:
            entry.take(piece)
    if entry:
        yield entry


def _is_styled(piece: Piece) -> bool:
    return "mgPlanItemTitle" in piece.style.split()


def _entry(raw: _Raw, at: int, problems: Problems) -> ForwardPlanEntry:
    title = raw.link.text.removeprefix("New!").removesuffix("New!").strip()
    reference = _REFERENCE.fullmatch(title)
    texts = {label: words[:TEXT_LIMIT] for label, words in raw.texts.items()}
    if not title:
        problems.add(ITEMS, at, "title", "blank")
    return ForwardPlanEntry(
        row=at,
        reference=reference[1] if reference else "",
        title=(reference[2] if reference else title)[:TEXT_LIMIT],
        issue=number_in(raw.link.address, "iid"),
        decision_maker=texts.get("Decision maker", ""),
        due=_due(texts, at, problems),
        decision=texts.get("Decision", ""),
        lead_officer=texts.get("Lead officer", ""),
        urgency=texts.get("Reason for urgency", ""),
        # Before a dash or bracket, after which people add the reason.
        exempt=re.split(r"\s*[-–(;,]", texts.get("Anticipated restriction", ""))[0].strip().lower() not in ("", "open"),
    )


def _due(texts: dict[str, str], at: int, problems: Problems) -> Due | None:
    """Parse 'Not before 1st Oct 2022', 'Before 29 Sep 2023' or '21 Nov 2022'; other text is kept."""
    label = "Decision due"
    text = texts.get(label, "")
    found = _WHEN.fullmatch(text)
    if not found:
        return None
    try:
        day = slashed_day(found[2]) or worded_day(found[2])
    except ValueError:
        problems.add(ITEMS, at, label, "no_such_day", text=found[2][:40])
        day = None
    if day is None:
        return Due(text, "unclear", None)
    kinds: dict[str, Literal["not_before", "before"]] = {"not before": "not_before", "before": "before"}
    return Due(text, kinds.get((found[1] or "").lower(), "on"), day)
