"""Loads papers: plan items at meetings, with their deadlines, answers and pathway stages."""

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
    PlanItemState,
    Prompt,
)
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.key_decision_notices import late_notices
from remembrancer.queries.organisation import get, organisation
from remembrancer.queries.stages import stages, stages_by_board
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.papers import Answers, Paper, PaperIds, may_go_to, with_pathway
from remembrancer.rules.forward_plan.pathway import PathwayStop, pathway

_counted: dict[tuple[object, ...], Sequence[Deadline]] = {}
MOST_COUNTED = 20_000
"""The size of the cache of deadlines, which depend only on the organisation's definition and the meeting's day."""
DeadlinesOf = Callable[[Board, Meeting, bool, bool], Sequence[Deadline]]
"""Computes the deadlines of a board's meeting; the flags are: a key decision, and in private."""


def deadlines_by_rules(session: Session, now: datetime) -> DeadlinesOf:
    """Return a function that computes the deadlines of a meeting by its board's rules, with a cache."""
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
    """Return the papers of future meetings, by meeting and in the plan's order, without items on hold or withdrawn."""
    return papers(
        session,
        now,
        col(Placing.on).is_(True),
        col(Meeting.starts_at) > now,
        col(ForwardPlanItem.standing) == PlanItemState.ACTIVE,
        *where,
    )


def papers_by_ids(session: Session, now: datetime, at: Collection[PaperIds]) -> dict[PaperIds, Paper]:
    """Return the papers at these (placing id, meeting id), at their own meeting or at an earlier pathway stage.

    A paper at a meeting that is no longer on its pathway has `on_pathway` False.
    """
    found = papers(session, now, col(Placing.id).in_({placing for placing, _ in at}))
    known_at = {each.ids: each for paper in found for each in (*paper.earlier_papers, paper)}
    lasts = {stored_id(paper.placing.id): paper for paper in found}
    missing = {meeting for placing, meeting in at if (placing, meeting) not in known_at}
    query = select(Meeting, Board).join(Board).where(col(Meeting.id).in_(missing))
    meetings = {stored_id(meeting.id): (meeting, board) for meeting, board in (session.exec(query) if missing else ())}
    for placing, meeting in at:
        if (placing, meeting) not in known_at and placing in lasts and meeting in meetings:
            last, (at_meeting, board) = lasts[placing], meetings[meeting]
            stages = last.board_stages
            known_at[placing, meeting] = Paper(
                last.placing, last.item, at_meeting, board, (), stages, final_paper=last, on_pathway=False
            )
    return {each: known_at[each] for each in at if each in known_at}


def papers(session: Session, now: datetime, *where: ColumnElement[bool]) -> list[Paper]:
    """Return the papers that satisfy the conditions, in any state and at past meetings too."""
    query = (
        select(Placing, ForwardPlanItem, Meeting, Board)
        .join(ForwardPlanItem, col(ForwardPlanItem.id) == Placing.plan_item_id)
        .join(Meeting, col(Meeting.id) == Placing.meeting_id)
        .join(Board, col(Board.id) == ForwardPlanItem.board_id)
        .where(*where)
        .order_by(col(Meeting.starts_at), col(ForwardPlanItem.position), col(ForwardPlanItem.id))
    )
    rows = session.exec(query).all()
    answers = _newest_answers(session, [stored_id(placing.id) for placing, *_ in rows])
    deadlines_of = deadlines_by_rules(session, now)
    asked = _meetings_asked_about(session, [stored_id(placing.id) for placing, item, *_ in rows if item.pathway])
    pathway_of, decide_from = _pathways(session, deadlines_of, now), late_notices(session, now)
    stages_of = stages_by_board(organisation(session))
    found = [
        Paper(
            placing=placing,
            item=item,
            meeting=meeting,
            board=board,
            deadlines=deadlines_of(board, meeting, item.key_decision, item.confidential),
            board_stages=stages_of[board.key],
            pathway=pathway_of(item, board, meeting, answers[stored_id(placing.id)], asked[stored_id(placing.id)]),
            decide_from=decide_from(item, board, meeting),
        )
        for placing, item, meeting, board in rows
    ]
    return [with_pathway(paper, answers[stored_id(paper.placing.id)], stages_of) for paper in found]


PathwayOf = Callable[[ForwardPlanItem, Board, Meeting, Answers, Collection[int]], Sequence[PathwayStop]]
"""Computes an item's pathway to a board's meeting from the answers so far and the meetings (ids) asked about."""


def _pathways(session: Session, deadlines_of: DeadlinesOf, now: datetime) -> PathwayOf:
    """Return a function that computes the stages of an item's pathway before the meeting of its own board."""
    time, boards = organisation(session).working_time, {b.key: b for b in session.exec(select(Board))}
    held: dict[int, list[Meeting]] = {}
    last = stages(organisation(session)).last

    def meetings(board: Board) -> list[Meeting]:
        if stored_id(board.id) not in held:
            query = select(Meeting).where(Meeting.board_id == board.id, Meeting.state == MeetingState.SCHEDULED)
            held[stored_id(board.id)] = list(session.exec(query))
        return held[stored_id(board.id)]

    def pathway_of(
        item: ForwardPlanItem, board: Board, meeting: Meeting, answers: Answers, asked: Collection[int]
    ) -> Sequence[PathwayStop]:
        earlier = [boards[key] for key in item.pathway if key in boards]
        if not earlier:
            return ()
        before = [(each, may_go_to(meetings(each), answers, asked, last, now)) for each in earlier]
        return pathway([*before, (board, [])], meeting, lambda b, m: deadlines_of(b, m, False, False), time)[:-1]

    return pathway_of


def _meetings_asked_about(session: Session, placings: Sequence[int]) -> Mapping[int, Collection[int]]:
    """Return the meetings (ids) about which prompts were planned, by placing id."""
    found: dict[int, set[int]] = defaultdict(set)
    query = select(Prompt.placing_id, Prompt.meeting_id).where(col(Prompt.placing_id).in_(placings))
    for placing_id, meeting_id in session.exec(query.distinct()) if placings else ():
        if placing_id is not None and meeting_id is not None:
            found[placing_id].add(meeting_id)
    return found


def _newest_answers(session: Session, placings: Sequence[int]) -> Mapping[int, Answers]:
    """Return the newest answer of each stage at each meeting, by placing id."""
    found: dict[int, dict[int, dict[str, PaperAnswer]]] = defaultdict(lambda: defaultdict(dict))
    query = select(PaperAnswer).where(col(PaperAnswer.placing_id).in_(placings)).order_by(col(PaperAnswer.id))
    for answer in session.exec(query):
        found[answer.placing_id][answer.meeting_id][answer.stage] = answer
    return found
