"""Builds a board's work programme, meeting by meeting, as data, Markdown or JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, Placing, PlanItemState, Post
from remembrancer.queries.forward_plan import items_of, meetings_of
from remembrancer.queries.organisation import organisation
from remembrancer.queries.papers import deadlines_by_rules, papers_to_come
from remembrancer.reports.forward_plan.paper_status import paper_state
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.wording import phrase, render


@dataclass(frozen=True)
class Row:
    """An item at a meeting: `lead` is a post's name, `state` the paper's in words, `moved_from` its former day."""

    paper: Paper
    title: str
    recurrence: str
    lead: str
    state: str
    late: bool
    moved_from: date | None

    @property
    def exempt(self) -> bool:
        return self.paper.item.confidential


@dataclass(frozen=True)
class Sitting:
    """A future meeting with its items and the deadlines by its board's rules.

    `through` are papers of other boards that pass through this meeting as a pathway stage.
    """

    meeting: Meeting
    day: date
    deadlines: Sequence[Deadline]
    rows: Sequence[Row]
    through: Sequence[Row]


@dataclass(frozen=True)
class WorkProgramme:
    """A board's work programme; `waiting` items come to no known meeting, `on_hold` items to none for now."""

    board: Board
    zone: str
    sittings: Sequence[Sitting]
    waiting: Sequence[ForwardPlanItem]
    on_hold: Sequence[ForwardPlanItem]


def work_programme(session: Session, board: Board, now: datetime) -> WorkProgramme:
    """Collect the items that come before a board from now on."""
    zone = organisation(session).time_zone
    found = papers_to_come(session, now, col(ForwardPlanItem.board_id) == board.id)
    posts = {stored_id(post.id): post.name for post in session.exec(select(Post))}
    days = {stored_id(m.id): local_day(m.starts_at, zone) for m in session.exec(select(Meeting))}
    rows = [_row(paper, posts, days, local_day(now, zone)) for paper in found]
    ids = [item.id for item in session.exec(select(ForwardPlanItem)) if board.key in item.pathway]
    passing = papers_to_come(session, now, col(ForwardPlanItem.id).in_(ids)) if ids else []
    through = [_row(paper, posts, days, local_day(now, zone)) for paper in passing]
    deadlines_of = deadlines_by_rules(session, now)
    placed = {paper.item.id for paper in found}
    items = items_of(session, stored_id(board.id))
    active = [item for item in items if item.standing == PlanItemState.ACTIVE]
    held = set(session.exec(select(Placing.plan_item_id).where(col(Placing.on))))
    return WorkProgramme(
        board=board,
        zone=zone,
        sittings=[
            Sitting(
                meeting,
                days[stored_id(meeting.id)],
                deadlines_of(board, meeting, False, False),
                [row for row in rows if row.paper.meeting.id == meeting.id],
                [
                    row
                    for row in through
                    if any(stop.meeting and stop.meeting.id == meeting.id for stop in row.paper.pathway)
                ],
            )
            for meeting in meetings_of(session, stored_id(board.id), now)
        ],
        waiting=[
            item
            for item in active
            if item.id not in placed
            # A one-off that has come to a meeting waits for no other.
            and not (item.recurrence == "one_off" and (item.last_placed is not None or item.id in held))
        ],
        on_hold=[item for item in items if item.standing == PlanItemState.ON_HOLD],
    )


def _row(paper: Paper, posts: dict[int, str], days: dict[int, date], today: date) -> Row:
    earlier = [each for each in paper.earlier_papers if days[stored_id(each.meeting.id)] >= today]
    found = [(each, coming) for each in (*earlier, paper) if (coming := each.next_stage())]
    at, stage = min(found, key=lambda each: each[1][1].due_at, default=(paper, None))
    item, (state, late) = paper.item, paper_state(paper, at, stage, today)
    return Row(
        paper=paper,
        title=item.title,
        recurrence=phrase(f"recurrence.{item.recurrence}", months=item.months),
        lead=posts[item.lead_post_id] if item.lead_post_id else "",
        state=state,
        late=late,
        moved_from=days[paper.placing.was_id] if paper.placing.was_id else None,
    )


def without_exempt(programme: WorkProgramme) -> WorkProgramme:
    """Return the programme without the titles, leads and numbers of exempt items."""
    return replace(
        programme,
        sittings=[
            replace(each, rows=_anonymised(each.rows), through=_anonymised(each.through)) for each in programme.sittings
        ],
        waiting=[item for item in programme.waiting if not item.confidential],
        on_hold=[item for item in programme.on_hold if not item.confidential],
    )


def _anonymised(rows: Sequence[Row]) -> list[Row]:
    title = phrase("plan.exempt")
    return [replace(row, title=title, lead="", state="", moved_from=None) if row.exempt else row for row in rows]


def as_markdown(programme: WorkProgramme) -> str:
    """Return the programme as Markdown: headings by meeting, and a table of the items of each."""
    return render("plan/work_programme.md", programme=programme)


def as_json(programme: WorkProgramme) -> dict[str, Any]:
    """Return the programme as JSON, with the legal basis of each deadline; moments are by the organisation's clock."""
    zone = ZoneInfo(programme.zone)
    return {
        "board": programme.board.key,
        "name": programme.board.name,
        "meetings": [
            {
                "day": sitting.day.isoformat(),
                "starts_at": _begins(sitting.meeting, zone),
                "deadlines": [_deadline(each) for each in sitting.deadlines],
                "items": [_item(row, zone) for row in sitting.rows],
                "through": [_passing_item(row, zone) for row in sitting.through],
            }
            for sitting in programme.sittings
        ],
        "waiting": [item.title for item in programme.waiting],
        "on_hold": [{"item": item.title, "reason": item.standing_reason} for item in programme.on_hold],
    }


def _begins(meeting: Meeting, zone: ZoneInfo) -> str:
    return meeting.starts_at.astimezone(zone).isoformat()


def _passing_item(row: Row, zone: ZoneInfo) -> dict[str, Any]:
    to = {"to": row.paper.board.key, "meeting": _begins(row.paper.meeting, zone)}
    return {"item": row.title, "lead": row.lead or None, "state": row.state or None, **to, "exempt": row.exempt}


def _deadline(each: Deadline) -> dict[str, Any]:
    return {
        "key": each.key,
        "name": each.name,
        "date": each.counted.date.isoformat(),
        "provisional": each.counted.provisional,
        "basis": each.basis,
    }


def _item(row: Row, zone: ZoneInfo) -> dict[str, Any]:
    item = row.paper.item
    shown = {
        "item": row.title,
        "recurrence": row.recurrence,
        "lead": row.lead or None,
        "state": row.state or None,
        "moved_from": row.moved_from.isoformat() if row.moved_from else None,
        "key_decision": item.key_decision,
        "exempt": item.confidential,
    }
    if row.exempt and row.title != item.title:
        return shown
    deadlines = [_deadline(each) for each in row.paper.deadlines]
    way = [
        {
            "board": stop.board.key,
            "by": stop.by.isoformat() if stop.by else None,
            "meeting": _begins(stop.meeting, zone) if stop.meeting else None,
            "deadlines": [_deadline(each) for each in stop.deadlines],
        }
        for stop in row.paper.pathway
    ]
    details = {"pathway": way, "decision_no": item.decision_no or None, "note": item.note or None}
    return {**shown, **details, "deadlines": deadlines}
