"""What secretaries and admins decide, as it happens to an organisation at random."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from remembrancer.models import ReturnState, Tenure
from tests import oracle
from tests.oracle import ONE_DAY, Key, World
from tests.rules.worlds import FACTS, HEARINGS, PEOPLE, PILOTS, POSTS, PROGRAMMES, RETURNS, Hearings

SET_ASIDE = [ReturnState.WITHDRAWN, ReturnState.SUSPENDED]


class InCharge(RuleBasedStateMachine):
    """The rules by which a world changes; whoever has them brings the world and the time.

    `forgotten` is what was withheld once and has come into reach since.
    """

    world: World
    now: datetime
    forgotten: set[Key]

    @property
    def today(self) -> date:
        return self.now.date()

    @rule(paused=st.sampled_from([True, False, False]))
    def everything_is_paused_or_resumed(self, paused: bool) -> None:
        self.world.paused = paused

    @rule(pilot=PILOTS)
    def a_pilot_begins_changes_or_ends(self, pilot: set[int] | None) -> None:
        self.forgotten |= oracle.change_pilot(self.world, pilot, self.now)

    @rule(number=RETURNS, state=st.sampled_from(SET_ASIDE))
    def an_item_is_withdrawn_or_suspended(self, number: int, state: ReturnState) -> None:
        self.world.returns[number].state = state

    @rule()
    def what_was_set_aside_is_reported_on_again(self) -> None:
        for ret in self.world.returns.values():
            if ret.state in SET_ASIDE:
                ret.state = ReturnState.SUBMITTED if ret.versions else ReturnState.AWAITING

    @rule(number=RETURNS, put_off=st.booleans())
    def the_secretary_has_the_lead_asked_now(self, number: int, put_off: bool) -> None:
        ret = self.world.returns[number]
        ret.chased_at = self.now
        if put_off:
            for person in oracle.audience(self.world, "lead", ret, self.now):
                self.world.snoozes[number, person] = self.now + timedelta(hours=24)

    @rule(number=PROGRAMMES, minutes=st.none() | st.sampled_from([10, 60, 600]), new=st.booleans())
    def an_admins_act_can_be_undone_or_was(self, number: int, minutes: int | None, new: bool) -> None:
        window = self.world.windows[number]
        window.settles_at = None if minutes is None else self.now + timedelta(minutes=minutes)
        window.revision += new

    @rule()
    def an_act_settles(self) -> None:
        """The moment itself at which it can no longer be undone."""
        moments = [window.settles_at for window in self.world.windows.values() if window.settles_at]
        self.now = min((moment for moment in moments if moment > self.now), default=self.now)

    @rule(post=POSTS, person=PEOPLE, days=st.integers(-1, 3))
    def a_post_is_handed_over(self, post: int, person: int, days: int) -> None:
        first = self.today + ONE_DAY * days
        held = next((t for t in self.world.tenures if t.post_id == post and t.last_day is None), None)
        if held is not None:
            held.last_day = first - ONE_DAY
        self.world.tenures.append(Tenure(post_id=post, person_id=person, first_day=first))

    @rule(post=POSTS, person=PEOPLE, days=st.integers(-1, 2), first=st.booleans())
    def a_body_gains_a_member(self, post: int, person: int, days: int, first: bool) -> None:
        begins = self.today + ONE_DAY * days
        self.world.tenures.append(Tenure(post_id=post, person_id=person, first_day=begins, asked_first=first))

    @rule(nth=st.integers(0, 8), days=st.integers(-1, 2))
    def a_body_loses_a_member(self, nth: int, days: int) -> None:
        for tenure in self.world.tenures[nth : nth + 1]:
            tenure.last_day = self.today + ONE_DAY * days

    @rule(nth=st.integers(0, 8))
    def another_member_is_asked_first(self, nth: int) -> None:
        for tenure in self.world.tenures[nth : nth + 1]:
            for other in self.world.tenures:
                if other.post_id == tenure.post_id:
                    other.asked_first = other is tenure

    @rule(number=RETURNS, post=POSTS)
    def an_item_goes_to_another_post(self, number: int, post: int) -> None:
        self.world.items[number].lead_post_id = post

    @rule(programme=PROGRAMMES, hearings=HEARINGS)
    def other_boards_hear_other_parts(self, programme: int, hearings: Hearings) -> None:
        self.world.hearings[programme] = hearings

    @rule(number=RETURNS, facts=FACTS)
    def an_item_moves_to_another_slice(self, number: int, facts: dict[str, str]) -> None:
        self.world.items[number].facts = facts
