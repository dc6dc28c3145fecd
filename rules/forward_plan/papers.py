"""Papers: what a lead or a secretary is asked about a plan item at a meeting, and when.

A paper has the deadlines that the board's rules give its meeting. Ahead of some of them people are asked: those are the
paper's stages (`stages.py`).
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from remembrancer.models import Board, ForwardPlanItem, Meeting, PaperAnswer, Person, Placing
from remembrancer.rules.calendar.deadline_rules import ROUTES
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.pathway import PUBLICATION, PathwayStop
from remembrancer.rules.forward_plan.stages import Stage, Stages
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Asked

SOON = 3  # working days; whoever is first asked no earlier before the deadline gets no reminder


class Step(StrEnum):
    """The steps of each stage: the question, the reminder, and the notice that it is late."""

    ASK = "ask"
    REMIND = "remind"
    LATE = "late"


PaperIds = tuple[int, int]
"""A placing and a meeting (ids): the placing's own, or that of an earlier pathway stage."""


@dataclass(frozen=True)
class Paper:
    """A plan item at a meeting, with its deadlines in order of date and its board's stages.

    `answers` holds the newest answer about each stage (key). `pathway` are its stops: the boards that consider the
    paper before, each with the meeting that is in time, in order. The paper at each of those meetings is one of its
    `earlier_papers`, and refers back by `final_paper` to the paper at the last board. `carried_over` are the stages
    (keys) that were answered for an earlier board and hold for this one. An earlier paper at a meeting that is not on
    the pathway any more has `on_pathway` False.
    """

    placing: Placing
    item: ForwardPlanItem
    meeting: Meeting
    board: Board
    deadlines: Sequence[Deadline]
    board_stages: Stages
    answers: Mapping[str, PaperAnswer] = field(default_factory=dict)
    pathway: Sequence[PathwayStop] = ()
    decide_from: date | None = None  # by the notice that was published, where that is later than the meeting
    earlier_papers: "Sequence[Paper]" = ()
    final_paper: "Paper | None" = None
    carried_over: Set[str] = frozenset()
    on_pathway: bool = True

    @property
    def ids(self) -> PaperIds:
        """Return the ids of the placing and the meeting."""
        return stored_id(self.placing.id), stored_id(self.meeting.id)

    @property
    def is_placed(self) -> bool:
        """Tell whether the paper is to come to its meeting."""
        return self.placing.on and self.on_pathway

    @property
    def plan_board(self) -> Board:
        """Return the board whose forward plan the paper is on."""
        return self.final_paper.board if self.final_paper else self.board

    def is_so(self, stage: Stage) -> bool:
        """Tell whether the stage is passed."""
        if stage.is_notice:
            return self.needs_no_notice
        return any(self._is_confirmed(key) for key in self.board_stages.implied_by[stage.key])

    def _is_confirmed(self, key: str) -> bool:
        return key in self.carried_over or (key in self.answers and self.answers[key].is_so)

    @property
    def has_notice(self) -> bool:
        """Tell whether the notice of a key decision is published in time for the meeting."""
        return self.item.notice_published_on is not None and self.decide_from is None

    @property
    def needs_no_notice(self) -> bool:
        """Tell whether the notice is published in time, or a route was taken in its place."""
        return self.has_notice or self.route is not None

    @property
    def route(self) -> PaperAnswer | None:
        """Return the general exception or special urgency that was recorded in place of the notice, if any."""
        return next((self.answers[kind] for kind in ROUTES if kind in self.answers), None)

    @property
    def stages(self) -> list[tuple[Stage, Deadline]]:
        """Return the stages that are asked about, each with its deadline."""
        by_deadline = self.board_stages.by_deadline
        found = [(by_deadline[each.kind], each) for each in self.deadlines if each.kind in by_deadline]
        if self.final_paper is not None:
            return [each for each in found if each[0].on_pathway]
        first = self.board_stages.all[0]
        if first.or_first_deadline and all(stage.key != first.key for stage, _ in found):
            ordered = [due for stage, due in found if stage.is_ordered]
            publications = [due for due in self.deadlines if due.kind == PUBLICATION]
            found[:0] = [(first, due) for due in (ordered or publications)[:1]]
        return found

    def deadline_of(self, stage: Stage) -> Deadline | None:
        """Return the stage's deadline; None where the board's rules have none."""
        return next((due for each, due in self.stages if each.key == stage.key), None)

    def next_stage(self) -> tuple[Stage, Deadline] | None:
        """Return the open stage with the earliest deadline; None where all stages are passed."""
        return min(self.open_stages, key=lambda each: each[1].due_at, default=None)

    @property
    def last_so(self) -> Stage | None:
        """Return the last of the lead's stages that was confirmed."""
        return next((stage for stage in reversed(self.board_stages.ordered) if self._is_confirmed(stage.key)), None)

    def stage_to_take_back(self, stage: Stage) -> Stage | None:
        """Return the stage that is not so after all where this one is asked; None where none was confirmed.

        The notice is not taken back: it was published.
        """
        if stage.is_ordered:
            return self.last_so
        return stage if not stage.is_notice and self._is_confirmed(stage.key) else None

    @property
    def open_stages(self) -> list[tuple[Stage, Deadline]]:
        """Return the stages that are not passed; a paper without a lead has only those that the secretary answers."""
        brought = self.item.lead_post_id is not None
        return [each for each in self.stages if not self.is_so(each[0]) and (brought or not each[0].is_ordered)]


def steps(facts: Facts, stage: Stage, deadline: Deadline) -> Sequence[tuple[Step, str, date]]:
    """Return the steps of a stage, each with its audience and its day."""
    return _steps(facts.time, stage.to, deadline.counted.date, stage.ahead)


@lru_cache(maxsize=20_000)
def _steps(time: WorkingTime, to: str, day: date, ahead: int) -> Sequence[tuple[Step, str, date]]:
    found = [(Step.ASK, to, time.before(day, ahead))]
    if ahead > SOON:
        found.append((Step.REMIND, to, time.before(day, 1)))
    found.append((Step.LATE, to, time.after(day, 1)))
    if to == "lead":
        found.append((Step.LATE, "secretary", time.after(day, 1)))
    return found


def asked(facts: Facts, paper: Paper, to: str, now: datetime) -> list[Asked]:
    """Return who is asked: the lead, a stand-in or somebody above; the plan's secretary where nobody is at work.

    Nobody is asked as the lead of a paper without a lead post: the secretary sees it in the plan.
    """
    if to == "secretary":
        return secretary(facts, paper.plan_board, now)
    post_id = paper.item.lead_post_id
    if post_id is None:
        return []
    for post in (post_id, *recipients.line_above(facts, post_id)):
        found = recipients.at_work(facts, post, now)
        if found is not None:
            return [found if post == post_id else (found[0], recipients.Reason.ABOVE)]
    return secretary(facts, paper.plan_board, now)


def secretary(facts: Facts, board: Board, now: datetime) -> list[Asked]:
    """Return the board's secretary or a stand-in; the admins where nobody is at work."""
    found = recipients.at_work(facts, board.secretary_post_id, now)
    if found is not None:
        return [(found[0], recipients.Reason.SECRETARY)]
    return [(who, recipients.Reason.NOBODY_ELSE) for who in recipients.admins(facts)]


def leads(facts: Facts, person: Person, item: ForwardPlanItem, now: datetime) -> bool:
    """Tell whether a person may answer for a paper: they hold or stand in for its lead post or one above it."""
    if item.lead_post_id is None or not person.active:
        return False
    posts = [item.lead_post_id, *recipients.line_above(facts, item.lead_post_id)]
    return any(recipients.acts_as(facts, person, post, now) for post in posts)


def keeps(facts: Facts, person: Person, board: Board, now: datetime) -> bool:
    """Tell whether a person may change the board's forward plan, as its secretary or a stand-in."""
    return person.active and recipients.acts_as(facts, person, board.secretary_post_id, now)


Answers = Mapping[int, Mapping[str, PaperAnswer]]
"""The newest answers about a placing, by meeting (id) and stage."""


def with_pathway(paper: Paper, answers: Answers, stages_of: Mapping[str, Stages]) -> Paper:
    """Add to a paper its earlier papers and the answers for each board; `stages_of` are the stages by board (key)."""
    own = stored_id(paper.meeting.id)
    last = replace(
        paper, answers=answers.get(own, {}), carried_over=stages_carried_over(paper.board_stages, answers, [own])
    )
    stops = [(stop, stop.meeting) for stop in paper.pathway if stop.meeting is not None]
    ids = [*(stored_id(meeting.id) for _, meeting in stops), own]
    return replace(
        last,
        earlier_papers=[
            replace(
                last,
                meeting=meeting,
                board=stop.board,
                deadlines=stop.deadlines,
                answers=answers.get(ids[n], {}),
                board_stages=stages_of[stop.board.key],
                pathway=(),
                final_paper=last,
                carried_over=stages_carried_over(paper.board_stages, answers, ids[n:]),
            )
            for n, (stop, meeting) in enumerate(stops)
        ],
    )


def stages_carried_over(stages: Stages, answers: Answers, not_yet: Collection[int]) -> frozenset[str]:
    """Return the stages (keys) that were passed for other meetings (ids) than these and are carried over."""
    before = [each for meeting, said in answers.items() if meeting not in not_yet for each in said.values()]
    confirmed = {each.stage for each in before if each.is_so}
    return frozenset(stage.key for stage in stages if confirmed.intersection(stage.carried_over_by))


def may_go_to(
    meetings: Sequence[Meeting], answers: Answers, asked: Collection[int], last: Stage, now: datetime
) -> list[Meeting]:
    """Return the board's meetings that a paper may use as a pathway stage; `asked` are those (ids) asked about.

    A past meeting that had the `last` stage has heard the paper, and no other is offered. Once a meeting was asked
    about, the paper does not go back to a past meeting that was not.
    """
    had = {meeting for meeting, said in answers.items() if last.key in said and said[last.key].is_so}
    heard = [m for m in meetings if m.starts_at <= now and m.id in had]
    if heard or not any(m.id in asked for m in meetings):
        return heard or list(meetings)
    return [m for m in meetings if m.starts_at > now or m.id in asked]


def with_earlier_papers(papers: Sequence[Paper], now: datetime) -> list[Paper]:
    """Return the papers, each preceded by its earlier papers at future meetings."""
    return [
        each for paper in papers for each in (*(e for e in paper.earlier_papers if e.meeting.starts_at > now), paper)
    ]
