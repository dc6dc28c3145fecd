"""Papers against the oracle: the same organisation, the same history, the same looks; and where items come."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from remembrancer.models import Board, Fate, ForwardPlanItem, Meeting, PaperAnswer, Placing
from remembrancer.rules.calendar.day_counting import Counted
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.paper_prompts import paper_subjects
from remembrancer.rules.forward_plan.papers import (
    Paper,
    with_earlier_papers,
    with_pathway,
)
from remembrancer.rules.forward_plan.pathway import PUBLICATION, PathwayStop
from remembrancer.rules.forward_plan.placing import Decision, Placed, Sitting, Slot, place
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind
from remembrancer.rules.forward_plan.stages import Stages
from remembrancer.rules.prompts.chase import return_subjects
from remembrancer.rules.prompts.due import coming, due, moments
from remembrancer.rules.prompts.pilot import is_withheld
from remembrancer.rules.prompts.subjects import DuePrompt, PromptSubject
from tests import oracle
from tests.oracle import ONE_DAY, QUARTER, Key, World
from tests.oracle import papers as papers_oracle
from tests.profiles import thoroughness
from tests.rules.build import STAGES, facts
from tests.rules.test_plan_against_oracle import DAYS, turning_points
from tests.rules.worlds import PEOPLE, PILOTS, POSTS, PROMPT_HOURS, WORKS, ZONES, absences, worlds

KIND_OF = {stage.key: stage.deadline for stage in STAGES}
STAGE = st.sampled_from(["coming", "draft", "cleared", "final", "notice"])
ON_THE_WAY = st.sampled_from(["draft", "cleared", "final"])
NUMBER = st.integers(1, 3)


@st.composite
def papers(draw: st.DrawFn, number: int, anchor: datetime, ways: int) -> papers_oracle.Paper:
    """A paper of a meeting, with any of the stages, in order, on any days before it; and so many legs of a way."""
    begins = anchor + timedelta(days=draw(st.integers(3, 20)), hours=draw(st.integers(-6, 12)))
    stages: list[papers_oracle.Stage] = [each for each in papers_oracle.ORDER if draw(st.booleans())]
    days = sorted(draw(st.integers(0, 14)) for _ in stages)[::-1]
    due = {stage: begins.date() - ONE_DAY * before for stage, before in zip(stages, days, strict=True)}
    if draw(st.booleans()):
        due["notice"] = begins.date() - ONE_DAY * draw(st.integers(0, 14))
    found = papers_oracle.Paper(
        id=number,
        meeting=10 * number,
        post=draw(st.none() | POSTS | POSTS),
        secretary=draw(POSTS),
        begins=begins,
        due=due,
        ahead={stage: draw(st.integers(0, 6)) for stage in (*papers_oracle.ORDER, "notice")},
        published=draw(st.none() | st.just(begins.date() - ONE_DAY * 5)),
    )
    for _ in range(ways):
        add_leg(found, draw(papers(number, anchor, 0)))
    return found


def add_leg(whole: papers_oracle.Paper, leg: papers_oracle.Paper, at: int | None = None) -> None:
    """Put a paper of another meeting on the way of one: at the end, or in place of the leg there."""
    leg.whole, leg.said = whole, {}
    leg.meeting = whole.meeting + 1 + len(whole.legs) + len(whole.former)
    if at is None:
        whole.legs.append(leg)
    else:
        whole.former.append(whole.legs[at].said)
        whole.legs[at] = leg


def deadline(kind: str, day: date) -> Deadline:
    counted = Counted(raw=day, rolled=False, provisional=False, because=(), date=day)
    return Deadline(kind, kind, kind, datetime.combine(day, time(17), UTC), counted, "")


def deadlines(given: papers_oracle.Paper) -> list[Deadline]:
    found = [deadline(KIND_OF[stage], day) for stage, day in given.due.items()]
    found += [deadline(PUBLICATION, given.published)] if given.published else []
    return sorted(found, key=lambda each: each.due_at)


def meeting_of(given: papers_oracle.Paper) -> Meeting:
    return Meeting(id=given.meeting, board_id=given.meeting, uid="", starts_at=given.begins, revision=given.revision)


def board_of(given: papers_oracle.Paper) -> Board:
    id, key = given.meeting, str(given.meeting)
    return Board(id=id, key=key, name="", kind="", channel="", secretary_post_id=given.secretary)


def answers(given: papers_oracle.Paper, meeting: int, said: dict[papers_oracle.Stage, bool]) -> dict[str, PaperAnswer]:
    return {
        stage: PaperAnswer(placing_id=given.id, meeting_id=meeting, stage=stage, is_so=is_so, at=given.begins)
        for stage, is_so in said.items()
    }


def stages_of(given: papers_oracle.Paper) -> Stages:
    return STAGES.with_ahead({str(stage): ahead for stage, ahead in given.ahead.items()})


def paper(given: papers_oracle.Paper) -> Paper:
    """The same as the rules are given it, with its legs."""
    found = Paper(
        placing=Placing(id=given.id, plan_item_id=given.id, meeting_id=given.meeting),
        item=ForwardPlanItem(
            id=given.id,
            board_id=given.meeting,
            key="",
            title="",
            recurrence="one_off",
            lead_post_id=given.post,
            notice_published_on=date(2019, 1, 1) if given.notice_published else None,
        ),
        meeting=meeting_of(given),
        board=board_of(given),
        deadlines=deadlines(given),
        board_stages=stages_of(given),
        pathway=[PathwayStop(board_of(leg), meeting_of(leg), None, deadlines(leg)) for leg in given.legs],
    )
    said = {each.meeting: each.said for each in (*given.legs, given)}
    said |= {-n: each for n, each in enumerate(given.former, start=1)}
    return with_pathway(
        found,
        {meeting: answers(given, meeting, each) for meeting, each in said.items()},
        {str(leg.meeting): stages_of(leg) for leg in given.legs},
    )


def everything(world: World, plan: Facts, now: datetime) -> list[PromptSubject]:
    """All that somebody may be asked about: returns and papers together, as the planner is given them."""
    papers = with_earlier_papers([paper(each) for each in world.papers.values()], now)
    return [*return_subjects(plan), *paper_subjects(papers, plan)]


class History(RuleBasedStateMachine):
    """What happens to an organisation and its papers, in any order, and the looks in between."""

    @initialize(data=st.data(), world=worlds())
    def begin(self, data: st.DataObject, world: World) -> None:
        self.world = world
        self.now = min(window.opens_at for window in world.windows.values())
        self.world.papers = {n: data.draw(papers(n, self.now, ways)) for n, ways in ((1, 0), (2, 1), (3, 2))}

    @rule(minutes=st.integers(0, 180), seconds=st.sampled_from([0, 0, 1]))
    def time_goes_by(self, minutes: int, seconds: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=seconds)

    @rule(hours=st.integers(1, 72))
    def the_service_is_down(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(person=PEOPLE, minutes=st.sampled_from([0, 0, 30]))
    def a_morning_comes(self, person: int, minutes: int) -> None:
        morning = oracle.next_morning(self.world, self.now, oracle.own(self.world, self.world.people[person]))
        self.now = morning + timedelta(minutes=minutes)

    @rule(nth=st.integers(0, 6), off=st.sampled_from([-1, 0, 0, 1]))
    def a_turning_point_is_reached(self, nth: int, off: int) -> None:
        self.now = max(self.now, turning_points(self.world, self.now)[nth] + timedelta(seconds=off))

    @rule(number=NUMBER, days=DAYS)
    def a_meeting_moves(self, number: int, days: timedelta) -> None:
        moved = self.world.papers[number]
        moved.begins, moved.revision = moved.begins + days, moved.revision + 1
        moved.due = {stage: day + days for stage, day in moved.due.items()}

    @rule(number=NUMBER, stage=STAGE.filter(lambda stage: stage != "notice"), is_so=st.booleans())
    def a_paper_is_answered(self, number: int, stage: papers_oracle.Stage, is_so: bool) -> None:
        self.world.papers[number].said[stage] = is_so

    @rule(number=st.integers(2, 3), leg=st.integers(0, 1), stage=ON_THE_WAY, is_so=st.booleans())
    def a_paper_is_answered_for_a_board_on_its_way(
        self, number: int, leg: int, stage: papers_oracle.Stage, is_so: bool
    ) -> None:
        self.world.papers[number].legs[leg % (number - 1)].said[stage] = is_so

    @rule(number=st.integers(2, 3), leg=st.integers(0, 1), days=DAYS)
    def a_meeting_on_the_way_moves(self, number: int, leg: int, days: timedelta) -> None:
        moved = self.world.papers[number].legs[leg % (number - 1)]
        moved.begins, moved.revision = moved.begins + days, moved.revision + 1
        moved.due = {stage: day + days for stage, day in moved.due.items()}

    @rule(data=st.data(), number=st.integers(2, 3), leg=st.integers(0, 1))
    def another_meeting_is_the_one_in_time(self, data: st.DataObject, number: int, leg: int) -> None:
        add_leg(self.world.papers[number], data.draw(papers(number, self.now, 0)), leg % (number - 1))

    @rule(number=NUMBER)
    def a_notice_is_published(self, number: int) -> None:
        self.world.papers[number].notice_published = True

    @rule(number=NUMBER, post=st.none() | POSTS)
    def somebody_else_brings_it(self, number: int, post: int | None) -> None:
        self.world.papers[number].post = post

    @rule(data=st.data())
    def leave_is_booked(self, data: st.DataObject) -> None:
        self.world.absences.append(data.draw(absences(self.now.date())))

    @rule(person=PEOPLE, active=st.booleans())
    def somebody_leaves_or_comes_back(self, person: int, active: bool) -> None:
        self.world.people[person].active = active

    @rule(person=PEOPLE, zone=st.sampled_from(ZONES))
    def somebody_moves_abroad(self, person: int, zone: str) -> None:
        self.world.people[person].time_zone = zone

    @rule(person=PEOPLE, works=WORKS, hour=PROMPT_HOURS)
    def somebody_works_on_other_days_or_is_asked_at_another_hour(self, person: int, works: str, hour: str) -> None:
        self.world.people[person].works, self.world.people[person].prompt_hour = works, hour

    @rule(paused=st.sampled_from([True, False, False]))
    def everything_is_paused_or_resumed(self, paused: bool) -> None:
        self.world.paused = paused

    @rule(pilot=PILOTS)
    def a_pilot_begins_changes_or_ends(self, pilot: set[int] | None) -> None:
        self.world.pilot = pilot

    @invariant()
    def both_say_the_same_and_nothing_that_must_not_be_said(self) -> None:
        before, plan = set(self.world.prompted), facts(self.world)
        found = due(plan, everything(self.world, plan, self.now), self.now)
        assert len({each.key for each in found}) == len(found)
        for each in found:
            self.may_be_said(each, before)
        wanted = oracle.look(self.world, self.now)
        assert {each.key: each.to for each in found} == wanted
        shown: set[Key] = {each.key for each in found if is_withheld(plan, each)}
        assert shown == set(oracle.withheld(self.world, wanted, self.now))

    def may_be_said(self, each: DuePrompt, before: set[Key]) -> None:
        """Nothing twice, nothing while paused, nothing once the meeting has begun, nothing that was answered."""
        assert each.key not in before
        assert not self.world.paused
        if each.subject.kind == "paper":
            asked, stage = papers_oracle.named(self.world, each.subject.name)
            assert self.now < asked.begins
            assert papers_oracle.is_open(asked, stage)
            event(f"{stage} {each.step} to the {each.to}{' on the way' if asked.whole else ''}")


TestHistory = History.TestCase
TestHistory.settings = thoroughness(1.2, stateful_step_count=50)


@thoroughness(0.3)
@given(st.data(), worlds())
def test_looking_at_the_moments_says_what_looking_every_quarter_of_an_hour_does_and_no_later(
    data: st.DataObject, world: World
) -> None:
    world.paused = False
    start = min(window.opens_at for window in world.windows.values())
    world.papers = {n: data.draw(papers(n, start, n - 1)) for n in (1, 2)}
    world.windows, world.returns = {}, {}
    end = start + ONE_DAY * 6
    plan = facts(world)
    subjects = everything(world, plan, start)
    looks = list(coming(plan, subjects, start, end))
    preview: dict[Key, datetime] = {each.key: moment for moment, found in looks for each in found}
    assert set(preview.values()) <= {start, *moments(plan, start, end, subjects)}
    now = start
    while now <= end:
        for key in oracle.look(world, now):
            assert preview[key] <= now, key  # the moment may lie between two quarters
            assert now - preview[key] < QUARTER, key
        now += QUARTER
    assert {key for key, moment in preview.items() if moment <= now - QUARTER} == world.prompted


# Placing


KINDS = st.sampled_from(list(RecurrenceKind))
MEETING_DAYS = st.lists(st.dates(date(2020, 1, 1), date(2023, 12, 31)), unique=True, max_size=14)


@st.composite
def meetings(draw: st.DrawFn) -> dict[int, papers_oracle.Meeting]:
    """A board's meetings on different days, some cancelled, and what was decided about the item at some of them."""
    found = {n: papers_oracle.Meeting(n, day) for n, day in enumerate(draw(MEETING_DAYS), start=1)}
    for meeting in found.values():
        meeting.cancelled = draw(st.sampled_from([False, False, False, True]))
        fate = draw(st.sampled_from([None, None, None, *Fate]))
        meeting.added, meeting.withdrawn = fate == Fate.ADDED, fate == Fate.WITHDRAWN
        meeting.moved_to = draw(st.sampled_from(list(found))) if fate == Fate.MOVED else None
    return found


def decided(found: dict[int, papers_oracle.Meeting]) -> dict[int, Decision]:
    fates = {
        n: (Fate.ADDED if m.added else Fate.WITHDRAWN if m.withdrawn else Fate.MOVED if m.moved_to else None)
        for n, m in found.items()
    }
    return {n: Decision(fate, found[n].moved_to) for n, fate in fates.items() if fate}


@thoroughness(6)
@given(
    meetings(),
    KINDS,
    st.integers(1, 18),
    st.none() | st.dates(date(2019, 6, 1), date(2022, 1, 1)),
    st.none() | st.dates(date(2020, 1, 1), date(2022, 1, 1)),
    st.booleans(),
)
def test_an_item_comes_where_walking_the_calendar_day_by_day_has_it_come(
    found: dict[int, papers_oracle.Meeting],
    kind: RecurrenceKind,
    months: int,
    last: date | None,
    first: date | None,
    keeps: bool,
) -> None:
    its_own = min(found) if found and keeps and kind == RecurrenceKind.ONE_OFF and last is None else None
    item = papers_oracle.Item(kind.value, months, last, first, its_own)
    slots = place(
        Placed(Recurrence(kind, months), last, first, its_own, decided(found)),
        [Sitting(m.id, m.day, m.cancelled) for m in found.values()],
    )
    assert slots == [Slot(*each) for each in papers_oracle.placed(item, found)]
