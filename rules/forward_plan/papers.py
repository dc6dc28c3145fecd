"""Papers: what a lead or a secretary is asked about an item that comes to a meeting, and when.

Each paper has the deadlines that the board's rules give its meeting. At those that are a stage of the paper somebody is
asked: is it coming, is the draft in, is it cleared, is the final report in, is the notice published. As with returns,
the latest step that has fallen due is said, once for each revision of the meeting.
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
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.forward_plan.pathway import PUBLICATION, Leg
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Asked


class Stage(StrEnum):
    """What is asked about a paper, in the order in which a paper passes them; the notice has a way of its own."""

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
"""By the kind of deadline."""
PASSES = (Stage.COMING, Stage.DRAFT, Stage.CLEARED, Stage.FINAL)
ON_THE_WAY = PASSES[1:]
"""What is asked for a board on the way: whether a paper comes at all is asked for the last board alone."""
SOON = 3  # who was asked no more working days than this before need not be reminded


class Step(StrEnum):
    ASK = "ask"
    REMIND = "remind"
    LATE = "late"


PaperAt = tuple[int, int]
"""A placing and a meeting (ids): its own, or one on the way there."""


@dataclass(frozen=True)
class Paper:
    """An item at a meeting, with its deadlines in order of date, and the newest answer of each stage.

    `way` are the boards that it goes through before, each with the meeting that is in time, in order. At each of those
    it is a paper too, one of its `legs`: with its placing and its item, `onto` the paper at the last board. `passed`
    are the stages that were said for a board before and hold for this one. A leg at a meeting to which the paper goes
    no more is not `on_way`.
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
        return known(self.placing.id), known(self.meeting.id)

    @property
    def on(self) -> bool:
        """Whether it is to come to its meeting."""
        return self.placing.on and self.on_way

    @property
    def plan_board(self) -> Board:
        """The board on whose plan it is."""
        return self.onto.board if self.onto else self.board

    def is_so(self, stage: Stage) -> bool:
        """Whether the stage is passed; a draft that is in is coming."""
        if stage == Stage.NOTICE:
            return self.has_notice or self.route is not None
        later = PASSES[PASSES.index(stage) :]
        return any(each in self.passed or (each in self.said and self.said[each].is_so) for each in later)

    @property
    def has_notice(self) -> bool:
        """Whether the notice of a key decision is published, and in time for the meeting."""
        return self.item.notice_published_on is not None and self.decide_from is None

    @property
    def route(self) -> PaperAnswer | None:
        """The way without a notice in time that was taken for this meeting, with who agreed; its stage names it."""
        return next((self.said[kind] for kind in ROUTES if kind in self.said), None)

    @property
    def stages(self) -> list[tuple[Stage, Deadline]]:
        """What is asked about it, each with its deadline.

        Where the board's rules have no agenda setting, whether it is coming is asked for the first deadline there is.
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
        """What is to be said of it next; None where all is said."""
        return min(self.open_stages, key=lambda each: each[1].due_at, default=None)

    @property
    def last_so(self) -> Stage | None:
        """The furthest stage that it has passed."""
        passed = [s for s in PASSES if s in self.passed or (s in self.said and self.said[s].is_so)]
        return passed[-1] if passed else None

    @property
    def open_stages(self) -> list[tuple[Stage, Deadline]]:
        """Those not passed; of a paper that nobody brings, only its notice is asked for."""
        brought = self.item.lead_post_id is not None
        return [each for each in self.stages if not self.is_so(each[0]) and (brought or each[0] == Stage.NOTICE)]


def steps(facts: Facts, paper: Paper, stage: Stage, deadline: Deadline) -> Sequence[tuple[Step, str, date]]:
    """The steps of a stage and their days: asked, reminded the working day before, told that it is late."""
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
    """Who is asked: whoever leads the paper, or stands in, or is above; the plan's secretary where nobody is.

    A paper without a lead's post is nobody's to be asked: the secretary sees it in the plan.
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
    """The board's secretary or who stands in; the admins where nobody does."""
    found = recipients.at_work(facts, board.secretary_post_id, now)
    if found is not None:
        return [(found[0], recipients.Because.SECRETARY)]
    return [(who, recipients.Because.NOBODY_ELSE) for who in recipients.admins(facts)]


def leads(facts: Facts, person: Person, item: ForwardPlanItem, now: datetime) -> bool:
    """Whether a paper is this person's to answer for: they hold or stand in for the post, or one above it."""
    if item.lead_post_id is None or not person.active:
        return False
    posts = [item.lead_post_id, *recipients.line_above(facts, item.lead_post_id)]
    return any(recipients.acts_as(facts, person, post, now) for post in posts)


def keeps(facts: Facts, person: Person, board: Board, now: datetime) -> bool:
    """Whether the board's forward plan is this person's to change: its secretary, or who stands in."""
    return person.active and recipients.acts_as(facts, person, board.secretary_post_id, now)


Answers = Mapping[int, Mapping[str, PaperAnswer]]
"""The newest answers about a placing, by the meeting (id) for which they were given and by stage."""
IS_IN = frozenset({Stage.DRAFT, Stage.CLEARED, Stage.FINAL})


def with_way(paper: Paper, answers: Answers, ahead: Mapping[str, Mapping[Stage, int]]) -> Paper:
    """The paper with its legs, and with what was said for each board. `ahead` is when each board (key) asks."""
    own = known(paper.meeting.id)
    last = replace(paper, said=answers.get(own, {}), passed=passed_before(answers, [own]))
    legs = [(leg, leg.meeting) for leg in paper.way if leg.meeting is not None]
    ids = [*(known(meeting.id) for _, meeting in legs), own]
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
    """What was said for other meetings than these and need not be said again: the draft is in, it is cleared.

    The final report is asked for at each board, because what the board before said has to be put in.
    """
    before = [each for meeting, said in answers.items() if meeting not in not_yet for each in said.values()]
    so = {Stage(each.stage) for each in before if each.is_so}
    return frozenset({*({Stage.DRAFT} if so & IS_IN else ()), *(so & {Stage.CLEARED})})


def may_go_to(meetings: Sequence[Meeting], answers: Answers, asked: Collection[int], now: datetime) -> list[Meeting]:
    """Those of a board's meetings to which a paper on its way may go. `asked` are those (ids) that were asked about.

    A board that had the final report when it met has heard it. Nothing that was asked about goes back to a meeting
    that is over, but to one of those.
    """
    heard = [m for m in meetings if m.starts_at <= now and _was_in(answers.get(known(m.id), {}))]
    if heard or not any(m.id in asked for m in meetings):
        return heard or list(meetings)
    return [m for m in meetings if m.starts_at > now or m.id in asked]


def _was_in(said: Mapping[str, PaperAnswer]) -> bool:
    return Stage.FINAL in said and said[Stage.FINAL].is_so


def with_legs(papers: Sequence[Paper], now: datetime) -> list[Paper]:
    """Each paper after its legs at meetings that are still to be held."""
    return [each for paper in papers for each in (*(leg for leg in paper.legs if leg.meeting.starts_at > now), paper)]
