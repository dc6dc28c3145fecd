"""Returns and the people who answer for them, worked out the long way round.

It shares no code with rules/. It walks days and quarter-hours, remembers nothing between looks but what was sent,
and asks of every person in turn what each step means to them. Clock times are whole quarter-hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

import holidays

from remembrancer.models import Absence, Item, Person, Post, Return, ReturnState, Tenure, Window, WindowState

if TYPE_CHECKING:
    from tests.oracle.papers import Paper

Audience = Literal["lead", "manager", "director", "secretary"]
Asked = dict[Audience, list[int]]
Key = tuple[tuple[str, str], str, int, int]
"""A prompt: what it is about (a kind, and a name), the step, the person and the revision of the dates."""
ONE_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
MONDAY_TO_FRIDAY = frozenset(["Mon", "Tue", "Wed", "Thu", "Fri"])


class Step(NamedTuple):
    """One step of a chase policy: `days` working days before or after the close, at `hour` on a person's clock."""

    key: str
    to: Audience
    when: Literal["opening", "half-way", "before", "after"]
    days: int = 0
    hour: time = time(9)


@dataclass
class World:
    """An organisation, its windows and what was sent, as it stands now; everything in it may be changed.

    `policies` and `hearings` are by programme id: the post that is the secretary's, and the values of facts that its
    board hears of; `snoozes` by return id and person id. Tenures and absences are in the order in which they were
    recorded. Of what was `prompted`, the `withheld` was only shown as it would have been, to that audience.
    """

    nation: str = "england-and-wales"
    zone: str = "Europe/London"
    starts: time = time(9)
    ends: time = time(17)
    closed: set[date] = field(default_factory=set)
    works: set[date] = field(default_factory=set)
    people: dict[int, Person] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    tenures: list[Tenure] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    policies: dict[int, list[Step]] = field(default_factory=dict)
    hearings: dict[int, list[tuple[int, dict[str, list[str]]]]] = field(default_factory=dict)
    windows: dict[int, Window] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    snoozes: dict[tuple[int, int], datetime] = field(default_factory=dict)
    prompted: set[Key] = field(default_factory=set)
    withheld: dict[Key, Audience] = field(default_factory=dict)
    papers: dict[int, "Paper"] = field(default_factory=dict)
    paused: bool = False
    pilot: set[int] | None = None


class Call(NamedTuple):
    """A step as it falls to one person; a snooze mutes the mutable ones."""

    due: datetime
    order: int
    key: str
    expires: datetime
    to: Audience = "lead"
    mutable: bool = False


# Days and hours


@cache
def is_bank_holiday(nation: str, day: date) -> bool:
    part = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}[nation]
    return day in holidays.country_holidays("GB", subdiv=part, years=day.year)


class Own(NamedTuple):
    """When somebody works: the clock they go by, the hour they begin, and the days of the week, as 'Mon'."""

    zone: str
    starts: time
    days: frozenset[str]


def own(world: World, person: Person) -> Own:
    """What holds for a person, where it differs from the organisation; an hour after its hours are over does not."""
    hour = time.fromisoformat(person.prompt_hour) if person.prompt_hour else world.starts
    days = frozenset(person.works.split(", ")) if person.works else MONDAY_TO_FRIDAY
    return Own(person.time_zone, world.starts if hour >= world.ends else hour, days)


def everybody(world: World) -> set[Own]:
    return {own(world, person) for person in world.people.values()}


def is_working_day(world: World, day: date, days: frozenset[str] = MONDAY_TO_FRIDAY) -> bool:
    if day.strftime("%a") not in days or day in world.closed:
        return False
    return day in world.works or not is_bank_holiday(world.nation, day)


def is_in_hours(world: World, moment: datetime, own: Own) -> bool:
    there = moment.astimezone(ZoneInfo(own.zone))
    return is_working_day(world, there.date(), own.days) and own.starts <= there.time() <= world.ends


@cache
def clock(day: date, hour: time, zone: str) -> datetime:
    """The first quarter-hour at which the clocks of a zone show that day and hour, or have gone past them."""
    moment = datetime.combine(day, time(0), UTC) - ONE_DAY
    while moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < datetime.combine(day, hour):
        moment += QUARTER
    return moment


def next_morning(world: World, moment: datetime, own: Own) -> datetime:
    day = moment.astimezone(ZoneInfo(own.zone)).date()
    while not (is_working_day(world, day, own.days) and clock(day, own.starts, own.zone) > moment):
        day += ONE_DAY
    return clock(day, own.starts, own.zone)


def last_morning(world: World, before: datetime, own: Own) -> datetime:
    day = before.astimezone(ZoneInfo(own.zone)).date()
    while not (is_working_day(world, day, own.days) and clock(day, own.starts, own.zone) < before):
        day -= ONE_DAY
    return clock(day, own.starts, own.zone)


def fit(world: World, raw: datetime, own: Own, earliest: datetime, expires: datetime) -> datetime:
    moment = max(raw, earliest)
    soonest = moment if is_in_hours(world, moment, own) else next_morning(world, moment, own)
    if soonest < expires:
        return soonest
    last = last_morning(world, expires, own)
    if last >= earliest:
        return last
    return moment if moment < expires else earliest


def may_send(world: World, now: datetime, own: Own, expires: datetime) -> bool:
    """In their hours, or on a day when they cannot wait for those: but not before their hour, if that is in time."""
    if is_in_hours(world, now, own):
        return True
    if next_morning(world, now, own) < expires:
        return False
    their_hour = clock(now.astimezone(ZoneInfo(own.zone)).date(), own.starts, own.zone)
    return now >= their_hour or their_hour >= expires


# People


def is_at_work(world: World, person_id: int, now: datetime) -> bool:
    return world.people[person_id].active and absence(world, person_id, now) is None


def absence(world: World, person_id: int, now: datetime) -> Absence | None:
    today = now.astimezone(ZoneInfo(world.people[person_id].time_zone)).date()
    for leave in world.absences:
        if leave.person_id == person_id and leave.first_day <= today <= leave.last_day:
            return leave
    return None


def holders(world: World, post_id: int, now: datetime) -> list[int]:
    today = now.astimezone(ZoneInfo(world.zone)).date()
    first: list[int] = []
    others: list[int] = []
    for tenure in world.tenures:
        begun = tenure.first_day is None or tenure.first_day <= today
        ended = tenure.last_day is not None and tenure.last_day < today
        if tenure.post_id == post_id and begun and not ended and world.people[tenure.person_id].active:
            (first if tenure.asked_first else others).append(tenure.person_id)
    return first + others


def answering(world: World, post_id: int, now: datetime) -> list[int]:
    """Whoever may be asked in a post's place, the likeliest first: holders at work, then holders' delegates.

    Of either, those first who have a day of theirs soonest.
    """
    holding = holders(world, post_id, now)
    leave = [absence(world, person_id, now) for person_id in holding]
    delegates = [away.delegate_id for away in leave if away and away.delegate_id is not None]
    return [
        person_id
        for among in (holding, delegates)
        for person_id in sorted(among, key=lambda person_id: days_off(world, person_id, now))
        if is_at_work(world, person_id, now)
    ]


def days_off(world: World, person_id: int, now: datetime) -> int:
    """On how many days from today on the others work, until this person does."""
    theirs, count = own(world, world.people[person_id]), 0
    day = now.astimezone(ZoneInfo(theirs.zone)).date()
    while not is_working_day(world, day, theirs.days):
        count += is_working_day(world, day)
        day += ONE_DAY
    return count


def above(world: World, post_id: int) -> list[int]:
    found: list[int] = []
    boss = world.posts[post_id].reports_to_id
    while boss is not None:
        found.append(boss)
        boss = world.posts[boss].reports_to_id
    return found


def first_of(world: World, posts: list[int], ret: Return, now: datetime) -> list[int]:
    """The first person at work along the posts, or else the secretaries."""
    for post_id in posts:
        for person_id in answering(world, post_id, now):
            return [person_id]
    return secretaries(world, ret, now)


def secretaries(world: World, ret: Return, now: datetime) -> list[int]:
    found = []
    item = world.items[ret.item_id]
    for post_id, wanted in world.hearings[item.programme_id]:
        if any(item.facts.get(fact) not in values for fact, values in wanted.items()):
            continue
        found += answering(world, post_id, now)[:1]
    admins = [n for n, person in world.people.items() if person.active and "admin" in person.roles]
    return found or admins


def audience(world: World, to: Audience, ret: Return, now: datetime) -> list[int]:
    post_id = world.items[ret.item_id].lead_post_id
    line = above(world, post_id)
    if to == "secretary":
        return secretaries(world, ret, now)
    if to == "manager":
        return first_of(world, line, ret, now)
    if to == "director":
        return first_of(world, from_the_director_up(world, line, now), ret, now)
    if ret.delegate_id is not None and is_at_work(world, ret.delegate_id, now):
        return [ret.delegate_id]
    if not holders(world, post_id, now):
        return secretaries(world, ret, now)
    return first_of(world, [post_id, *line], ret, now)


def from_the_director_up(world: World, line: list[int], now: datetime) -> list[int]:
    for n, post_id in enumerate(line):
        if any("director" in world.people[holder].roles for holder in holders(world, post_id, now)):
            return line[n:]
    return line[-1:]


# Steps


def raw_moment(world: World, step: Step, window: Window, own: Own) -> datetime:
    """By the organisation's days, at the step's hour; what comes first thing comes first thing for everybody."""
    here, zone = ZoneInfo(world.zone), own.zone
    hour = step.hour if step.hour > world.starts or step.hour < own.starts else own.starts
    opening, closing = window.opens_at.astimezone(here).date(), window.closes_at.astimezone(here).date()
    if step.when == "opening":
        return window.opens_at
    if step.when == "half-way":
        days = [day for day in calendar(opening, closing) if is_working_day(world, day)] or [opening]
        return clock(days[len(days) // 2], hour, zone)
    if step.when == "before":
        return clock(working_day_before(world, closing, step.days), hour, zone)
    return clock(working_day_after(world, closing, step.days), hour, zone)


def calendar(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def working_day_before(world: World, day: date, count: int) -> date:
    if count == 0 and is_working_day(world, day):
        return day
    left = max(count, 1)
    while left:
        day -= ONE_DAY
        left -= is_working_day(world, day)
    return day


def working_day_after(world: World, day: date, count: int) -> date:
    while count:
        day += ONE_DAY
        count -= is_working_day(world, day)
    return day


def policy_calls(world: World, window: Window, own: Own) -> Iterator[Call]:
    """The policy's steps as they fall to anybody who works then."""
    for order, step in enumerate(world.policies[window.programme_id]):
        late = step.when == "after"
        earliest = window.closes_at if late else window.opens_at
        expires = window.late_until if late else window.closes_at
        due = fit(world, raw_moment(world, step, window, own), own, earliest, expires)
        yield Call(due, order, step.key, expires, step.to, mutable=step.to == "lead")


def own_calls(world: World, window: Window, ret: Return, person_id: int, asked: Asked) -> Iterator[Call]:
    """A snooze that ends, an answer that was sent back, and a chase by hand, which no snooze mutes."""
    if person_id not in asked["lead"]:
        return
    theirs, lock = own(world, world.people[person_id]), window.late_until
    end = snooze_end(world, window, ret, person_id)
    if end is not None:
        yield Call(end, 1_000, f"snoozed_until_{end.astimezone(UTC):%Y%m%dT%H%M}", window.closes_at)
    if ret.state == ReturnState.RETURNED and ret.returned_at is not None:
        due = fit(world, ret.returned_at, theirs, max(window.opens_at, ret.returned_at), lock)
        yield Call(due, 1_001, f"returned_{ret.versions}", lock, mutable=True)
    if ret.chased_at is not None and (ret.returned_at is None or ret.returned_at <= ret.chased_at):
        due = fit(world, ret.chased_at, theirs, max(window.opens_at, ret.chased_at), lock)
        yield Call(due, 1_002, ret.chased_at.astimezone(UTC).strftime("chased_%Y%m%dT%H%M%S"), lock)


def snooze_end(world: World, window: Window, ret: Return, person_id: int) -> datetime | None:
    until = world.snoozes.get((ret.id or 0, person_id))
    if until is None:
        return None
    return fit(world, until, own(world, world.people[person_id]), window.opens_at, window.closes_at)


def due(world: World, now: datetime) -> dict[Key, Audience]:
    """What is to be said now about returns, and to which audience, whether it was said before or not."""
    found: dict[Key, Audience] = {}
    for return_id, ret in world.returns.items():
        window = world.windows[ret.window_id]
        if world.paused or ret.state not in (ReturnState.AWAITING, ReturnState.RETURNED) or not speaks(window, now):
            continue
        asked: Asked = {to: audience(world, to, ret, now) for to in ("lead", "manager", "director", "secretary")}
        for person_id in {who for several in asked.values() for who in several}:
            call = latest(world, window, ret, person_id, asked, now)
            if call and may_send(world, now, own(world, world.people[person_id]), call.expires):
                found[("return", str(return_id)), call.key, person_id, window.revision] = call.to
    return found


def speaks(window: Window, now: datetime) -> bool:
    """Whether a window is running, and nobody can undo what an admin last did to it."""
    if window.state not in (WindowState.OPEN, WindowState.CLOSED) or now >= window.late_until:
        return False
    return not (window.settles_at and now < window.settles_at)


def latest(world: World, window: Window, ret: Return, person_id: int, asked: Asked, now: datetime) -> Call | None:
    """The one step that counts: what came before it is stale, even when it has expired itself.

    A snooze mutes what is for the lead; what fell due before an answer was sent back is over with that answer.
    """
    end = snooze_end(world, window, ret, person_id)
    muted = end is not None and now < end
    returned = ret.returned_at if ret.state == ReturnState.RETURNED else None
    theirs = [c for c in policy_calls(world, window, own(world, world.people[person_id])) if person_id in asked[c.to]]
    calls = [
        *(call for call in theirs if returned is None or call.due >= returned),
        *own_calls(world, window, ret, person_id, asked),
    ]
    fallen = [call for call in calls if call.due <= now and not (muted and call.mutable)]
    newest = max(fallen, default=None)
    return newest if newest and now < newest.expires else None
