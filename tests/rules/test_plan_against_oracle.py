"""The planner against the oracle: the same organisation, the same history, the same looks."""

from datetime import datetime, time, timedelta

from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from remembrancer.models import ReturnState, WindowState
from remembrancer.rules.prompts.due import moments
from remembrancer.rules.prompts.pilot import is_withheld
from tests import oracle
from tests.oracle import ONE_DAY, QUARTER, Audience, Key, Step, World
from tests.profiles import thoroughness
from tests.rules.build import facts, planned
from tests.rules.in_charge import SET_ASIDE, InCharge
from tests.rules.worlds import (
    PEOPLE,
    POSTS,
    PROGRAMMES,
    PROMPT_HOURS,
    RETURNS,
    WORKS,
    ZONES,
    absences,
    steps,
    worlds,
)

DAYS = st.integers(-3, 6).map(lambda n: ONE_DAY * n)
HOURS = st.integers(1, 24 * 8).map(lambda n: timedelta(hours=n))
STATES = [*WindowState, *[WindowState.OPEN] * 4]
ANSWERS = [state for state in ReturnState if state not in SET_ASIDE] + [ReturnState.AWAITING, ReturnState.SUBMITTED] * 2


class History(InCharge):
    """What happens to an organisation, in any order, and the looks in between."""

    @initialize(world=worlds(), hours=st.integers(-24, 24 * 12))
    def begin(self, world: World, hours: int) -> None:
        self.world, self.forgotten = world, set()
        self.now = min(window.opens_at for window in world.windows.values()) + timedelta(hours=hours)

    @rule(minutes=st.integers(0, 3 * 60), seconds=st.sampled_from([0, 0, 1, 30]))
    def time_goes_by(self, minutes: int, seconds: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=seconds)

    @rule(hours=st.integers(1, 24 * 3).map(lambda n: timedelta(hours=n)))
    def the_service_is_down(self, hours: timedelta) -> None:
        self.now += hours

    @rule(person=PEOPLE, minutes=st.integers(0, 90))
    def a_morning_comes(self, person: int, minutes: int) -> None:
        morning = oracle.next_morning(self.world, self.now, oracle.own(self.world, self.world.people[person]))
        self.now = morning + timedelta(minutes=minutes)

    @rule(nth=st.integers(0, 6), off=st.sampled_from([-1, 0, 0, 1]))
    def a_turning_point_is_reached(self, nth: int, off: int) -> None:
        edge = turning_points(self.world, self.now)[nth]
        self.now = max(self.now, edge + timedelta(seconds=off))

    @rule(nth=st.sampled_from([0, 0, 1, 2]), minutes=st.sampled_from([0, 0, 5]))
    def a_step_falls_due(self, nth: int, minutes: int) -> None:
        found = steps_to_come(self.world, self.now)[nth : nth + 1]
        self.now = max([self.now, *found]) + timedelta(minutes=minutes)

    @rule(days=st.integers(1, 3))
    def days_go_by_with_a_look_at_every_step(self, days: int) -> None:
        until = self.now + ONE_DAY * days
        while (found := steps_to_come(self.world, self.now)) and found[0] < until:
            self.now = found[0]
            self.both_send_the_same()

    @rule(window=PROGRAMMES, state=st.sampled_from(STATES))
    def a_window_changes_state(self, window: int, state: WindowState) -> None:
        self.world.windows[window].state = state

    @rule(number=PROGRAMMES, opening=DAYS, closing=DAYS, late=HOURS, new=st.booleans())
    def a_window_is_moved(
        self, number: int, opening: timedelta, closing: timedelta, late: timedelta, new: bool
    ) -> None:
        window = self.world.windows[number]
        window.opens_at += opening
        window.closes_at = max(window.closes_at + closing, window.opens_at + timedelta(hours=1))
        window.late_until = window.closes_at + late
        window.revision += new

    @rule(number=PROGRAMMES, length=HOURS, late=HOURS)
    def a_window_is_reopened(self, number: int, length: timedelta, late: timedelta) -> None:
        window = self.world.windows[number]
        window.state = WindowState.OPEN
        window.closes_at = max(self.now, window.opens_at) + length
        window.late_until = window.closes_at + late
        window.revision += 1

    @rule(programme=PROGRAMMES, policy=steps())
    def a_policy_is_edited(self, programme: int, policy: list[Step]) -> None:
        self.world.policies[programme] = policy

    @rule(data=st.data())
    def leave_is_booked(self, data: st.DataObject) -> None:
        self.world.absences.append(data.draw(absences(self.today)))

    @rule(nth=st.integers(0, 4))
    def leave_is_called_off(self, nth: int) -> None:
        del self.world.absences[nth : nth + 1]

    @rule(post=POSTS, days=st.integers(0, 3))
    def a_post_falls_vacant(self, post: int, days: int) -> None:
        for tenure in self.world.tenures:
            if tenure.post_id == post and tenure.last_day is None:
                tenure.last_day = self.today + ONE_DAY * days

    @rule(post=st.integers(2, 5), boss=st.none() | POSTS)
    def a_post_reports_elsewhere(self, post: int, boss: int | None) -> None:
        self.world.posts[post].reports_to_id = boss if boss is None or boss < post else None

    @rule(person=PEOPLE, active=st.booleans())
    def somebody_leaves_or_comes_back(self, person: int, active: bool) -> None:
        self.world.people[person].active = active

    @rule(person=PEOPLE, zone=st.sampled_from(ZONES))
    def somebody_moves_abroad(self, person: int, zone: str) -> None:
        self.world.people[person].time_zone = zone

    @rule(person=PEOPLE, works=WORKS, hour=PROMPT_HOURS)
    def somebody_works_on_other_days_or_is_asked_at_another_hour(self, person: int, works: str, hour: str) -> None:
        self.world.people[person].works, self.world.people[person].prompt_hour = works, hour

    @rule(number=RETURNS, person=PEOPLE, hours=HOURS, always=st.booleans())
    def somebody_snoozes(self, number: int, person: int, hours: timedelta, always: bool) -> None:
        ret = self.world.returns[number]
        asked = oracle.audience(self.world, "lead", ret, self.now)
        who = asked[0] if always and asked else person
        self.world.snoozes[number, who] = self.now.replace(minute=0, second=0) + hours

    @rule(number=RETURNS, person=st.none() | PEOPLE)
    def a_return_is_handed_on(self, number: int, person: int | None) -> None:
        self.world.returns[number].delegate_id = person

    @rule(number=RETURNS, state=st.sampled_from(ANSWERS))
    def a_return_is_answered(self, number: int, state: ReturnState) -> None:
        self.world.returns[number].state = state
        self.world.returns[number].versions += 1

    @rule(number=RETURNS)
    def an_answer_is_sent_back(self, number: int) -> None:
        self.world.returns[number].state = ReturnState.RETURNED
        self.world.returns[number].returned_at = self.now

    @invariant()
    def both_send_the_same(self) -> None:
        plan = facts(self.world)
        prompts = planned(plan, self.now)
        found = oracle.look(self.world, self.now)
        assert len(prompts) == len({prompt.key for prompt in prompts})
        assert {prompt.key: prompt.to for prompt in prompts} == found
        shown: set[Key] = {prompt.key for prompt in prompts if is_withheld(plan, prompt)}
        assert shown == found.keys() & self.world.withheld.keys()
        self.note_what_is_said(found, shown)

    def note_what_is_said(self, found: dict[Key, Audience], shown: set[Key]) -> None:
        """For `--hypothesis-show-statistics`: how often the rarer of the rules strike."""
        for key, to in found.items():
            if key in self.forgotten and key not in shown:
                event("what was withheld is said after all")
            if key[1].startswith("chased_"):
                event("a chase by hand is said")
            if key in shown:
                inside = key[2] in (self.world.pilot or ())
                event("withheld, for nobody asked is in the pilot" if inside else "withheld from somebody outside")
            elif self.world.pilot is not None:
                event(f"said in a pilot to the {to}")


def turning_points(world: World, now: datetime) -> list[datetime]:
    """The moments to come at which something may change: the windows' own, and where days and hours begin and end."""
    edges = [(w.opens_at, w.closes_at, w.late_until, w.settles_at) for w in world.windows.values()]
    found = [edge for each in edges for edge in each if edge is not None]
    for day in (now.date() + ONE_DAY * n for n in range(-1, 5)):
        for each in oracle.everybody(world):
            found += [oracle.clock(day, hour, each.zone) for hour in (time(0), each.starts, world.ends)]
    return sorted(edge for edge in found if edge > now)


def steps_to_come(world: World, now: datetime) -> list[datetime]:
    """When, by the clocks of those who may be asked, the policies' steps are still to fall due."""
    found = {
        call.due
        for window in world.windows.values()
        for each in oracle.everybody(world)
        for call in oracle.policy_calls(world, window, each)
    }
    return sorted(due for due in found if due > now)


TestHistory = History.TestCase
TestHistory.settings = thoroughness(1.6, stateful_step_count=60)


@thoroughness(0.4)
@given(worlds(longest=5))
def test_looking_at_the_moments_sends_what_looking_every_quarter_of_an_hour_does_and_no_later(
    world: World,
) -> None:
    plan = facts(world)
    acts = [at for ret in world.returns.values() for at in (ret.returned_at, ret.chased_at) if at]
    start = max([min(window.opens_at for window in world.windows.values()) - ONE_DAY, *acts])
    end = max(window.late_until for window in world.windows.values())
    told = {prompt.key for prompt in planned(plan, start)}
    told_by_quarters = set(told)
    looks = moments(plan, start, end)
    now = start
    while now <= end:
        while looks and looks[0] <= now:
            told |= {prompt.key for prompt in planned(plan, looks.pop(0))}
        told_by_quarters |= {prompt.key for prompt in planned(plan, now)}
        assert told_by_quarters <= told
        now += QUARTER
    assert told == told_by_quarters
