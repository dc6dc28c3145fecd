"""What a board's secretary is told about its meetings, and everybody of changed dates: each once for a revision."""

from collections.abc import Sequence, Set
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
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
    PlanStanding,
    Prompt,
)
from remembrancer.models.message import message
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.organisation import organisation
from remembrancer.queries.papers import deadlines_by_rules, papers, papers_at, papers_to_come
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.forward_plan.papers import Paper, PaperAt, secretary
from remembrancer.scheduler.notices.meeting_notices import write_secretary_notices
from remembrancer.scheduler.notices.pathway_changes import Changed, changed, tell_of_other_ways
from remembrancer.services.outbox import tell
from remembrancer.wording import render

log = structlog.get_logger()
KIND = "meeting_moved"


def tell_of_meetings(engine: Engine, facts: Facts, now: datetime) -> None:
    """Agenda-setting packs, reminders to publish, alarms of notices that are too late, and corrections."""
    if facts.paused:
        return
    with Session(engine) as session:
        if session.exec(select(ForwardPlanItem.id)).first() is None:
            return
        try:
            to_come = papers_to_come(session, now)
            _correct(session, facts, now)
            tell_of_other_ways(session, facts, to_come, now)
            write_secretary_notices(session, facts, to_come, now)
            session.commit()
        except IntegrityError:
            # Another replica was first; the next look sees what it wrote.
            session.rollback()
            log.info("told elsewhere")


def _correct(session: Session, facts: Facts, now: datetime) -> None:
    """Tell of every meeting to come that has moved, or is cancelled, or held after all."""
    query = select(Meeting, Board).join(Board).where(col(Meeting.starts_at) > now, Meeting.revision > 1)
    moved = session.exec(query.order_by(col(Meeting.starts_at))).all()
    if moved:
        said = set(session.exec(select(OutgoingMessage.key).where(OutgoingMessage.kind == KIND)))
        correcting = _Correcting(session, facts, said, now)
        for meeting, board in moved:
            correcting.at_meeting(meeting, board)


class _Correcting:
    """One look at the meetings that have changed; `said` are the keys of what was said of such."""

    def __init__(self, session: Session, facts: Facts, said: Set[str], now: datetime) -> None:
        self.session, self.facts, self.said, self.now = session, facts, said, now
        self.deadlines_of = deadlines_by_rules(session, now)
        self.spec = organisation(session)
        self.today = local_day(now, facts.time.zone)

    def at_meeting(self, meeting: Meeting, board: Board) -> None:
        """Tell whoever was asked by the old dates, and the secretary, what became of them."""
        told = self._told(meeting)
        secretaries = [known(person.id) for person, _ in secretary(self.facts, board, self.now)]
        whom = {id: told.get(id, ()) for id in (*told, *secretaries) if self._key(meeting, id) not in self.said}
        if whom:
            own = [paper for paper in self._own(meeting) if _comes(paper)]
            for person_id, about in whom.items():
                keeps = person_id in secretaries
                about = list({paper.at: paper for paper in (*own, *about)}.values()) if keeps else about
                self._tell(meeting, board, self.facts.people[person_id], about, keeps)

    def _key(self, meeting: Meeting, person_id: int) -> str:
        return f"meeting-moved-{meeting.id}-r{meeting.revision}-{person_id}"

    def _changed(self, meeting: Meeting, board: Board, about: Sequence[Paper]) -> list[Changed]:
        """The meeting's deadlines by the old date and by the new, with the notices that these papers need there."""
        items = [paper.item for paper in about if paper.onto is None]
        key, private = any(item.key_decision for item in items), any(item.confidential for item in items)
        now = self.deadlines_of(board, meeting, key, private) if meeting.state == MeetingState.SCHEDULED else []
        before: Sequence[Deadline] = []
        old = meeting.moved_from if meeting.state == MeetingState.SCHEDULED else meeting.starts_at
        if old is not None:
            rules = rules_of(self.spec, next(each for each in self.spec.boards if each.key == board.key))
            announced = self.spec.announced_until(self.today)
            before = deadlines(rules, old, self.facts.time, announced, key_decision=key, private=private)
        return changed(before, now)

    def _told(self, meeting: Meeting) -> dict[int, list[Paper]]:
        """Who was asked about papers at this meeting by an earlier revision, and about which.

        Of a meeting that is cancelled those hear too who were asked about a paper for a board on its way there.
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
        of = self._papers({(placing_id, known(meeting.id)) for _, placing_id in rows if placing_id})
        found: dict[int, list[Paper]] = {}
        for person_id, placing_id in rows:
            if placing_id in of:
                found.setdefault(person_id, []).append(of[placing_id])
        return found

    def _papers(self, at: Set[PaperAt]) -> dict[int, Paper]:
        """By placing (id); not those on their way elsewhere, of which it is told apart (`pathway_changes.py`)."""
        found = papers_at(self.session, self.now, at).values() if at else ()
        return {known(paper.placing.id): paper for paper in found if paper.onto is None or paper.on}

    def _own(self, meeting: Meeting) -> list[Paper]:
        return papers(self.session, self.now, col(Placing.meeting_id) == meeting.id)

    def _tell(self, meeting: Meeting, board: Board, person: Person, about: Sequence[Paper], keeps: bool) -> None:
        text = render(
            "messages/meeting_moved.md",
            board=board,
            meeting=meeting,
            changed=self._changed(meeting, board, about),
            keeps=keeps,
            papers=[(paper, self._goes_to(paper)) for paper in about],
            zone=person.time_zone,
        )
        tell(
            self.session,
            person,
            message(text),
            key=self._key(meeting, known(person.id)),
            kind=KIND,
            because=KIND,
            now=self.now,
            not_before=self.facts.time.fit(self.now, person.time_zone, self.now, meeting.starts_at),
            expires_at=meeting.starts_at,
        )

    def _goes_to(self, paper: Paper) -> datetime | None:
        """When the meeting is to which the item of a cancelled one goes."""
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


def _comes(paper: Paper) -> bool:
    """Whether it comes to its meeting, or was to come to one that is cancelled."""
    if not _is_cancelled(paper.meeting) or paper.item.standing != PlanStanding.ACTIVE:
        return paper.placing.on
    return paper.placing.fate not in (Fate.MOVED, Fate.WITHDRAWN)
