"""Papers: what a lead or a secretary is asked about a plan item at a meeting, and when.

A paper has the deadlines that the board's rules give its meeting. Some deadlines are stages, at which people are asked:
is the paper coming, is the draft in, is it cleared, is the final report in, is the notice published.
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
from remembrancer.rules.forward_plan.pathway import PUBLICATION, Leg
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Asked


class Stage(StrEnum):
    """The stages of a paper in their order; the notice of a key decision is independent of the others."""

    COMING = "coming"
    DRAFT = "draft"
    CLEARED = "cleared"
    FINAL = "final"
    NOTICE = "notice"


STAGES = {
    "agenda_setting": Stage.COMING,
    "first_draft": Stage.DRAFT,
    "clearance": Stage.CLEARED,
    "final_report": Stage.FINAL,
    "key_decision_notice": Stage.NOTICE,
}
"""The stage that is asked about at each kind of deadline."""
PASSES = (Stage.COMING, Stage.DRAFT, Stage.CLEARED, Stage.FINAL)
ON_THE_WAY = PASSES[1:]
"""The stages that are asked about at an earlier pathway stage; COMING is asked for the last board only."""
SOON = 3  # working days; whoever is first asked no earlier before the deadline gets no reminder


class Step(StrEnum):
    """The steps of each stage: the question, the reminder, and the notice that it is late."""

    ASK = "ask"
    REMIND = "remind"
    LATE = "late"


PaperAt = tuple[int, int]
"""A placing and a meeting (ids): the placing's own, or that of an earlier pathway stage."""


@dataclass(frozen=True)
class Paper:
    """A plan item at a meeting, with its deadlines in order of date, and the newest answer (`said`) of each stage.

    `way` is the pathway: the boards that consider the paper before, each with the meeting that is in time, in order.
    The paper at each of those meetings is one of its `legs`, and refers back by `onto` to the paper at the last board.
    `passed` are the stages that were answered for an earlier board and hold for this one. A leg at a meeting that is no
    longer on the pathway has `on_way` False.
    """

    placing: Placing
    item: ForwardPlanItem
    meeting: Meeting
    board: Board
    deadlines: Sequence[Deadline]
    said: Mapping[str, PaperAnswer] = field(default_factory=dict)
    asked_ahead: Mapping[Stage, int] = field(default_factory=dict)
    way: Sequence[Leg] = ()
    decide_from: date | None = None  # by the notice that was published, where that is later than the meeting
    legs: "Sequence[Paper]" = ()
    onto: "Paper | None" = None
    passed: Set[Stage] = frozenset()
    on_way: bool = True

    @property
    def at(self) -> PaperAt:
        """Return the ids of the placing and the meeting."""
        return stored_id(self.placing.id), stored_id(self.meeting.id)

    @property
    def on(self) -> bool:
        """Tell whether the paper is to come to its meeting."""
        return self.placing.on and self.on_way

    @property
    def plan_board(self) -> Board:
        """Return the board whose forward plan the paper is on."""
        return self.onto.board if self.onto else self.board

    def is_so(self, stage: Stage) -> bool:
        """Tell whether the stage is passed; a later stage implies the earlier ones."""
        if stage == Stage.NOTICE:
            return self.has_notice or self.route is not None
        later = PASSES[PASSES.index(stage) :]
        return any(each in self.passed or (each in self.said and self.said[each].is_so) for each in later)

    @property
    def has_notice(self) -> bool:
        """Tell whether the notice of a key decision is published in time for the meeting."""
        return self.item.notice_published_on is not None and self.decide_from is None

    @property
    def route(self) -> PaperAnswer | None:
        """Return the general exception or special urgency that was recorded in place of the notice, if any."""
        return next((self.said[kind] for kind in ROUTES if kind in self.said), None)

    @property
    def stages(self) -> list[tuple[Stage, Deadline]]:
        """Return the stages that are asked about, each with its deadline.

        Where the board's rules have no agenda setting, COMING is asked at the first deadline there is.
        """
        found = [(STAGES[each.kind], each) for each in self.deadlines if each.kind in STAGES]
        if self.onto is not None:
            return [each for each in found if each[0] in ON_THE_WAY]
        passes = [each for each in found if each[0] != Stage.NOTICE]
        first = passes[0][1] if passes else next((d for d in self.deadlines if d.kind == PUBLICATION), None)
        if first is not None and all(stage != Stage.COMING for stage, _ in passes):
            found.insert(0, (Stage.COMING, first))
        return found

    def next_stage(self) -> tuple[Stage, Deadline] | None:
        """Return the open stage with the earliest deadline; None where all stages are passed."""
        return min(self.open_stages, key=lambda each: each[1].due_at, default=None)

    @property
    def last_so(self) -> Stage | None:
        """Return the last stage in order that is passed."""
        passed = [s for s in PASSES if s in self.passed or (s in self.said and self.said[s].is_so)]
        return passed[-1] if passed else None

    @property
    def open_stages(self) -> list[tuple[Stage, Deadline]]:
        """Return the stages that are not passed; a paper without a lead has only the notice."""
        brought = self.item.lead_post_id is not None
        return [each for each in self.stages if not self.is_so(each[0]) and (brought or each[0] == Stage.NOTICE)]


def steps(facts: Facts, paper: Paper, stage: Stage, deadline: Deadline) -> Sequence[tuple[Step, str, date]]:
    """Return the steps of a stage, each with its audience and its day."""
    return _steps(facts.time, stage, deadline.counted.date, paper.asked_ahead[stage])


@lru_cache(maxsize=20_000)
def _steps(time: WorkingTime, stage: Stage, day: date, ahead: int) -> Sequence[tuple[Step, str, date]]:
    to = "secretary" if stage == Stage.NOTICE else "lead"
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
            return [found if post == post_id else (found[0], recipients.Because.ABOVE)]
    return secretary(facts, paper.plan_board, now)


def secretary(facts: Facts, board: Board, now: datetime) -> list[Asked]:
    """Return the board's secretary or a stand-in; the admins where nobody is at work."""
    found = recipients.at_work(facts, board.secretary_post_id, now)
    if found is not None:
        return [(found[0], recipients.Because.SECRETARY)]
    return [(who, recipients.Because.NOBODY_ELSE) for who in recipients.admins(facts)]


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
IS_IN = frozenset({Stage.DRAFT, Stage.CLEARED, Stage.FINAL})


def with_way(paper: Paper, answers: Answers, ahead: Mapping[str, Mapping[Stage, int]]) -> Paper:
    """Add to a paper its legs and the answers for each board; `ahead` holds each board's (key) days to ask ahead."""
    own = stored_id(paper.meeting.id)
    last = replace(paper, said=answers.get(own, {}), passed=passed_before(answers, [own]))
    legs = [(leg, leg.meeting) for leg in paper.way if leg.meeting is not None]
    ids = [*(stored_id(meeting.id) for _, meeting in legs), own]
    return replace(
        last,
        legs=[
            replace(
                last,
                meeting=meeting,
                board=leg.board,
                deadlines=leg.deadlines,
                said=answers.get(ids[n], {}),
                asked_ahead=ahead[leg.board.key],
                way=(),
                onto=last,
                passed=passed_before(answers, ids[n:]),
            )
            for n, (leg, meeting) in enumerate(legs)
        ],
    )


def passed_before(answers: Answers, not_yet: Collection[int]) -> frozenset[Stage]:
    """Return the stages that were passed for other meetings than these and hold for all: DRAFT and CLEARED.

    The final report is asked for at each board, because it must take up what the board before said.
    """
    before = [each for meeting, said in answers.items() if meeting not in not_yet for each in said.values()]
    so = {Stage(each.stage) for each in before if each.is_so}
    return frozenset({*({Stage.DRAFT} if so & IS_IN else ()), *(so & {Stage.CLEARED})})


def may_go_to(meetings: Sequence[Meeting], answers: Answers, asked: Collection[int], now: datetime) -> list[Meeting]:
    """Return the board's meetings that a paper may use as a pathway stage; `asked` are those (ids) asked about.

    A past meeting that had the final report has heard the paper, and no other is offered. Once a meeting was asked
    about, the paper does not go back to a past meeting that was not.
    """
    heard = [m for m in meetings if m.starts_at <= now and _was_in(answers.get(stored_id(m.id), {}))]
    if heard or not any(m.id in asked for m in meetings):
        return heard or list(meetings)
    return [m for m in meetings if m.starts_at > now or m.id in asked]


def _was_in(said: Mapping[str, PaperAnswer]) -> bool:
    return Stage.FINAL in said and said[Stage.FINAL].is_so


def with_legs(papers: Sequence[Paper], now: datetime) -> list[Paper]:
    """Return the papers, each preceded by its legs at future meetings."""
    return [each for paper in papers for each in (*(leg for leg in paper.legs if leg.meeting.starts_at > now), paper)]
