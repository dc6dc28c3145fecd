"""Predicts what an admin's change of a window would send, to whom and when, without storing anything."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from remembrancer.models import Board, DigestKind, Person, Return, Window, WindowState
from remembrancer.queries.boards import boards_of
from remembrancer.queries.message_recipients import Recipients, recipients_of
from remembrancer.queries.returns import returns_of
from remembrancer.queries.window_dates import close_known_at, date_changes
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.leave import reached_from
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.prompts import step_times
from remembrancer.rules.prompts.chase import return_subjects
from remembrancer.rules.prompts.due import coming
from remembrancer.rules.prompts.pilot import is_outside, is_withheld
from remembrancer.rules.prompts.subjects import DuePrompt
from remembrancer.rules.windows.changes import UNDO, WindowAct, columns_after, return_after
from remembrancer.scheduler.digests.forecast import digest_by_schedule
from remembrancer.scheduler.notices.window_changes import ACTS_WITH_NOTICE, secretaries_to_notify
from remembrancer.scheduler.preview.planned_messages import items_by_return, refs_of, returns_if_opened, rule_of, why
from remembrancer.services.windows import lock_time_for_close
from remembrancer.wording import phrase, render


@dataclass(frozen=True)
class ToSend:
    """What one person would be sent at once: the refs of items, and the reason in words."""

    name: str
    email: str
    refs: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Later:
    """A later step, in words, and the number of people that it goes to."""

    at: datetime
    step: str
    people: int


@dataclass(frozen=True)
class BoardHears:
    """A digest that the boards (names) would receive."""

    at: datetime
    kind: str
    boards: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    """Everything that would follow from a change; `window` is a copy with the change, `before` one without it.

    `corrected` are the names of the people who were told another close and are not asked again; `no_more` are the steps
    of the present schedule that would no longer be sent. `secretaries` are the names of those who are told of the
    change.
    """

    act: WindowAct
    window: Window
    before: Window
    settles_at: datetime
    at_once: tuple[ToSend, ...]
    later: tuple[Later, ...]
    no_more: tuple[Later, ...]
    corrected: tuple[str, ...]
    digests: tuple[BoardHears, ...]
    paused: bool
    secretaries: tuple[str, ...]


_Plan = Sequence[tuple[datetime, DuePrompt]]


def what_if(
    session: Session, facts: Facts, window: Window, act: WindowAct, now: datetime, by: int | None = None
) -> WhatIf:
    """Predict what would follow from a change that `rules.windows.changes.wrong_with` allows, if nothing else changes.

    `by` is the person (id) who would make the change; None on the command line.
    """
    columns = columns_after(act, window, now, lambda closes_at: lock_time_for_close(session, window, closes_at))
    after = Window(**{**window.model_dump(), **columns, "settles_at": now + UNDO})
    here = replace(facts, paused=False)
    facts_now = _facts_without_change(session, here, window)
    facts_then = _facts_with_change(session, here, window, after, act)
    present = list(_planned_prompts(facts_now, now, window.late_until))
    then = list(_planned_prompts(facts_then, now + UNDO, after.late_until))
    at_once = [prompt for moment, prompt in then if moment <= now + UNDO]
    aware = secretaries_to_notify(facts, after, by, now + UNDO) if act.name in ACTS_WITH_NOTICE else []
    return WhatIf(
        act=act,
        window=after,
        before=Window(**window.model_dump()),
        settles_at=now + UNDO,
        at_once=tuple(_to_send(session, facts_then, at_once)),
        later=tuple(_by_step(session, facts_then, then, later_than=now + UNDO)),
        no_more=tuple(_by_step(session, facts_now, _dropped(present, then), later_than=now)),
        corrected=tuple(
            _people_to_correct(session, facts, window, after, then, {stored_id(who.id) for who in aware}, now)
        ),
        digests=tuple(_board_digests(session, facts, after, facts_then.returns[stored_id(window.id)], now)),
        paused=facts.paused,
        secretaries=tuple(who.name for who in aware if not is_outside(facts.pilot, who.id)),
    )


def _facts_without_change(session: Session, facts: Facts, window: Window) -> Facts:
    """Return the facts with this window alone, unchanged; a scheduled window is treated as open."""
    copy, returns = Window(**window.model_dump()), facts.returns.get(stored_id(window.id), ())
    if window.state == WindowState.SCHEDULED:
        copy.state, returns = WindowState.OPEN, returns_if_opened(session, window)
    return replace(facts, windows=[copy], returns={stored_id(window.id): returns})


def _facts_with_change(session: Session, facts: Facts, window: Window, after: Window, act: WindowAct) -> Facts:
    """Return the facts with this window alone, as the change would leave it and its returns."""
    if window.state == WindowState.SCHEDULED:
        then = Window(**after.model_dump())
        then.state = WindowState.OPEN
        return replace(facts, windows=[then], returns={stored_id(window.id): returns_if_opened(session, window)})
    anew = after.revision > window.revision
    returns = [Return(**{**ret.model_dump(), **return_after(act, ret, anew)}) for ret, _ in returns_of(session, window)]
    return replace(facts, windows=[after], returns={stored_id(window.id): returns})


def _planned_prompts(facts: Facts, start: datetime, end: datetime) -> Iterator[tuple[datetime, DuePrompt]]:
    """Yield the prompts that the ticks from `start` to `end` would plan, without those that a pilot withholds."""
    for moment, found in coming(facts, return_subjects(facts), start, end):
        yield from ((moment, prompt) for prompt in found if not is_withheld(facts, prompt))


def _to_send(session: Session, facts: Facts, prompts: Iterable[DuePrompt]) -> Iterator[ToSend]:
    """Group prompts by person, with the refs in the items' order."""
    item_of = items_by_return(facts)
    by_person: dict[int, list[DuePrompt]] = {}
    for prompt in prompts:
        by_person.setdefault(prompt.person_id, []).append(prompt)
    for person_id, group in by_person.items():
        person = facts.people[person_id]
        yield ToSend(person.name, person.email, refs_of(item_of, group), why(session, facts, group))


def _dropped(present: _Plan, then: _Plan) -> _Plan:
    """Return the prompts of the present plan that the new plan does not contain at the same time."""
    kept = {(moment, prompt.person_id, prompt.step) for moment, prompt in then}
    return [(m, prompt) for m, prompt in present if (m, prompt.person_id, prompt.step) not in kept]


def _by_step(session: Session, facts: Facts, plan: _Plan, later_than: datetime) -> Iterator[Later]:
    """Group the later prompts by time and step, in the order of time."""
    people: dict[tuple[datetime, str], set[int]] = {}
    for moment, prompt in plan:
        if moment > later_than:
            people.setdefault((moment, rule_of(session, facts, prompt)), set()).add(prompt.person_id)
    for (moment, step), who in sorted(people.items()):
        yield Later(moment, step, len(who))


def _people_to_correct(
    session: Session, facts: Facts, window: Window, after: Window, then: _Plan, aware: Collection[int], now: datetime
) -> Iterator[str]:
    """Yield the people who were told another close, and the boards with a digest of a window that opens again.

    People need no correction who are asked again by the next morning, get a progress digest, or are told of the change
    itself (`aware`).
    """
    changes, reached = date_changes(session, window), recipients_of(session, window)
    first = {prompt.person_id: moment for moment, prompt in reversed(then)}
    for person_id, each in reached.people.items():
        person = facts.people[person_id]
        known_close = close_known_at(changes, each.last) or window.closes_at
        next_time = reached_from(facts.time_of(person), facts.absences.get(person_id, ()), now + UNDO)
        asked = person_id in aware or (person_id in first and first[person_id] <= next_time)
        in_pilot = person.active and not is_outside(facts.pilot, person_id)
        wrong = in_pilot and known_close != after.closes_at
        if wrong and not asked and not _gets_progress_digest(facts, after, person, next_time):
            yield person.name
    if _is_reopened(window, after, reached) and not is_outside(facts.pilot, None):
        boards = {stored_id(board.id): board.name for board in boards_of(session, window.programme_id)}
        yield from (boards[board_id] for board_id in reached.boards if board_id in boards)


def _gets_progress_digest(facts: Facts, after: Window, person: Person, by: datetime) -> bool:
    """Tell whether the person is a secretary who gets a progress digest with the new dates by then."""
    times = (after.opens_at, after.closes_at, after.late_until)
    due = [
        step_times.step_time(step, facts.time, facts.time_of(person), *times).due_at
        for step in facts.policies[after.programme_id].secretary_digests
    ]
    made = after.state == WindowState.OPEN and by < after.closes_at and any(moment <= by for moment in due)
    return made and any(who.id == person.id for who in recipients.secretaries(facts, after.programme_id, by))


def _is_reopened(window: Window, after: Window, reached: Recipients) -> bool:
    return after.state == WindowState.OPEN and bool(reached.boards) and after.closes_at != window.closes_at


def _board_digests(
    session: Session, facts: Facts, after: Window, returns: Iterable[Return], now: datetime
) -> Iterator[BoardHears]:
    """Yield the digests of the boards that hear any of the returns.

    A draft that is only written after the undo grace period leaves its secretary the working hours of the policy.
    """
    items = [facts.items[ret.item_id] for ret in returns]
    boards = tuple(
        session.get_one(Board, hearing.board_id).name
        for hearing in facts.hearings[after.programme_id]
        if any(is_in(hearing.slice_, item.facts) for item in items)
    )
    hours = facts.policies[after.programme_id].draft_working_hours
    for what, moment in ((DigestKind.CLOSE, after.closes_at), (DigestKind.LOCK, after.late_until)):
        if boards and not is_outside(facts.pilot, None):
            coming = digest_by_schedule(what, moment, hours, facts.time, now + UNDO)
            yield BoardHears(max(coming.at, now + UNDO), f"digest_{what}", boards)


FEW = 10


def in_words(what: WhatIf, zone: str) -> str:
    """Return the prediction as Markdown, with times in the time zone `zone`."""
    return render("messages/what_if.md", what=what, zone=zone, groups=_groups(what), corrected=few(what.corrected))


def few(names: Sequence[str]) -> str:
    """Join up to ten names, and end with 'and 7 more' for the rest."""
    if len(names) <= FEW:
        return ", ".join(names)
    return phrase("what_if.and_more", names=", ".join(names[:FEW]), count=len(names) - FEW)


def _groups(what: WhatIf) -> list[tuple[str, str]]:
    """Group the people who are sent something at once by the reason, each with their refs."""
    by_why: dict[str, list[str]] = {}
    for each in what.at_once:
        by_why.setdefault(each.why, []).append(f"{each.name} ({few(each.refs)})")
    return [(why, few(names)) for why, names in by_why.items()]
