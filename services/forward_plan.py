"""Changes to a forward plan: items added, placed, moved, withdrawn, held; answers about papers; meeting notes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from remembrancer.models import (
    Board,
    Fate,
    ForwardPlanItem,
    Meeting,
    MeetingNote,
    MeetingNoteKind,
    MeetingState,
    PaperAnswer,
    Placing,
    PlanItemState,
    Post,
    Prompt,
)
from remembrancer.queries.forward_plan import items_of, meetings_of
from remembrancer.queries.organisation import get
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.key_decisions import KeyDecisionNotice
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.placing import Decision, Placed, Sitting, Slot, place
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.services.audit import record_event


def subject(session: Session, item: ForwardPlanItem) -> str:
    return f"forward plan {get(session, Board, item.board_id).key} {item.key}"


def place_board(session: Session, board_id: int, zone: str, now: datetime) -> list[Placing]:
    """Update the placings of a board's items at coming meetings; returns those that changed.

    Past meetings keep their items. A placing that no longer holds stays as a row that is off.
    """
    plans = _plans(session, board_id)
    return [
        _store(session, item, meeting, row, slot)
        for item in items_of(session, board_id)
        for meeting, row, slot in _changes(item, plans[board_id], zone, now)
    ]


def boards_with_outdated_placings(session: Session, zone: str, now: datetime) -> list[int]:
    """The boards (ids) with outdated placings, found in few queries, because every tick asks."""
    plans = _plans(session)
    items = session.exec(select(ForwardPlanItem))
    found = (item.board_id for item in items if any(_changes(item, plans[item.board_id], zone, now)))
    return list(dict.fromkeys(found))


@dataclass
class _Plan:
    """A board's meetings, and its placings by item and meeting (ids)."""

    meetings: list[Meeting] = field(default_factory=list)
    rows: dict[int, dict[int, Placing]] = field(default_factory=lambda: defaultdict(dict))


def _plans(session: Session, board_id: int | None = None) -> dict[int, _Plan]:
    """The plans by board, of all boards or of one."""
    plans: dict[int, _Plan] = defaultdict(_Plan)
    placings = select(Placing, Meeting.board_id).join(Meeting, col(Meeting.id) == Placing.meeting_id)
    meetings = select(Meeting)
    if board_id is not None:
        placings, meetings = placings.where(Meeting.board_id == board_id), meetings.where(Meeting.board_id == board_id)
    for meeting in session.exec(meetings):
        plans[meeting.board_id].meetings.append(meeting)
    for row, board in session.exec(placings):
        plans[board].rows[row.plan_item_id][row.meeting_id] = row
    return plans


Change = tuple[Meeting, Placing | None, Slot | None]
"""A coming meeting, its placing if there is one, and the slot that there should be, if any."""


def _changes(item: ForwardPlanItem, plan: _Plan, zone: str, now: datetime) -> Iterator[Change]:
    """The coming meetings where the placing of the item is outdated."""
    rows, wanted = plan.rows[stored_id(item.id)], {}
    if item.standing == PlanItemState.ACTIVE:
        slots = place(_placed(item, plan.meetings, rows, zone, now), _sittings(plan.meetings, zone))
        wanted = {slot.meeting: slot for slot in slots}
    for meeting in plan.meetings:
        row, slot = rows.get(stored_id(meeting.id)), wanted.get(stored_id(meeting.id))
        if meeting.starts_at > now and not _agrees(row, slot):
            yield meeting, row, slot


def _agrees(row: Placing | None, slot: Slot | None) -> bool:
    """Whether the placing agrees with the slot."""
    if row is None or slot is None:
        return slot is None and (row is None or not row.on)
    return row.on and row.was_id == slot.was


def _sittings(meetings: Sequence[Meeting], zone: str) -> list[Sitting]:
    return [Sitting(stored_id(m.id), local_day(m.starts_at, zone), m.state == MeetingState.CANCELLED) for m in meetings]


def _placed(
    item: ForwardPlanItem, meetings: Sequence[Meeting], rows: dict[int, Placing], zone: str, now: datetime
) -> Placed:
    """The item for the placing rules; a one-off that has its meeting keeps it when that moves."""
    held = [
        local_day(m.starts_at, zone)
        for m in meetings
        if m.starts_at <= now and m.state == MeetingState.SCHEDULED and (row := rows.get(stored_id(m.id))) and row.on
    ]
    decided = {id: Decision(row.fate, row.to_id) for id, row in rows.items() if row.fate is not None}
    recurrence = Recurrence(RecurrenceKind(item.recurrence), item.months)
    last = max([*held, *([item.last_placed] if item.last_placed is not None else [])], default=None)
    placed_first = [row for row in rows.values() if row.was_id is None and row.fate != Fate.ADDED]
    at = placed_first[0].meeting_id if recurrence.kind == RecurrenceKind.ONE_OFF and placed_first else None
    return Placed(recurrence, last, item.first_on, at, decided)


def _store(
    session: Session, item: ForwardPlanItem, meeting: Meeting, row: Placing | None, slot: Slot | None
) -> Placing:
    """Store whether the item comes to the meeting; a placing that is switched off keeps its origin."""
    row = row or Placing(plan_item_id=stored_id(item.id), meeting_id=stored_id(meeting.id))
    row.on, row.was_id = slot is not None, slot.was if slot else row.was_id
    session.add(row)
    session.flush()
    return row


def was_heard(session: Session, item: ForwardPlanItem, now: datetime) -> bool:
    """Whether the item came to a meeting that was held."""
    query = select(Placing.id).join(Meeting, col(Meeting.id) == Placing.meeting_id)
    held = query.where(Meeting.state == MeetingState.SCHEDULED, col(Meeting.starts_at) <= now)
    return session.exec(held.where(Placing.plan_item_id == item.id, Placing.on)).first() is not None


def reschedule_one_off(session: Session, item: ForwardPlanItem, first_day: date, zone: str, now: datetime) -> bool:
    """Let a one-off come to the first meeting on or after a day, if it does not yet.

    False, with nothing changed, if it was heard already, or people were asked or decided about it at its meeting.
    """
    rows = list(session.exec(select(Placing).where(Placing.plan_item_id == item.id)))
    days = ((meeting, local_day(meeting.starts_at, zone)) for meeting in meetings_of(session, item.board_id, now))
    to = next((meeting.id for meeting, day in days if day >= first_day), None)
    if any(row.on and row.meeting_id == to for row in rows):
        return True
    ids = [row.id for row in rows]
    prompts = select(Prompt.id).where(col(Prompt.placing_id).in_(ids))
    answers = select(PaperAnswer.id).where(col(PaperAnswer.placing_id).in_(ids))
    touched = any(session.exec(query).first() for query in (prompts, answers)) or any(row.fate for row in rows)
    if touched or was_heard(session, item, now):
        return False
    for row in rows:
        session.delete(row)
    session.flush()
    return True


def decide(
    session: Session,
    item: ForwardPlanItem,
    meeting: Meeting,
    fate: Fate,
    reason: str,
    now: datetime,
    by: int | None,
    to: Meeting | None = None,
) -> Placing:
    """Add the item to a meeting, move it to another, or withdraw it from one; the latest decision counts."""
    query = select(Placing).where(Placing.plan_item_id == item.id, Placing.meeting_id == meeting.id)
    row = session.exec(query).first() or Placing(
        plan_item_id=stored_id(item.id), meeting_id=stored_id(meeting.id), on=False
    )
    row.fate, row.to_id, row.reason = fate, to.id if to else None, reason
    row.decided_by_id, row.decided_at = by, now
    session.add(row)
    if to is not None:
        _undo_decision(session, item, to)
    session.flush()
    where = {"meeting": meeting.starts_at.isoformat(), "to": to.starts_at.isoformat() if to else None}
    record_event(session, now, by, f"plan_{fate}", subject(session, item), reason=reason, **where)
    return row


def _undo_decision(session: Session, item: ForwardPlanItem, meeting: Meeting) -> None:
    """Clear an earlier decision that took the item from the meeting."""
    query = select(Placing).where(Placing.plan_item_id == item.id, Placing.meeting_id == meeting.id)
    row = session.exec(query).first()
    if row is not None and row.fate in (Fate.MOVED, Fate.WITHDRAWN):
        row.fate, row.to_id = None, None


def add_item(session: Session, item: ForwardPlanItem, now: datetime, by: int | None) -> ForwardPlanItem:
    """Add an item to a board's plan, with a key made of its title that is unique on the plan."""
    taken = {row.key for row in items_of(session, item.board_id)}
    base = slugify(item.title)[:60] or "item"
    item.key = next(key for key in (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)
    item.position = 1 + max((row.position for row in items_of(session, item.board_id)), default=0)
    session.add(item)
    session.flush()
    record_event(session, now, by, "plan_item_added", subject(session, item), title=item.title)
    return item


def set_status(
    session: Session, item: ForwardPlanItem, standing: PlanItemState, reason: str, now: datetime, by: int | None
) -> None:
    """Put the item on hold, withdraw it from the plan, or bring it back."""
    item.standing, item.standing_reason = standing, reason
    record_event(session, now, by, f"plan_item_{standing}", subject(session, item), reason=reason)


def name_lead(session: Session, item: ForwardPlanItem, post: Post | None, now: datetime, by: int | None) -> None:
    """Set the post that leads the item; without one, nobody is asked for it."""
    item.lead_post_id = post.id if post else None
    record_event(session, now, by, "plan_item_led", subject(session, item), post=post.name if post else None)


def record_paper_answer(
    session: Session, paper: Paper, stage: Stage, is_so: bool, words: str, now: datetime, by: int | None
) -> PaperAnswer:
    """Record an answer about a paper at one stage, for its meeting."""
    placing, meeting = paper.ids
    answer = PaperAnswer(
        placing_id=placing, meeting_id=meeting, stage=stage.key, is_so=is_so, words=words, by_id=by, at=now
    )
    session.add(answer)
    session.flush()
    values = {"stage": stage.key, "is_so": is_so, "words": words}
    where = {"board": paper.board.key, "meeting": paper.meeting.starts_at.isoformat()}
    record_event(session, now, by, "paper_said", subject(session, paper.item), **values, **where)
    return answer


def notice_of(item: ForwardPlanItem, meeting: Meeting, zone: str) -> KeyDecisionNotice:
    """What the notice of a key decision states, as far as it is known."""
    return KeyDecisionNotice(
        matter=item.title,
        decider=item.decision_maker,
        title=item.maker_title,
        decided_on=local_day(meeting.starts_at, zone),
        documents=tuple(item.documents.splitlines()),
        documents_at=item.documents_at,
    )


def publish_notice(session: Session, item: ForwardPlanItem, day: date, now: datetime, by: int) -> None:
    """Record that the notice of a key decision was published on a day."""
    item.notice_published_on = day
    record_event(session, now, by, "notice_published", subject(session, item), day=day.isoformat())


def record_meeting_note(
    session: Session,
    meeting: Meeting,
    kind: MeetingNoteKind,
    text: str,
    now: datetime,
    by: int | None,
    item: ForwardPlanItem | None = None,
    brings: ForwardPlanItem | None = None,
) -> MeetingNote:
    """Record what a board said of an item, or an action and the new item that it became."""
    kept = MeetingNote(
        meeting_id=stored_id(meeting.id),
        plan_item_id=item.id if item else None,
        kind=kind,
        text=text,
        brings_id=brings.id if brings else None,
        by_id=by,
        at=now,
    )
    session.add(kept)
    session.flush()
    where = f"meeting {get(session, Board, meeting.board_id).key} {meeting.starts_at:%Y-%m-%d}"
    record_event(session, now, by, f"meeting_{kind}", where, text=text)
    return kept
