"""Builds calendar feeds (RFC 5545) for a person or a board: windows, meetings and the deadlines of papers.

An event keeps its UID, and its SEQUENCE grows with its changes, so that a calendar that is fetched again shows each
event once. The titles of exempt items are never in a feed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from sqlmodel import Session, col, select

from remembrancer.models import Board, Meeting, MeetingState, Person, Programme, ProgrammeBoard, Window
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import definition, get
from remembrancer.queries.papers import deadlines_by_rules, papers_to_come
from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.meeting_notices import PRIVATE
from remembrancer.rules.forward_plan.papers import Paper, leads, secretary
from remembrancer.rules.people import recipients
from remembrancer.wording import day, phrase

BACK = timedelta(days=90)  # how long past events stay in a feed
END_OF_DAY = time(23, 59)
HOST = "remembrancer.example.org"


@dataclass(frozen=True)
class Entry:
    """One event; without `ends` it is a whole day, and `alarm` is the time before it at which a calendar reminds."""

    uid: str
    title: str
    starts: date | datetime
    ends: datetime | None = None
    words: str = ""
    place: str = ""
    sequence: int = 0
    cancelled: bool = False
    alarm: timedelta | None = None


def feed(session: Session, who: Person | Board, now: datetime) -> bytes:
    """Return a calendar as iCalendar text, which for the same facts differs only in DTSTAMP."""
    if isinstance(who, Person):
        name, entries = phrase("calendar.yours"), _person_entries(session, who, now)
    else:
        name, entries = phrase("calendar.of_board", board=who.name), _board_entries(session, who, now)
    made = Calendar()
    made.add("prodid", "-//Remembrancer//Governance reminders//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry, now))
    return bytes(made.to_ical())


def coming(session: Session, person: Person, now: datetime) -> list[tuple[date | datetime, Entry]]:
    """Return the future entries of a person's calendar, each with when it is due, soonest first."""
    entries = (entry for entry in _person_entries(session, person, now) if not entry.cancelled)
    found = [(entry.ends or entry.starts, entry) for entry in entries]
    zone = ZoneInfo(person.time_zone)

    def moment(due: date | datetime) -> datetime:
        return due if isinstance(due, datetime) else datetime.combine(due, END_OF_DAY, zone)

    return sorted((each for each in found if moment(each[0]) > now), key=lambda each: moment(each[0]))


def _event(entry: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{HOST}")
    event.add("dtstamp", now)
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts)
    if entry.ends is not None:
        event.add("dtend", entry.ends)
    elif not isinstance(entry.starts, datetime):
        event.add("dtend", entry.starts + timedelta(days=1))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for name, value in (("description", entry.words), ("location", entry.place)):
        if value:
            event.add(name, value)
    if entry.alarm is not None and not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", -entry.alarm)
        event.add_component(alarm)
    return event


def _person_entries(session: Session, person: Person, now: datetime) -> Iterator[Entry]:
    """Yield the windows in which a person is asked, the deadlines of their papers, and the papers' meetings."""
    facts = load_facts(session)
    posts = {id for id in facts.posts if recipients.holds(facts, person, id, now)}
    yield from _window_entries(session, [w for w in facts.windows if _leads_in(facts, w, posts)])
    wanted = []
    for paper in papers_to_come(session, now):
        found = list(_paper_entries(paper, facts, person, now))
        if leads(facts, person, paper.item, now):
            found += [entry for earlier in paper.earlier_papers for entry in _pathway_entries(earlier, now)]
            wanted.append(paper)
        elif found:
            wanted.append(paper)
        yield from found
    meetings = {stored_id(paper.meeting.id): (paper.meeting, paper.board) for paper in wanted}
    for meeting, board in meetings.values():
        yield _meeting_entry(meeting, board)


def _leads_in(facts: Facts, window: Window, posts: Collection[int]) -> bool:
    """Tell whether any of the posts (ids) leads an item in the window."""
    items = (facts.items[ret.item_id] for ret in facts.returns.get(stored_id(window.id), ()))
    if window.state == "scheduled":
        items = (item for item in facts.items.values() if item.programme_id == window.programme_id and item.active)
    return any(item.lead_post_id in posts for item in items)


def _window_entries(session: Session, windows: Sequence[Window]) -> Iterator[Entry]:
    for window in windows:
        programme = definition(get(session, Programme, window.programme_id))
        yield Entry(
            uid=f"window-{window.id}-closes",
            title=phrase("calendar.window_closes", programme=programme.title, window=window.title),
            starts=window.closes_at - timedelta(minutes=30),
            ends=window.closes_at,
            words=phrase("calendar.window_words"),
            sequence=window.edition,
            alarm=timedelta(days=1),
        )


def _paper_entries(paper: Paper, facts: Facts, person: Person, now: datetime) -> Iterator[Entry]:
    """Yield the open stages that the person is asked about: as lead or as secretary.

    The board's secretary publishes the notices of a private meeting too.
    """
    leading = leads(facts, person, paper.item, now)
    keeping = any(who.id == person.id for who, _ in secretary(facts, paper.board, now))
    found: list[tuple[str, str, Deadline]] = [
        (stage.key, stage.ask, deadline)
        for stage, deadline in paper.open_stages
        if (leading if stage.is_ordered else keeping)
    ]
    notices = (deadline for deadline in paper.deadlines if keeping and deadline.kind in PRIVATE)
    found += [(deadline.key, f"{deadline.name}:", deadline) for deadline in notices]
    about = f"{paper.board.name}, {day(paper.meeting.starts_at, facts.time.zone)}"
    for name, ask, deadline in found:
        uid, title = f"paper-{paper.placing.id}-{name}", f"{ask} {public_title(paper.item)}"
        yield _deadline_entry(uid, title, deadline, paper.meeting, about)


def _deadline_entry(uid: str, title: str, deadline: Deadline, meeting: Meeting, about: str) -> Entry:
    """Return a deadline of a meeting; `about` is the first sentence of its explanation."""
    provisional = f" {phrase('calendar.provisional')}" if deadline.counted.provisional else ""
    return Entry(
        uid=uid,
        title=title,
        starts=deadline.counted.date,
        words=f"{about}. {deadline.basis}.{provisional}",
        sequence=meeting.revision,
        alarm=timedelta(days=1),
    )


def _pathway_entries(earlier: Paper, now: datetime) -> Iterator[Entry]:
    """Yield the deadlines at an earlier pathway stage; those still to be answered have a question as their title."""
    asked = {each.key: stage for stage, each in earlier.stages}
    still_open = {stage.key for stage, _ in earlier.open_stages if earlier.meeting.starts_at > now}
    for deadline in earlier.deadlines:
        stage = asked.get(deadline.key)
        if stage is None or stage.key in still_open:
            name = stage.ask if stage else f"{deadline.name}:"
            uid = f"paper-{earlier.placing.id}-{earlier.meeting.id}-{deadline.key}"
            title = f"{name} {public_title(earlier.item)}, {earlier.board.name}"
            about = phrase("papers.on_its_way", board=earlier.plan_board.name)
            yield _deadline_entry(uid, title, deadline, earlier.meeting, about)


def _board_entries(session: Session, board: Board, now: datetime) -> Iterator[Entry]:
    """Yield a board's meetings with their deadlines, and the windows of the programmes that it hears."""
    deadlines_of = deadlines_by_rules(session, now)
    query = select(Meeting).where(Meeting.board_id == board.id, col(Meeting.starts_at) > now - BACK)
    for meeting in session.exec(query.order_by(col(Meeting.starts_at))):
        yield _meeting_entry(meeting, board)
        for deadline in deadlines_of(board, meeting, False, False):
            uid, title = f"meeting-{meeting.id}-{deadline.key}", f"{deadline.name}: {board.name}"
            entry = _deadline_entry(uid, title, deadline, meeting, board.name)
            yield replace(entry, cancelled=meeting.state == MeetingState.CANCELLED)
    heard = select(Window).join(ProgrammeBoard, col(ProgrammeBoard.programme_id) == Window.programme_id)
    windows = session.exec(heard.where(ProgrammeBoard.board_id == board.id, col(Window.closes_at) > now - BACK))
    yield from _window_entries(session, list(windows))


def _meeting_entry(meeting: Meeting, board: Board) -> Entry:
    """Return a meeting as two hours, because no source gives its length, or as a whole day without a time."""
    starts = meeting.starts_at
    return Entry(
        uid=f"meeting-{meeting.id}",
        title=board.name,
        starts=starts.date() if meeting.whole_day else starts,
        ends=None if meeting.whole_day else starts + timedelta(hours=2),
        place=meeting.place,
        sequence=meeting.revision,
        cancelled=meeting.state == MeetingState.CANCELLED,
    )
