"""The papers that are to come: loaded with their deadlines, for the rules and for whoever looks at a plan."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from remembrancer.models import (
    Board,
    ForwardPlanItem,
    Meeting,
    MeetingState,
    Organisation,
    PaperAnswer,
    Placing,
    PlanStanding,
    Prompt,
)
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.key_decision_notices import late_notices
from remembrancer.queries.organisation import get, organisation
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.papers import Answers, Paper, PaperAt, may_go_to, with_way
from remembrancer.rules.forward_plan.pathway import Leg, pathway

_counted: dict[tuple[object, ...], Sequence[Deadline]] = {}
MOST_COUNTED = 20_000
"""Deadlines follow from an organisation's definition and a meeting's day: what was counted once need not be again."""
DeadlinesOf = Callable[[Board, Meeting, bool, bool], Sequence[Deadline]]
"""The deadlines of a board's meeting, for a key decision or not, private or not."""


def deadlines_by_rules(session: Session, now: datetime) -> DeadlinesOf:
    """Each board's own rules, counted once for each meeting."""
    spec = organisation(session)
    definition: Organisation = get(session, Organisation, 1)
    announced_until = spec.announced_until(local_day(now, spec.time_zone))
    rules = {board.key: rules_of(spec, board) for board in spec.boards}

    def of(board: Board, meeting: Meeting, key_decision: bool, private: bool) -> Sequence[Deadline]:
        name = (definition.fingerprint, announced_until, board.key, meeting.starts_at, key_decision, private)
        if name not in _counted:
            if len(_counted) > MOST_COUNTED:
                _counted.clear()
            given = (rules[board.key], meeting.starts_at, spec.working_time, announced_until)
            _counted[name] = deadlines(*given, key_decision=key_decision, private=private)
        return _counted[name]

    return of


def papers_to_come(session: Session, now: datetime, *where: ColumnElement[bool]) -> list[Paper]:
    """The papers of meetings that are still to be held, by meeting and in the plan's order; what is on hold is none."""
    return _papers(
        session,
        now,
        col(Placing.on).is_(True),
        col(Meeting.starts_at) > now,
        col(ForwardPlanItem.standing) == PlanStanding.ACTIVE,
        *where,
    )


def papers(session: Session, now: datetime, *where: ColumnElement[bool]) -> list[Paper]:
    """Papers whatever became of them."""
    return _papers(session, now, *where)


def papers_at(session: Session, now: datetime, at: Collection[PaperAt]) -> dict[PaperAt, Paper]:
    """Papers at meetings, their own or on the way there, whatever became of them.

    At a meeting to which a paper goes no more, it is one that is off its way.
    """
    found = papers(session, now, col(Placing.id).in_({placing for placing, _ in at}))
    known_at = {each.at: each for paper in found for each in (*paper.legs, paper)}
    lasts = {known(paper.placing.id): paper for paper in found}
    left = {meeting for placing, meeting in at if (placing, meeting) not in known_at}
    query = select(Meeting, Board).join(Board).where(col(Meeting.id).in_(left))
    there = {known(meeting.id): (meeting, board) for meeting, board in (session.exec(query) if left else ())}
    for placing, meeting in at:
        if (placing, meeting) not in known_at and placing in lasts and meeting in there:
            known_at[placing, meeting] = _off_way(lasts[placing], *there[meeting])
    return {each: known_at[each] for each in at if each in known_at}


def _off_way(last: Paper, meeting: Meeting, board: Board) -> Paper:
    return Paper(last.placing, last.item, meeting, board, deadlines=(), onto=last, on_way=False)


def _papers(session: Session, now: datetime, *where: ColumnElement[bool]) -> list[Paper]:
    query = (
        select(Placing, ForwardPlanItem, Meeting, Board)
        .join(ForwardPlanItem, col(ForwardPlanItem.id) == Placing.plan_item_id)
        .join(Meeting, col(Meeting.id) == Placing.meeting_id)
        .join(Board, col(Board.id) == ForwardPlanItem.board_id)
        .where(*where)
        .order_by(col(Meeting.starts_at), col(ForwardPlanItem.position), col(ForwardPlanItem.id))
    )
    rows = session.exec(query).all()
    said = _said(session, [known(placing.id) for placing, *_ in rows])
    deadlines_of = deadlines_by_rules(session, now)
    asked = _asked(session, [known(placing.id) for placing, item, *_ in rows if item.pathway])
    ways, decide_from = _ways(session, deadlines_of, now), late_notices(session, now)
    ahead = {board.key: board.asks.ahead for board in organisation(session).boards}
    found = [
        Paper(
            placing=placing,
            item=item,
            meeting=meeting,
            board=board,
            deadlines=deadlines_of(board, meeting, item.key_decision, item.confidential),
            asked_ahead=ahead[board.key],
            way=ways(item, board, meeting, said[known(placing.id)], asked[known(placing.id)]),
            decide_from=decide_from(item, board, meeting),
        )
        for placing, item, meeting, board in rows
    ]
    return [with_way(paper, said[known(paper.placing.id)], ahead) for paper in found]


Way = Callable[[ForwardPlanItem, Board, Meeting, Answers, Collection[int]], Sequence[Leg]]
"""The way of an item to a board's meeting, by what was said of it so far and the meetings (ids) asked about."""


def _ways(session: Session, deadlines_of: DeadlinesOf, now: datetime) -> Way:
    """Finds the boards that an item goes through before a meeting, and which of their meetings are in time."""
    time, boards = organisation(session).working_time, {b.key: b for b in session.exec(select(Board))}
    held: dict[int, list[Meeting]] = {}

    def meetings(board: Board) -> list[Meeting]:
        if known(board.id) not in held:
            query = select(Meeting).where(Meeting.board_id == board.id, Meeting.state == MeetingState.SCHEDULED)
            held[known(board.id)] = list(session.exec(query))
        return held[known(board.id)]

    def way(
        item: ForwardPlanItem, board: Board, meeting: Meeting, answers: Answers, asked: Collection[int]
    ) -> Sequence[Leg]:
        through = [boards[key] for key in item.pathway if key in boards]
        if not through:
            return ()
        before = [(each, may_go_to(meetings(each), answers, asked, now)) for each in through]
        return pathway([*before, (board, [])], meeting, lambda b, m: deadlines_of(b, m, False, False), time)[:-1]

    return way


def _asked(session: Session, placings: Sequence[int]) -> Mapping[int, Collection[int]]:
    """The meetings (ids) for which something was asked, by placing."""
    found: dict[int, set[int]] = defaultdict(set)
    query = select(Prompt.placing_id, Prompt.meeting_id).where(col(Prompt.placing_id).in_(placings))
    for placing_id, meeting_id in session.exec(query.distinct()) if placings else ():
        if placing_id is not None and meeting_id is not None:
            found[placing_id].add(meeting_id)
    return found


def _said(session: Session, placings: Sequence[int]) -> Mapping[int, Answers]:
    """The newest answers by placing."""
    found: dict[int, dict[int, dict[str, PaperAnswer]]] = defaultdict(lambda: defaultdict(dict))
    query = select(PaperAnswer).where(col(PaperAnswer.placing_id).in_(placings)).order_by(col(PaperAnswer.id))
    for answer in session.exec(query):
        found[answer.placing_id][answer.meeting_id][answer.stage] = answer
    return found
