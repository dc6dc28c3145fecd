"""Forward plans, worked out the long way round from docs/forward-plan.md.

It shares no code with rules/. Placing walks the calendar day by day and asks of each meeting whether the item comes to
it; asking goes through every person and every stage. Meetings of a board are on different days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from tests.oracle import returns as oracle
from tests.oracle.returns import ONE_DAY, Audience, Key, World

Kind = Literal["standing", "annual", "months", "every_other", "one_off"]
Stage = Literal["coming", "draft", "cleared", "final", "notice"]
Step = Literal["ask", "remind", "late"]
ORDER: list[Stage] = ["coming", "draft", "cleared", "final"]


# Placing


@dataclass
class Meeting:
    """`added`, `moved_to` (another meeting's id) and `withdrawn` are what was decided about the item there."""

    id: int
    day: date
    cancelled: bool = False
    added: bool = False
    moved_to: int | None = None
    withdrawn: bool = False


@dataclass
class Item:
    """`last` is when it last came, `first` where it begins, and `its_own` the meeting that a one-off has."""

    kind: Kind
    months: int = 0
    last: date | None = None
    first: date | None = None
    its_own: int | None = None


def placed(item: Item, meetings: Mapping[int, Meeting]) -> list[tuple[int, int | None]]:
    """The meetings (ids) that it comes to, in order of date, each with where it was to come first if not there."""
    if not meetings:
        return []
    came: dict[int, int | None] = {}
    count_from = item.last
    day, end = min(m.day for m in meetings.values()), max(m.day for m in meetings.values())
    while day <= end:
        for meeting in (m for m in meetings.values() if m.day == day and (item.last is None or day > item.last)):
            by_rule = (count_from is None or day > count_from) and falls(item, count_from, meeting, meetings)
            if by_rule or meeting.added:
                at = ends_up(meeting, meetings)
                if at is not None:
                    came.setdefault(at.id, None if at is meeting else meeting.id)
                if by_rule or count_from is None or day > count_from:
                    stays = at is None or item.kind == "standing"
                    count_from = day if stays else max(day, at.day if at else day)
        day += ONE_DAY
    return sorted(came.items(), key=lambda each: meetings[each[0]].day)


def falls(item: Item, count_from: date | None, meeting: Meeting, meetings: Mapping[int, Meeting]) -> bool:
    """Whether the meeting is the next at which it comes, counted from when it came before."""
    held = sorted((m for m in meetings.values() if not m.cancelled), key=lambda m: m.day)
    if count_from is None:
        if item.its_own is not None:
            return meeting.id == item.its_own
        if item.first is None:
            return item.kind == "standing" and meeting in held
        return next((m for m in held if m.day >= item.first), None) is meeting
    later = [m for m in held if m.day > count_from]
    if meeting not in later or item.kind == "one_off":
        return False
    if item.kind == "standing":
        return True
    if item.kind == "every_other":
        return later.index(meeting) == 1
    if item.kind == "months":
        due = months_on(count_from, item.months)
        return meeting.day >= due and all(m.day < due for m in later if m.day < meeting.day)
    return meeting is a_year_on(count_from, later)


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def a_year_on(day: date, later: list[Meeting]) -> Meeting | None:
    same_day = months_on(day, 12)
    for meeting in later:
        if (meeting.day.year, meeting.day.month) == (same_day.year, same_day.month):
            return meeting
    if all(meeting.day < same_day for meeting in later):
        return None
    for away in range(10_000):
        for meeting in later:
            if abs((meeting.day - same_day).days) == away:
                return meeting
    raise AssertionError(day)


def ends_up(meeting: Meeting, meetings: Mapping[int, Meeting]) -> Meeting | None:
    """Where what was to come to a meeting comes in the end; None for nowhere."""
    at, passed = meeting, [meeting.id]
    while True:
        if at.withdrawn:
            return None
        if at.moved_to is not None:
            to = meetings.get(at.moved_to)
        elif at.cancelled:
            to = min((m for m in meetings.values() if m.day > at.day and not m.cancelled), key=by_day, default=None)
        else:
            return at
        if to is None or to.id in passed:
            return None
        passed.append(to.id)
        at = to


def by_day(meeting: Meeting) -> date:
    return meeting.day


# Asking


@dataclass
class Paper:
    """A paper of a meeting: by when each of its stages is due, and how many working days ahead somebody is asked.

    `published` is when the agenda is. `said` are the newest answers.

    `legs` are the same paper at the boards before, in order, at their meetings, each for the `whole`; `former` is what
    was said for meetings to which it goes no more.
    """

    id: int
    meeting: int
    post: int | None
    secretary: int
    begins: datetime
    due: dict[Stage, date]
    ahead: dict[Stage, int]
    published: date | None = None
    notice_published: bool = False
    said: dict[Stage, bool] = field(default_factory=dict)
    revision: int = 1
    legs: "list[Paper]" = field(default_factory=list)
    former: list[dict[Stage, bool]] = field(default_factory=list)
    whole: "Paper | None" = None


class Call(NamedTuple):
    """A step as it falls to one person; of two at one moment the one of the later stage, or the later step, counts."""

    moment: datetime
    order: tuple[int, int]
    stage: Stage
    step: Step
    to: Audience


def dates(paper: Paper) -> dict[Stage, date]:
    """What is asked and by when: whether it is coming for agenda setting, or else for the first date there is.

    For a board on the way neither that is asked nor the notice.
    """
    if paper.whole:
        return {stage: day for stage, day in paper.due.items() if stage in ("draft", "cleared", "final")}
    found = dict(paper.due)
    first = min((day for stage, day in paper.due.items() if stage in ORDER), default=paper.published)
    if "coming" not in found and first is not None:
        found["coming"] = first
    return found


def is_open(paper: Paper, stage: Stage) -> bool:
    """Nothing is asked of what is there already: a draft that is in is coming, a final report was cleared.

    What was in for a board before is a draft for this one, and what was cleared for one stays so.
    """
    if stage == "notice":
        return not paper.notice_published
    reached = [n for n, each in enumerate(ORDER) if paper.said.get(each)]
    for said in before(paper):
        reached += [ORDER.index("draft")] if said.get("draft") or said.get("final") else []
        reached += [ORDER.index("cleared")] if said.get("cleared") else []
    brought = (paper.whole or paper).post is not None
    return brought and not (reached and max(reached) >= ORDER.index(stage))


def before(paper: Paper) -> list[dict[Stage, bool]]:
    """What was said for the boards before this one, and for meetings to which the paper goes no more."""
    whole = paper.whole or paper
    earlier = whole.legs[: whole.legs.index(paper)] if paper.whole else whole.legs
    return [*whole.former, *(leg.said for leg in earlier)]


def calls(world: World, paper: Paper, person: int, now: datetime) -> Iterator[Call]:
    """Every step of every stage that is still open, as it falls to the person."""
    found, theirs = dates(paper), oracle.own(world, world.people[person])
    for stage, day in found.items():
        if not is_open(paper, stage):
            continue
        before: Stage | None = {"cleared": "draft", "final": "cleared"}.get(stage)  # type: ignore[assignment]
        waits = before in found and is_open(paper, before) if before else False
        place = ORDER.index(stage) if stage in ORDER else 0
        asked = keepers(world, paper, now) if stage == "notice" else leads(world, paper, now)
        to: Audience = "secretary" if stage == "notice" else "lead"
        if person in asked and not waits:
            ask = oracle.working_day_before(world, day, paper.ahead[stage])
            yield Call(oracle.clock(ask, theirs.starts, theirs.zone), (place, 0), stage, "ask", to)
            if paper.ahead[stage] > 3:
                remind = oracle.working_day_before(world, day, 1)
                yield Call(oracle.clock(remind, theirs.starts, theirs.zone), (place, 1), stage, "remind", to)
        late = oracle.clock(oracle.working_day_after(world, day, 1), theirs.starts, theirs.zone)
        if person in asked:
            yield Call(late, (place, 2), stage, "late", to)
        if stage != "notice" and person in keepers(world, paper, now):
            yield Call(late, (place, 3), stage, "late", "secretary")


def leads(world: World, paper: Paper, now: datetime) -> list[int]:
    """Whoever answers for the post, or for the nearest above it; the secretary where nobody does."""
    brought_by = (paper.whole or paper).post
    if brought_by is None:
        return []
    for post in (brought_by, *oracle.above(world, brought_by)):
        for person in oracle.answering(world, post, now):
            return [person]
    return keepers(world, paper, now)


def keepers(world: World, paper: Paper, now: datetime) -> list[int]:
    """The last board's secretary or who stands in; where nobody does, the admins."""
    found = oracle.answering(world, (paper.whole or paper).secretary, now)[:1]
    return found or [n for n, person in world.people.items() if person.active and "admin" in person.roles]


def due(world: World, now: datetime) -> dict[Key, Audience]:
    """What is to be said now about papers, and to which audience, whether it was said before or not."""
    found: dict[Key, Audience] = {}
    for paper in (each for whole in world.papers.values() for each in (*whole.legs, whole)):
        if world.paused or now >= paper.begins:
            continue
        for person in world.people:
            fallen = [call for call in calls(world, paper, person, now) if call.moment <= now]
            if not oracle.may_send(world, now, oracle.own(world, world.people[person]), paper.begins):
                continue
            for way in (True, False):
                newest = max((call for call in fallen if (call.stage == "notice") == way), default=None)
                if newest:
                    name = f"{paper.id}.{paper.meeting}.{newest.stage}"
                    found[("paper", name), newest.step, person, paper.revision] = newest.to
    return found


def named(world: World, name: str) -> "tuple[Paper, Stage]":
    """The paper and the stage that a prompt is about; one that was on a way it has left is the whole's."""
    placing, meeting, stage = name.split(".")
    whole = world.papers[int(placing)]
    at = next((each for each in whole.legs if each.meeting == int(meeting)), whole)
    return at, stage  # type: ignore[return-value]


def asked(world: World, paper: Paper, stage: Stage, now: datetime) -> list[int]:
    """Who is to answer for a stage."""
    return keepers(world, paper, now) if stage == "notice" else leads(world, paper, now)
