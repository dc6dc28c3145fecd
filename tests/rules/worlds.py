"""Organisations at random, around the days when calendars are hardest."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from remembrancer.models import Absence, Item, Person, Post, Return, ReturnState, Tenure, Window, WindowState
from tests.oracle import ONE_DAY, Audience, Step, World
from tests.rules.build import HONOLULU, LONDON, NEW_YORK, SYDNEY

ZONES = [LONDON, NEW_YORK, HONOLULU, SYDNEY, "Asia/Kathmandu", "Pacific/Kiritimati"]
HARD_DAYS = [
    date(2019, 10, 25),  # clocks go back: London on the 27th, New York on 3 November
    date(2019, 12, 19),  # the year's end
    date(2020, 2, 27),  # a leap day; New York's clocks go forward on 8 March
    date(2020, 3, 26),  # clocks: London forward on the 29th, Sydney back on 5 April; Easter after that
    date(2020, 7, 9),  # a holiday in Northern Ireland alone, on the 13th
    date(2020, 11, 26),  # a holiday in Scotland alone, on the 30th
]
Hearings = list[tuple[int, dict[str, list[str]]]]
PEOPLE = st.integers(1, 6)
PILOTS = st.none() | st.sets(PEOPLE).map(lambda outside: set(range(1, 7)) - outside)
POSTS = st.integers(1, 5)
RETURNS = st.integers(1, 4)
PROGRAMMES = st.integers(1, 2)
VALUES = st.sampled_from(["1", "2"])
SLICES: SearchStrategy[dict[str, list[str]]] = st.fixed_dictionaries(
    {}, optional={fact: st.lists(VALUES, min_size=1, max_size=2) for fact in ("outcome", "committee")}
)
FACTS: SearchStrategy[dict[str, str]] = st.fixed_dictionaries({}, optional={"outcome": VALUES, "committee": VALUES})
HEARINGS: SearchStrategy[Hearings] = st.lists(st.tuples(POSTS, SLICES), max_size=2)
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
SOME_DAYS = st.sets(st.sampled_from(WEEK), min_size=1).map(lambda days: ", ".join(sorted(days, key=WEEK.index)))
WORKS = st.just("") | SOME_DAYS
"""The days of the week that somebody works, as they are stored; blank for the organisation's."""
PROMPT_HOURS = st.sampled_from(["", "", "07:15", "09:30", "10:00", "11:45", "18:00"])
HOURS = st.sampled_from([time(8), time(9), time(9, 30), time(12), time(16, 45), time(19)])


def days_near(anchor: date, before: int = 5, after: int = 20) -> SearchStrategy[date]:
    return st.integers(-before, after).map(lambda n: anchor + ONE_DAY * n)


def moments_near(anchor: date, before: int = 5, after: int = 20) -> SearchStrategy[datetime]:
    """Moments on whole quarter-hours."""
    return st.builds(datetime.combine, days_near(anchor, before, after), QUARTERS, st.just(UTC))


@st.composite
def bodies(draw: DrawFn, anchor: date) -> World:
    """A body with its working time, and nobody in it."""
    return World(
        nation=draw(st.sampled_from(["england-and-wales", "scotland", "northern-ireland"])),
        zone=draw(st.sampled_from([LONDON, LONDON, NEW_YORK, SYDNEY])),
        starts=draw(st.sampled_from([time(8), time(9), time(10, 30)])),
        ends=draw(st.sampled_from([time(12), time(17), time(20, 15)])),
        closed=draw(st.sets(days_near(anchor), max_size=4)),
        works=draw(st.sets(days_near(anchor), max_size=8)),
    )


def steps() -> SearchStrategy[list[Step]]:
    audiences: list[Audience] = ["lead", "lead", "lead", "manager", "director", "secretary"]
    to = st.sampled_from(audiences)
    step = st.one_of(
        st.builds(Step, st.just(""), to, st.just("opening")),
        st.builds(Step, st.just(""), to, st.just("half-way"), st.just(0), HOURS),
        st.builds(Step, st.just(""), to, st.just("before"), st.integers(0, 4), HOURS),
        st.builds(Step, st.just(""), to, st.just("after"), st.integers(1, 4), HOURS),
    )
    return st.lists(step, min_size=1, max_size=7).map(
        lambda found: [step._replace(key=f"step_{n}") for n, step in enumerate(found)]
    )


def people(number: int) -> SearchStrategy[Person]:
    return st.builds(
        Person,
        id=st.just(number),
        email=st.just(str(number)),
        name=st.just(str(number)),
        time_zone=st.sampled_from(ZONES),
        works=WORKS,
        prompt_hour=PROMPT_HOURS,
        roles=st.sampled_from([[], [], ["director"], ["admin"], ["admin", "director"]]),
        active=st.sampled_from([True, True, True, False]),
    )


def posts(number: int) -> SearchStrategy[Post]:
    """A post reports to one of a lower number, so that the posts make trees."""
    boss = st.none() | st.integers(1, number - 1) if number > 1 else st.none()
    return st.builds(Post, id=st.just(number), name=st.just(str(number)), reports_to_id=boss)


@st.composite
def tenures(draw: DrawFn, anchor: date) -> list[Tenure]:
    """Most posts held throughout, some by several people, and some people coming and going."""
    held = [Tenure(post_id=n, person_id=draw(PEOPLE)) for n in range(1, 6) if draw(st.integers(0, 4))]
    ends = st.none() | days_near(anchor)
    first = st.booleans()
    passing = st.builds(Tenure, post_id=POSTS, person_id=PEOPLE, first_day=ends, last_day=ends, asked_first=first)
    return held + draw(st.lists(passing, max_size=4))


@st.composite
def absences(draw: DrawFn, anchor: date) -> Absence:
    first = draw(days_near(anchor))
    last = first + ONE_DAY * draw(st.integers(0, 8))
    delegate = draw(st.none() | PEOPLE)
    return Absence(person_id=draw(PEOPLE), first_day=first, last_day=last, delegate_id=delegate)


@st.composite
def windows(draw: DrawFn, number: int, anchor: date, longest: int) -> Window:
    opens = draw(moments_near(anchor, before=2, after=2))
    closes = opens + timedelta(hours=draw(st.integers(1, longest * 24)))
    return Window(
        id=number,
        programme_id=number,
        key=str(number),
        title="",
        year=2019,
        state=WindowState.OPEN,
        opens_at=opens,
        closes_at=closes,
        late_until=closes + timedelta(hours=draw(st.integers(0, longest * 24))),
        settles_at=draw(st.none() | st.none() | moments_near(anchor)),
    )


@st.composite
def returns(draw: DrawFn, item: Item, anchor: date) -> Return:
    sent_back = draw(st.sampled_from([False, False, True]))
    return Return(
        id=item.id,
        window_id=item.programme_id,
        item_id=item.id or 0,
        state=ReturnState.RETURNED if sent_back else ReturnState.AWAITING,
        versions=1 if sent_back else 0,
        returned_at=draw(moments_near(anchor, after=5)) if sent_back else None,
        delegate_id=draw(st.none() | st.none() | PEOPLE),
        chased_at=draw(st.none() | st.none() | moments_near(anchor, after=5)),
    )


def items(number: int) -> SearchStrategy[Item]:
    plain = {"id": st.just(number), "ref": st.just(str(number)), "title": st.just(""), "position": st.just(1)}
    return st.builds(Item, **plain, programme_id=PROGRAMMES, lead_post_id=POSTS, facts=FACTS)


@st.composite
def worlds(draw: DrawFn, longest: int = 12) -> World:
    """An organisation with two programmes, a window each, and at most `longest` days from opening to close."""
    anchor = draw(st.sampled_from(HARD_DAYS))
    world = draw(bodies(anchor))
    world.people = {n: draw(people(n)) for n in range(1, 7)}
    world.posts = {n: draw(posts(n)) for n in range(1, 6)}
    world.tenures = draw(tenures(anchor))
    world.absences = draw(st.lists(absences(anchor), max_size=5))
    world.policies = {n: draw(steps()) for n in (1, 2)}
    world.hearings = {n: draw(HEARINGS) for n in (1, 2)}
    world.windows = {n: draw(windows(n, anchor, longest)) for n in (1, 2)}
    world.items = {n: draw(items(n)) for n in range(1, 5)}
    world.returns = {n: draw(returns(item, anchor)) for n, item in world.items.items()}
    snoozed = st.dictionaries(st.tuples(RETURNS, PEOPLE), moments_near(anchor), max_size=4)
    world.snoozes = draw(snoozed)
    world.pilot = draw(PILOTS)
    return world
