"""Finds in what is loaded what will go wrong later; each finding is a sentence that says the fix."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.models import Board, Item, Meeting, Programme, Window, WindowState
from remembrancer.queries.organisation import definition, organisation
from remembrancer.rules.calendar.working_time import at
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.programmes.spec import ChasePolicy
from remembrancer.wording import phrase


def foreseen_problems(session: Session, facts: Facts, now: datetime) -> Iterator[str]:
    """Yield every finding about the folder's boards, calendars, programmes and people."""
    programmes = session.exec(select(Programme).order_by(col(Programme.id))).all()
    titles = {stored_id(each.id): each.title for each in programmes}
    ahead = [window for window in facts.windows if window.state != WindowState.LOCKED]
    yield from _channels(session)
    yield from _without_items(session, programmes)
    yield from _overlapping(ahead, titles)
    yield from patterns_without_events(session)
    for programme in programmes:
        yield from _steps(definition(programme).chase, facts, programme.title)
    yield from _away_for_all_of(facts, ahead, session)
    yield from _lines_above(facts, now)


def _channels(session: Session) -> Iterator[str]:
    boards = session.exec(select(Board).order_by(col(Board.id))).all()
    for board in boards:
        if not board.channel.strip(" #"):
            yield phrase("foreseen.no_channel", board=board.name)
    shared = Counter((board.platform, board.channel.casefold()) for board in boards if board.channel.strip(" #"))
    for (platform, channel), count in shared.items():
        if count > 1:
            names = [b.name for b in boards if (b.platform, b.channel.casefold()) == (platform, channel)]
            yield phrase("foreseen.one_channel", channel=channel, boards="; ".join(names))


def _without_items(session: Session, programmes: Sequence[Programme]) -> Iterator[str]:
    for programme in programmes:
        if session.exec(select(Item.id).where(Item.programme_id == programme.id, Item.active)).first() is None:
            yield phrase("foreseen.no_items", programme=programme.title, key=programme.key)


def _overlapping(windows: Sequence[Window], titles: dict[int, str]) -> Iterator[str]:
    ordered = sorted(windows, key=lambda window: (window.programme_id, window.opens_at))
    for one, other in itertools.pairwise(ordered):
        if one.programme_id == other.programme_id and other.opens_at < one.closes_at:
            yield phrase("foreseen.overlap", programme=titles[one.programme_id], one=one.title, other=other.title)


def patterns_without_events(session: Session) -> Iterator[str]:
    """Yield the patterns of calendars that no event fits; a calendar that was never read is told of elsewhere."""
    programmes = {row.key: stored_id(row.id) for row in session.exec(select(Programme))}
    boards = {row.key: stored_id(row.id) for row in session.exec(select(Board))}
    windows = set(session.exec(select(Window.programme_id, Window.source)))
    meetings = set(session.exec(select(Meeting.board_id, Meeting.source)))
    for calendar in organisation(session).calendars:
        for event in calendar.events:
            known = (
                (programmes.get(event.window), windows) if event.window else (boards.get(event.meeting or ""), meetings)
            )
            of, found = known
            if of is not None and (of, calendar.key) not in found:
                pattern = event.summary or event.categories or ""
                yield phrase("foreseen.no_event", pattern=pattern, calendar=calendar.name)


def _steps(policy: ChasePolicy, facts: Facts, programme: str) -> Iterator[str]:
    """Steps whose hour is no working hour, and those that fall after the lock."""
    time = facts.time
    for step in (*policy.steps, *policy.secretary_digests):
        said = {"step": step.key, "programme": programme, "hour": f"{step.hour:%H:%M}"}
        if step.at != "opening" and not time.starts <= step.hour < time.ends:
            yield phrase("foreseen.outside_hours", **said)
        days = step.working_days_after_close
        if days is not None and (days, step.hour) >= (policy.late_working_days, time.ends):
            yield phrase("foreseen.after_lock", days=policy.late_working_days, **said)


def _away_for_all_of(facts: Facts, windows: Sequence[Window], session: Session) -> Iterator[str]:
    """Posts of secretaries and leads in which nobody is at work, nor a delegate, on any working day of a window."""
    boards = {stored_id(board.id): board for board in session.exec(select(Board))}
    for window in windows:
        days = _working_days(facts, window)
        secretaries = {
            hearing.secretary_post_id: boards[hearing.board_id].name
            for hearing in facts.hearings.get(window.programme_id, ())
        }
        leads: dict[int, list[str]] = {}
        for item in facts.items.values():
            if item.active and item.programme_id == window.programme_id:
                leads.setdefault(item.lead_post_id, []).append(item.ref)
        for post_id in {**secretaries, **leads}:
            is_held = any(recipients.holders(facts, post_id, day) for day in days)
            if not is_held or any(recipients.at_work(facts, post_id, day) for day in days):
                continue
            post = facts.posts[post_id].name
            if post_id in secretaries:
                yield phrase("foreseen.secretary_away", post=post, board=secretaries[post_id], window=window.title)
            if post_id in leads:
                yield phrase("foreseen.lead_away", post=post, refs=", ".join(leads[post_id]), window=window.title)


def _working_days(facts: Facts, window: Window) -> list[datetime]:
    """The beginnings of the working days of a window."""
    zone, time = ZoneInfo(facts.time.zone), facts.time
    first, last = (moment.astimezone(zone).date() for moment in (window.opens_at, window.closes_at))
    days: list[date] = list(time.between(first, last)) or [first]
    return [at(day, time.starts, time.zone) for day in days]


def _lines_above(facts: Facts, now: datetime) -> Iterator[str]:
    """Leads above whom nobody is, and those who are themselves whom their lateness is told to."""
    leads: dict[int, list[str]] = {}
    for item in facts.items.values():
        if item.active:
            leads.setdefault(item.lead_post_id, []).append(item.ref)
    for post_id, refs in sorted(leads.items()):
        above = [
            people for each in recipients.line_above(facts, post_id) if (people := recipients.holders(facts, each, now))
        ]
        values = {"post": facts.posts[post_id].name, "refs": ", ".join(refs)}
        if not above:
            yield phrase("foreseen.nobody_above", **values)
            continue
        own = {person.id for person in recipients.holders(facts, post_id, now)}
        if own and own == {person.id for person in above[0]}:
            yield phrase("foreseen.told_of_themselves", name=above[0][0].name, **values)
