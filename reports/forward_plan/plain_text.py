"""Formats a work programme's rows as plain text, for a document and for a terminal."""

from collections.abc import Iterator

from remembrancer.models import ForwardPlanItem
from remembrancer.reports.forward_plan.work_programme import Row
from remembrancer.wording import phrase, plain, short_day


def titled(row: Row) -> str:
    """Return an item's title with its number and marks: key decision, exempt, moved, and its pathway."""
    item = row.paper.item
    numbered = item.decision_no and row.title == item.title
    return " – ".join([f"{row.title} ({item.decision_no})" if numbered else row.title, *_marks(row)])


def _marks(row: Row) -> Iterator[str]:
    if row.paper.item.key_decision:
        yield phrase("plan.key_decision")
    if row.exempt:
        yield phrase("plan.is_exempt")
    if row.moved_from:
        yield phrase("plan.moved_from", day=short_day(row.moved_from))
    for stop in () if row.exempt else row.paper.pathway:
        meets = short_day(stop.meeting.starts_at) if stop.meeting else phrase("plan.no_meeting")
        yield phrase("plan.first_through", board=stop.board.name, day=meets)


def on_its_way(row: Row, zone: str) -> str:
    """Return the line for a paper of another board that passes through this one."""
    to = phrase("plan.on_its_way", board=row.paper.board.name, day=short_day(row.paper.meeting.starts_at, zone))
    exempt = [phrase("plan.is_exempt")] if row.exempt else []
    return " – ".join(each for each in (row.title, *exempt, row.lead, to, stands_now(row)) if each)


def stands_now(row: Row) -> str:
    """Return the state of a row's paper, marked if it is late."""
    return plain(f"▲ {row.state}" if row.late else row.state)


def noted(item: ForwardPlanItem) -> str:
    """Return the line for an item that waits for a meeting, with its note."""
    return f"{item.title}: {item.note}" if item.note else item.title


def held(item: ForwardPlanItem) -> str:
    """Return the line for an item on hold, with the reason."""
    return f"{item.title}: {item.standing_reason or phrase('plan.no_reason')}"
