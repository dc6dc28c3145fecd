"""What an admin's act on a window would send, to whom and when, before it is done. Nothing is stored."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from remembrancer.models import Board, DigestKind, Person, Return, Window, WindowState
from remembrancer.queries.boards import boards_of
from remembrancer.queries.message_recipients import Told, told_of
from remembrancer.queries.returns import returns_of
from remembrancer.queries.window_dates import close_told, date_changes
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.leave import reached_from
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.prompts import steps
from remembrancer.rules.prompts.due import coming
from remembrancer.rules.prompts.pilot import is_outside, is_withheld
from remembrancer.rules.prompts.returns import return_subjects
from remembrancer.rules.prompts.subjects import DuePrompt
from remembrancer.rules.windows.changes import UNDO, WindowAct, columns_after, return_after
from remembrancer.scheduler.digests.forecast import by_the_window
from remembrancer.scheduler.notices.window_changes import TOLD, told_of_act
from remembrancer.scheduler.preview.planned_messages import items_by_return, refs_of, returns_if_opened, rule_of, why
from remembrancer.services.windows import lock_from
from remembrancer.wording import render, say


@dataclass(frozen=True)
class ToSend:
    """What one person would be asked or told: the refs and, in words, why."""

    name: str
    email: str
    refs: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Later:
    """One step to come, in words, and how many people it goes to."""

    at: datetime
    step: str
    people: int


@dataclass(frozen=True)
class BoardHears:
    at: datetime
    kind: str
    boards: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    """All that would follow from an act. `window` is a copy as the act would leave it.

    `corrected` are the names of those who were told another close and are not asked anew; `no_more` are the steps
    of the present schedule that would not be sent any more. `secretaries` are the names of those who are told of it.
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
    """What would follow, if nobody does anything meanwhile; the act makes sense (rules.window_acts.wrong_with).

    `by` is who would do it (id); None on the command line.
    """
    columns = columns_after(act, window, now, lambda closes_at: lock_from(session, window, closes_at))
    after = Window(**{**window.model_dump(), **columns, "settles_at": now + UNDO})
    here = replace(facts, paused=False)
    facts_now = _as_it_is(session, here, window)
    facts_then = _as_it_would_be(session, here, window, after, act)
    present = list(_planned(facts_now, now, window.late_until))
    then = list(_planned(facts_then, now + UNDO, after.late_until))
    at_once = [prompt for moment, prompt in then if moment <= now + UNDO]
    aware = told_of_act(facts, after, by, now + UNDO) if act.name in TOLD else []
    return WhatIf(
        act=act,
        window=after,
        before=Window(**window.model_dump()),
        settles_at=now + UNDO,
        at_once=tuple(_to_send(facts_then, at_once)),
        later=tuple(_by_step(facts_then, then, later_than=now + UNDO)),
        no_more=tuple(_by_step(facts_now, _without(present, then), later_than=now)),
        corrected=tuple(_corrected(session, facts, window, after, then, {known(who.id) for who in aware}, now)),
        digests=tuple(_boards(session, facts, after, facts_then.returns[known(window.id)], now)),
        paused=facts.paused,
        secretaries=tuple(who.name for who in aware if not is_outside(facts.pilot, who.id)),
    )


def _as_it_is(session: Session, facts: Facts, window: Window) -> Facts:
    """The facts of this window alone, as if the act were not done; one that is to open has opened."""
    copy, returns = Window(**window.model_dump()), facts.returns.get(known(window.id), ())
    if window.state == WindowState.SCHEDULED:
        copy.state, returns = WindowState.OPEN, returns_if_opened(session, window)
    return replace(facts, windows=[copy], returns={known(window.id): returns})


def _as_it_would_be(session: Session, facts: Facts, window: Window, after: Window, act: WindowAct) -> Facts:
    if window.state == WindowState.SCHEDULED:
        then = Window(**after.model_dump())
        then.state = WindowState.OPEN
        return replace(facts, windows=[then], returns={known(window.id): returns_if_opened(session, window)})
    anew = after.revision > window.revision
    returns = [Return(**{**ret.model_dump(), **return_after(act, ret, anew)}) for ret, _ in returns_of(session, window)]
    return replace(facts, windows=[after], returns={known(window.id): returns})


def _planned(facts: Facts, start: datetime, end: datetime) -> Iterator[tuple[datetime, DuePrompt]]:
    """What the looks from `start` to `end` would plan for those who are messaged at all."""
    for moment, found in coming(facts, return_subjects(facts), start, end):
        yield from ((moment, prompt) for prompt in found if not is_withheld(facts, prompt))


def _to_send(facts: Facts, prompts: Iterable[DuePrompt]) -> Iterator[ToSend]:
    """By person, in the order of the items."""
    item_of = items_by_return(facts)
    by_person: dict[int, list[DuePrompt]] = {}
    for prompt in prompts:
        by_person.setdefault(prompt.person_id, []).append(prompt)
    for person_id, group in by_person.items():
        person = facts.people[person_id]
        yield ToSend(person.name, person.email, refs_of(item_of, group), why(facts, group))


def _without(present: _Plan, then: _Plan) -> _Plan:
    """What the present schedule would send to people at moments at which they would hear nothing any more."""
    kept = {(moment, prompt.person_id, prompt.step) for moment, prompt in then}
    return [(m, prompt) for m, prompt in present if (m, prompt.person_id, prompt.step) not in kept]


def _by_step(facts: Facts, plan: _Plan, later_than: datetime) -> Iterator[Later]:
    """In the order of time; steps that are called the same are one."""
    people: dict[tuple[datetime, str], set[int]] = {}
    for moment, prompt in plan:
        if moment > later_than:
            people.setdefault((moment, rule_of(facts, prompt)), set()).add(prompt.person_id)
    for (moment, step), who in sorted(people.items()):
        yield Later(moment, step, len(who))


def _corrected(
    session: Session, facts: Facts, window: Window, after: Window, then: _Plan, aware: Collection[int], now: datetime
) -> Iterator[str]:
    """Those who were told another close, and boards that were told a digest of a window that is open again.

    Whoever is asked anew by the next morning, gets a progress digest, or is told of the act itself (`aware`), hears
    of the new close in that.
    """
    changes, told = date_changes(session, window), told_of(session, window)
    first = {prompt.person_id: moment for moment, prompt in reversed(then)}
    for person_id, each in told.people.items():
        person = facts.people[person_id]
        knows = close_told(changes, each.last) or window.closes_at
        heard = reached_from(facts.time, person, facts.absences.get(person_id, ()), now + UNDO)
        asked = person_id in aware or (person_id in first and first[person_id] <= heard)
        reached = person.active and not is_outside(facts.pilot, person_id)
        if reached and knows != after.closes_at and not asked and not _digest_by(facts, after, person, heard):
            yield person.name
    if _is_open_again(window, after, told) and not is_outside(facts.pilot, None):
        boards = {known(board.id): board.channel for board in boards_of(session, window.programme_id)}
        yield from (boards[board_id] for board_id in told.boards if board_id in boards)


def _digest_by(facts: Facts, after: Window, person: Person, heard: datetime) -> bool:
    """Whether the person is a secretary whose progress digest is made again by the new dates."""
    times = (after.opens_at, after.closes_at, after.late_until)
    due = [
        steps.due_at(step, facts.time, *times, person.time_zone)
        for step in facts.policies[after.programme_id].secretary_digests
    ]
    made = after.state == WindowState.OPEN and heard < after.closes_at and any(moment <= heard for moment in due)
    return made and any(who.id == person.id for who in recipients.secretaries(facts, after.programme_id, heard))


def _is_open_again(window: Window, after: Window, told: Told) -> bool:
    return after.state == WindowState.OPEN and bool(told.boards) and after.closes_at != window.closes_at


def _boards(
    session: Session, facts: Facts, after: Window, returns: Iterable[Return], now: datetime
) -> Iterator[BoardHears]:
    """What the channels of the boards that hear of any of the returns would be told, and when.

    A draft that is only written once the act has settled leaves its secretary the hours that the policy gives.
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
            coming = by_the_window(what, moment, hours, facts.time, now + UNDO)
            yield BoardHears(max(coming.at, now + UNDO), f"digest_{what}", boards)


FEW = 10


def in_words(what: WhatIf, zone: str) -> str:
    """The preview as Markdown, by the clock of `zone`."""
    return render("messages/what_if.md", what=what, zone=zone, groups=_groups(what), corrected=few(what.corrected))


def few(names: Sequence[str]) -> str:
    """Up to ten of them, 'and 7 more'."""
    if len(names) <= FEW:
        return ", ".join(names)
    return say("what_if.and_more", names=", ".join(names[:FEW]), count=len(names) - FEW)


def _groups(what: WhatIf) -> list[tuple[str, str]]:
    """Those who hear at once, by why: the why, and the names with their refs."""
    by_why: dict[str, list[str]] = {}
    for each in what.at_once:
        by_why.setdefault(each.why, []).append(f"{each.name} ({few(each.refs)})")
    return [(why, few(names)) for why, names in by_why.items()]
