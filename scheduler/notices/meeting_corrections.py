"""Corrections to secretaries and to whoever was asked about a paper of a meeting whose date has changed."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from remembrancer.models import (
    Board,
    Fate,
    ForwardPlanItem,
    Meeting,
    MeetingState,
    OutgoingMessage,
    Person,
    Placing,
    PlanItemState,
    Prompt,
)
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.organisation import organisation
from remembrancer.queries.papers import deadlines_by_rules, papers, papers_by_ids
from remembrancer.reports.message_items import of_meeting, of_paper
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.papers import Paper, PaperIds, secretary
from remembrancer.rules.prompts.subjects import PromptSubject
from remembrancer.scheduler.notices.correction import Changed, Correction, changed
from remembrancer.wording import render

KIND = "meeting_moved"


def meeting_corrections(
    session: Session, facts: Facts, _subjects: Sequence[PromptSubject], now: datetime
) -> Iterator[Correction]:
    """Yield a correction about every future meeting that was moved, cancelled or reinstated."""
    query = select(Meeting, Board).join(Board).where(col(Meeting.starts_at) > now, Meeting.revision > 1)
    moved = session.exec(query.order_by(col(Meeting.starts_at))).all()
    if not moved or session.exec(select(ForwardPlanItem.id)).first() is None:
        return
    sent = set(session.exec(select(OutgoingMessage.key).where(OutgoingMessage.kind == KIND)))
    corrections = _Corrections(session, facts, sent, now)
    for meeting, board in moved:
        yield from corrections.of_meeting(meeting, board)


class _Corrections:
    """The corrections about meetings at one tick; `sent` are the keys of corrections sent so far."""

    def __init__(self, session: Session, facts: Facts, sent: Set[str], now: datetime) -> None:
        self.session, self.facts, self.sent, self.now = session, facts, sent, now
        self.deadlines_of = deadlines_by_rules(session, now)
        self.spec = organisation(session)
        self.today = local_day(now, facts.time.zone)

    def of_meeting(self, meeting: Meeting, board: Board) -> Iterator[Correction]:
        """Yield what those who were asked by the old dates, and the secretary, are told of the new ones."""
        asked = self._people_asked(meeting)
        secretaries = [stored_id(person.id) for person, _ in secretary(self.facts, board, self.now)]
        to_tell = {id: asked.get(id, ()) for id in (*asked, *secretaries) if self._key(meeting, id) not in self.sent}
        if to_tell:
            at_meeting = papers(self.session, self.now, col(Placing.meeting_id) == meeting.id)
            own = [paper for paper in at_meeting if _is_on_agenda(paper)]
            for person_id, about in to_tell.items():
                keeps = person_id in secretaries
                about = list({paper.ids: paper for paper in (*own, *about)}.values()) if keeps else about
                yield self._correction(meeting, board, self.facts.people[person_id], about, keeps)

    def _key(self, meeting: Meeting, person_id: int) -> str:
        return f"meeting-moved-{meeting.id}-r{meeting.revision}-{person_id}"

    def _changed(self, meeting: Meeting, board: Board, about: Sequence[Paper]) -> list[Changed]:
        """Return the meeting's deadlines that changed with its date, including the notices that these papers need."""
        items = [paper.item for paper in about if paper.final_paper is None]
        key, private = any(item.key_decision for item in items), any(item.confidential for item in items)
        now = self.deadlines_of(board, meeting, key, private) if meeting.state == MeetingState.SCHEDULED else []
        before: Sequence[Deadline] = []
        old = meeting.moved_from if meeting.state == MeetingState.SCHEDULED else meeting.starts_at
        if old is not None:
            rules = rules_of(self.spec, next(each for each in self.spec.boards if each.key == board.key))
            announced = self.spec.announced_until(self.today)
            before = deadlines(rules, old, self.facts.time, announced, key_decision=key, private=private)
        return changed(before, now)

    def _people_asked(self, meeting: Meeting) -> dict[int, list[Paper]]:
        """Return the people (ids) asked about papers at an earlier revision of the meeting, with the papers.

        For a cancelled meeting, these include people asked about a paper at an earlier stage of its pathway.
        """
        of_old = and_(col(Prompt.meeting_id) == meeting.id, col(Prompt.revision) < meeting.revision)
        query = (
            select(Prompt.person_id, Prompt.placing_id)
            .join(Placing, col(Placing.id) == Prompt.placing_id)
            .join(OutgoingMessage, col(OutgoingMessage.id) == Prompt.message_id)
            .where(
                or_(of_old, col(Placing.meeting_id) == meeting.id) if _is_cancelled(meeting) else of_old,
                col(OutgoingMessage.state).in_(("sent", "sending")),
            )
            .distinct()
        )
        rows = self.session.exec(query).all()
        by_placing = self._papers({(placing_id, stored_id(meeting.id)) for _, placing_id in rows if placing_id})
        found: dict[int, list[Paper]] = {}
        for person_id, placing_id in rows:
            if placing_id in by_placing:
                found.setdefault(person_id, []).append(by_placing[placing_id])
        return found

    def _papers(self, at: Set[PaperIds]) -> dict[int, Paper]:
        """Return the papers by placing (id), without stages that now use another meeting (`pathway_corrections`)."""
        found = papers_by_ids(self.session, self.now, at).values() if at else ()
        return {stored_id(paper.placing.id): paper for paper in found if paper.final_paper is None or paper.is_placed}

    def _correction(
        self, meeting: Meeting, board: Board, person: Person, about: Sequence[Paper], keeps: bool
    ) -> Correction:
        text = render(
            "messages/meeting_moved.md",
            board=board,
            meeting=meeting,
            changed=self._changed(meeting, board, about),
            keeps=keeps,
            papers=[(paper, self._new_start(paper)) for paper in about],
            zone=person.time_zone,
        )
        return Correction(
            to=person,
            key=self._key(meeting, stored_id(person.id)),
            kind=KIND,
            text=text,
            not_before=self.facts.time_of(person).fit(self.now, self.now, meeting.starts_at),
            expires_at=meeting.starts_at,
            items=[of_paper(self.session, paper) for paper in about] or [of_meeting(self.session, board, meeting)],
        )

    def _new_start(self, paper: Paper) -> datetime | None:
        """Return the start of the next meeting that the paper's item comes to."""
        query = (
            select(Meeting.starts_at)
            .join(Placing, col(Placing.meeting_id) == Meeting.id)
            .where(
                Placing.plan_item_id == paper.item.id,
                col(Placing.on),
                col(Meeting.starts_at) > self.now,
                Meeting.state == MeetingState.SCHEDULED,
            )
            .order_by(col(Meeting.starts_at))
        )
        return self.session.exec(query).first()


def _is_cancelled(meeting: Meeting) -> bool:
    return meeting.state == MeetingState.CANCELLED


def _is_on_agenda(paper: Paper) -> bool:
    """Tell whether the paper comes to its meeting, or would if the meeting were not cancelled."""
    if not _is_cancelled(paper.meeting) or paper.item.standing != PlanItemState.ACTIVE:
        return paper.placing.on
    return paper.placing.fate not in (Fate.MOVED, Fate.WITHDRAWN)
