"""What a board's secretary is told about its meetings, and everybody of changed dates: each once for a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from acts.lookups import organisation
from acts.papers import deadlines_by_rules, papers, papers_to_come
from acts.tell import tell
from bot.message import message
from intake.jurisdictions import rules_of
from models import Board, Meeting, MeetingState, OutgoingMessage, PaperPrompt, Person, Placing
from reports.pack import pack, pack_text
from rules.deadlines import Deadline, deadlines
from rules.facts import Facts, known
from rules.key_decisions import routes
from rules.papers import Paper, secretary
from rules.pathway import PUBLICATION
from rules.working_time import at, local_day
from wording import render


def tell_of_meetings(engine: Engine, facts: Facts, now: datetime) -> None:
    """Agenda-setting packs, reminders to publish, alarms of notices that are too late, and corrections."""
    if facts.paused:
        return
    with Session(engine) as session:
        looking = _Looking(session, facts, now)
        for meeting, board in _coming(session, now):
            looking.at_meeting(meeting, board)
        for paper in papers_to_come(session, now):
            looking.at_notice(paper)
        session.commit()


def _coming(session: Session, now: datetime) -> Sequence[tuple[Meeting, Board]]:
    query = select(Meeting, Board).join(Board).where(col(Meeting.starts_at) > now).order_by(col(Meeting.starts_at))
    return list(session.exec(query))


@dataclass(frozen=True)
class _Changed:
    """A deadline as it was and as it is now; one that there was or is no more is None."""

    name: str
    was: date | None
    now: date | None


class _Looking:
    """One look at the meetings to come."""

    def __init__(self, session: Session, facts: Facts, now: datetime) -> None:
        self.session, self.facts, self.now = session, facts, now
        self.deadlines_of = deadlines_by_rules(session, now)
        self.spec = organisation(session)
        self.today = local_day(now, facts.time.zone)

    def at_meeting(self, meeting: Meeting, board: Board) -> None:
        if meeting.revision > 1:
            self._correct(meeting, board)
        if meeting.state == MeetingState.SCHEDULED:
            for deadline in self.deadlines_of(board, meeting, False, False):
                if deadline.kind == "agenda_setting":
                    self._pack(meeting, board, deadline)
                if deadline.kind == PUBLICATION:
                    self._remind_to_publish(meeting, board, deadline)

    def _pack(self, meeting: Meeting, board: Board, deadline: Deadline) -> None:
        """On the morning of agenda setting; after a move only where it is still to be set, or was never sent."""
        key = f"pack-{meeting.id}-r{meeting.revision}"
        if at(deadline.counted.date, self.facts.time.starts, self.facts.time.zone) > self.now or self._was_sent(
            f"{key}-"
        ):
            return
        if deadline.counted.date < self.today and meeting.revision > 1 and self._was_sent(f"pack-{meeting.id}-"):
            return
        text = pack_text(pack(self.session, board, meeting, self.now), self.facts.time.zone)
        self._tell_secretary(board, meeting, key, "agenda_pack", text)

    def _remind_to_publish(self, meeting: Meeting, board: Board, deadline: Deadline) -> None:
        morning = at(self.facts.time.before(deadline.counted.date, 1), self.facts.time.starts, self.facts.time.zone)
        key = f"publish-{meeting.id}-r{meeting.revision}"
        if morning <= self.now and not self._was_sent(f"{key}-"):
            text = render(
                "messages/publish_agenda.md",
                board=board,
                meeting=meeting,
                deadline=deadline,
                late=deadline.counted.date < self.today,
                zone=self.facts.time.zone,
            )
            self._tell_secretary(board, meeting, key, "publish_agenda", text)

    def at_notice(self, paper: Paper) -> None:
        """A key decision whose notice comes too late now: the alarm, with the routes that are left."""
        if not paper.item.key_decision or paper.item.notice_published_on is not None:
            return
        board_spec = next(each for each in self.spec.boards if each.key == paper.board.key)
        left = routes(
            rules_of(self.spec, board_spec),
            paper.meeting.starts_at,
            self.today,
            self.facts.time,
            self.spec.announced_until(self.today),
        )
        key = f"notice-{paper.placing.id}-r{paper.meeting.revision}"
        if left and not self._was_sent(f"{key}-"):
            text = render("messages/notice_too_late.md", paper=paper, routes=left, zone=self.facts.time.zone)
            self._tell_secretary(paper.board, paper.meeting, key, "notice_alarm", text)

    def _correct(self, meeting: Meeting, board: Board) -> None:
        """Tell whoever was asked by the old dates, and the secretary, what became of them."""
        changed = self._changed(meeting, board)
        told = self._told(meeting)
        for person_id, of in told.items():
            self._tell_moved(meeting, board, self.facts.people[person_id], changed, of)
        for person, _ in secretary(self.facts, board, self.now):
            if known(person.id) not in told:
                self._tell_moved(meeting, board, person, changed, ())

    def _changed(self, meeting: Meeting, board: Board) -> list[_Changed]:
        """The meeting's deadlines by the old date and by the new."""
        now = self.deadlines_of(board, meeting, False, False) if meeting.state == MeetingState.SCHEDULED else []
        before: Sequence[Deadline] = []
        old = meeting.moved_from if meeting.state == MeetingState.SCHEDULED else meeting.starts_at
        if old is not None:
            rules = rules_of(self.spec, next(each for each in self.spec.boards if each.key == board.key))
            before = deadlines(rules, old, self.facts.time, self.spec.announced_until(self.today))
        was, then = ({d.key: d for d in each} for each in (before, now))
        found = [
            _Changed(
                (then.get(key) or was[key]).name,
                was[key].counted.date if key in was else None,
                then[key].counted.date if key in then else None,
            )
            for key in dict.fromkeys([*was, *then])
        ]
        return [each for each in found if each.was != each.now]

    def _told(self, meeting: Meeting) -> dict[int, list[Paper]]:
        """Who was asked about papers of this meeting by an earlier revision, and about which."""
        query = (
            select(PaperPrompt.person_id, PaperPrompt.placing_id)
            .join(Placing, col(Placing.id) == PaperPrompt.placing_id)
            .join(OutgoingMessage, col(OutgoingMessage.id) == PaperPrompt.message_id)
            .where(
                Placing.meeting_id == meeting.id,
                PaperPrompt.revision < meeting.revision,
                col(OutgoingMessage.state).in_(("sent", "sending")),
            )
            .distinct()
        )
        rows = self.session.exec(query).all()
        of = {known(p.placing.id): p for p in papers(self.session, self.now, col(Placing.meeting_id) == meeting.id)}
        found: dict[int, list[Paper]] = {}
        for person_id, placing_id in rows:
            found.setdefault(person_id, []).append(of[placing_id])
        return found

    def _tell_moved(
        self, meeting: Meeting, board: Board, person: Person, changed: Sequence[_Changed], of: Sequence[Paper]
    ) -> None:
        key = f"meeting-moved-{meeting.id}-r{meeting.revision}-{person.id}"
        if self._was_sent(key):
            return
        text = render(
            "messages/meeting_moved.md",
            board=board,
            meeting=meeting,
            changed=changed,
            papers=[(paper, self._goes_to(paper)) for paper in of or self._all_of(meeting)],
            zone=person.time_zone,
        )
        self._tell(person, meeting, key, "meeting_moved", text)

    def _all_of(self, meeting: Meeting) -> list[Paper]:
        if meeting.state == MeetingState.SCHEDULED:
            return []
        return papers(self.session, self.now, col(Placing.meeting_id) == meeting.id)

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

    def _tell_secretary(self, board: Board, meeting: Meeting, key: str, kind: str, text: str) -> None:
        for person, _ in secretary(self.facts, board, self.now):
            self._tell(person, meeting, f"{key}-{person.id}", kind, text)

    def _tell(self, person: Person, meeting: Meeting, key: str, kind: str, text: str) -> None:
        tell(
            self.session,
            person,
            message(text),
            key=key,
            kind=kind,
            because=kind,
            now=self.now,
            not_before=self.facts.time.next_in_hours(self.now, person.time_zone),
            expires_at=meeting.starts_at,
        )

    def _was_sent(self, key: str) -> bool:
        query = select(OutgoingMessage.id).where(col(OutgoingMessage.key).startswith(key, autoescape=True))
        return self.session.exec(query).first() is not None
