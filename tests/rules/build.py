"""A small office to try the rules on, and the ways to look at it.

Ada leads activity 1 and reports to Ben, who reports to Cat, the director. Dee is the board's secretary, Eve holds no
post, and Flo is the admin. The window is open from Tuesday 1 to Friday 11 October 2019 and takes late answers for
five working days more.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

import yaml

from remembrancer.models import Absence, Item, Person, Post, Return, Tenure, Window, WindowState
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.facts import Facts, SubjectKey
from remembrancer.rules.forward_plan.stages import StagedProgramme, Stages
from remembrancer.rules.programmes.slices import Hearing
from remembrancer.rules.programmes.spec import ChasePolicy, StepSpec
from remembrancer.rules.prompts.chase import return_subjects
from remembrancer.rules.prompts.due import due
from remembrancer.rules.prompts.subjects import DuePrompt
from remembrancer.shipped import PROGRAMMES
from tests.oracle import Step, World

T = TypeVar("T")
STAGES = Stages(
    StagedProgramme.model_validate(
        yaml.safe_load((PROGRAMMES / "forward-plan.yaml").read_text(encoding="utf-8"))
    ).stages
)
"""The shipped stages of papers."""

LONDON = "Europe/London"
NEW_YORK = "America/New_York"
HONOLULU = "Pacific/Honolulu"
SYDNEY = "Australia/Sydney"


class Who(IntEnum):
    """The people of the office, by id."""

    ADA = 1
    BEN = 2
    CAT = 3
    DEE = 4
    EVE = 5
    FLO = 6


ADA, BEN, CAT, DEE, EVE, FLO = Who
LEAD, MANAGER, DIRECTOR, SECRETARY = range(1, 5)
"""The office's posts, by id; each is held by the person of the same number."""

POLICY = [
    Step("opening", "lead", "opening"),
    Step("half_way", "lead", "half-way"),
    Step("two_days_before", "lead", "before", 2),
    Step("closing_morning", "lead", "before", 0),
    Step("manager_told", "manager", "after", 1),
    Step("director_told", "director", "after", 3),
    Step("secretary_told", "secretary", "after", 3),
]


def moment(text: str, zone: str = LONDON) -> datetime:
    """'2019-10-01 09:00' on the clocks of a zone, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def office() -> World:
    world = World()
    for who in Who:
        roles = {CAT: ["director"], FLO: ["admin"]}.get(who, [])
        name = who.name.title()
        world.people[who] = Person(id=who, email=f"{name}@x", name=name, time_zone=LONDON, roles=roles)
    for post_id, boss in {LEAD: MANAGER, MANAGER: DIRECTOR, DIRECTOR: None, SECRETARY: None}.items():
        world.posts[post_id] = Post(id=post_id, name=f"Post {post_id}", reports_to_id=boss)
        world.tenures.append(Tenure(post_id=post_id, person_id=post_id))
    world.policies[1] = list(POLICY)
    world.hearings[1] = [(SECRETARY, {})]
    world.windows[1] = window("2019-10-01 09:00", "2019-10-11 17:00", "2019-10-18 17:00")
    add_activity(world, 1)
    return world


def window(opens: str, closes: str, late: str, zone: str = LONDON) -> Window:
    return Window(
        id=1,
        programme_id=1,
        key="q2",
        title="Quarter 2",
        year=2019,
        state=WindowState.OPEN,
        opens_at=moment(opens, zone),
        closes_at=moment(closes, zone),
        late_until=moment(late, zone),
    )


def add_activity(world: World, number: int, lead_post: int = LEAD) -> None:
    """Another activity, and its return, in the office's window."""
    world.items[number] = Item(
        id=number, programme_id=1, ref=str(number), title="", position=number, lead_post_id=lead_post
    )
    world.returns[number] = Return(id=number, window_id=1, item_id=number)


def move_to(world: World, who: int, zone: str) -> None:
    world.people[who].time_zone = zone


def vacate(world: World, post_id: int) -> None:
    world.tenures = [tenure for tenure in world.tenures if tenure.post_id != post_id]


def join(world: World, post_id: int, who: int, first: str | None = None, last: str | None = None) -> Tenure:
    """Somebody holds the post too, from and until a day."""
    tenure = Tenure(
        post_id=post_id, person_id=who, first_day=day(first) if first else None, last_day=day(last) if last else None
    )
    world.tenures.append(tenure)
    return tenure


def hand_over(world: World, post_id: int, who: int, first: str) -> None:
    """From that day on the post is somebody else's alone."""
    for tenure in world.tenures:
        if tenure.post_id == post_id:
            tenure.last_day = day(first) - timedelta(days=1)
    join(world, post_id, who, first)


def leave(world: World, who: int, first: str, last: str, delegate: int | None = None) -> None:
    world.absences.append(Absence(person_id=who, first_day=day(first), last_day=day(last), delegate_id=delegate))


def spec(step: Step) -> StepSpec:
    return StepSpec(
        key=step.key,
        to=step.to,
        hour=step.hour,
        at=step.when if step.when in ("opening", "half-way") else None,
        working_days_before_close=step.days if step.when == "before" else None,
        working_days_after_close=step.days if step.when == "after" else None,
    )


def working_time(world: World) -> WorkingTime:
    return WorkingTime(
        nation=world.nation,
        zone=world.zone,
        starts=world.starts,
        ends=world.ends,
        closed=frozenset(world.closed),
        works=frozenset(world.works),
    )


def facts(world: World) -> Facts:
    """The world as the planner is given it."""
    return Facts(
        time=working_time(world),
        people=world.people,
        posts=world.posts,
        tenures=_by(world.tenures, "post_id"),
        absences=_by(world.absences, "person_id"),
        policies={
            programme: ChasePolicy(steps=[spec(step) for step in steps], late_working_days=5)
            for programme, steps in world.policies.items()
        },
        hearings={
            programme: [Hearing(0, post_id, slice_) for post_id, slice_ in hearings]
            for programme, hearings in world.hearings.items()
        },
        windows=list(world.windows.values()),
        returns=_by(world.returns.values(), "window_id"),
        items=world.items,
        snoozes=world.snoozes,
        prompted={(SubjectKey(*of), step, person, revision) for of, step, person, revision in world.prompted},
        paused=world.paused,
        pilot=world.pilot,
    )


def _by(rows: Iterable[T], name: str) -> dict[int, list[T]]:
    """The rows by one of their ids, each id's in the order in which they were."""
    rows = sorted(rows, key=lambda row: int(getattr(row, name)))
    return {key: list(group) for key, group in groupby(rows, key=lambda row: int(getattr(row, name)))}


def look(world: World, now: datetime) -> list[DuePrompt]:
    """What is due now; it counts as sent."""
    found = planned(facts(world), now)
    world.prompted |= {prompt.key for prompt in found}
    return found


def planned(given: Facts, now: datetime) -> list[DuePrompt]:
    """What is due now about returns."""
    return due(given, return_subjects(given), now)


def said(world: World, now: str, zone: str = LONDON) -> list[str]:
    """One look, as return, person and step: '1 Ada opening'."""
    return [line(prompt) for prompt in look(world, moment(now, zone))]


def line(prompt: DuePrompt) -> str:
    return f"{prompt.return_id} {Who(prompt.person_id).name.title()} {prompt.step}"


def told(world: World, now: datetime) -> list[str]:
    """One look, as London's time, person and step: 'Tue 01 Oct 09:00 Ada opening'."""
    when = now.astimezone(ZoneInfo(LONDON)).strftime("%a %d %b %H:%M")
    return [f"{when} {Who(prompt.person_id).name.title()} {prompt.step}" for prompt in look(world, now)]


def story(world: World, first: str, last: str) -> list[str]:
    """A look every quarter of an hour, each as `told`."""
    now, lines = moment(first), []
    while now <= moment(last):
        lines += told(world, now)
        now += timedelta(minutes=15)
    return lines
