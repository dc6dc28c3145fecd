"""Writes a committee system's forward plans as its pages have them, with titles that are escaped too often."""

import html
from dataclasses import dataclass, field
from datetime import date

from tests.intake.committee_xml import slashed


@dataclass
class Listed:
    """A decision as a plan's page has it; labels without words are left out."""

    issue: int | None
    title: str
    due: str = ""
    maker: str = ""
    officer: str = ""
    restriction: str = "Open"
    decision: str = ""
    urgency: str = ""


@dataclass
class Edition:
    """An edition of a forward plan."""

    id: int
    dated: date
    last_day: date
    entries: list[Listed] = field(default_factory=list)
    body: str = ""

    @property
    def title(self) -> str:
        body = f", {self.body}" if self.body else ""
        period = f"{slashed(self.dated)} to {slashed(self.last_day)}{body}"
        return f"Forthcoming Executive Decisions - {self.dated.day} {self.dated:%B %Y} ({period})"


def plans_page(editions: list[Edition], number: int) -> str:
    links = (f'<li><a href="mgListPlanItems.aspx?PlanId={e.id}&amp;RP={number}">{e.title}</a></li>' for e in editions)
    return f"<html><body><h1>Browse forward plans</h1><ul>{''.join(links)}</ul></body></html>"


def plan_items_page(edition: Edition) -> str:
    entries = "".join(_entry(entry) for entry in edition.entries)
    return f"<html><body><h2>{html.escape(edition.title)}</h2><ul>{entries}</ul></body></html>"


def _entry(entry: Listed) -> str:
    labels = {
        "Decision maker": entry.maker,
        "Decision due": entry.due,
        "Decision": entry.decision,
        "Lead officer": entry.officer,
        "Reason for urgency": entry.urgency,
        "Anticipated restriction": entry.restriction,
    }
    lines = (
        f'<p><span class="mgLabel">{label}:&nbsp;</span>{html.escape(words)}</p>'
        for label, words in labels.items()
        if words
    )
    href = f"mgIssueHistoryHome.aspx?IId={entry.issue}" if entry.issue else "mgIssueHistoryHome.aspx"
    title = html.escape(html.escape(entry.title))
    return f'<li><p><a class="mgPlanItemTitle" href="{href}">{title}</a></p>{"".join(lines)}</li>'
