"""What a card speaks of: its prompts with all the rows behind them, read for many cards in a few queries."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from acts.facts import load_people
from acts.lookups import GIVEN, SET_ASIDE, definition, hearings_of
from acts.window_history import close_before, date_changes
from bot.standing import Standing, standing
from models import (
    Board,
    Draft,
    Item,
    OutgoingMessage,
    Person,
    Post,
    Programme,
    Prompt,
    Return,
    ReturnVersion,
    SendState,
    Snooze,
    Window,
)
from rules.facts import known
from rules.people import Because
from rules.plan import WANTED
from rules.programme import Programme as ProgrammeSpec
from rules.slices import Slice, is_in
from rules.steps import kind_of

CHUNK = 500  # how many ids one query names
Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Asked:
    """One prompt with the rows that it speaks of.

    `last` are the answers given last time; `lead` is the lead's post. `stands` says who is asked now. `closed_before`
    is the close that people knew before it was last changed. `is_first`: the person was never asked for it before.
    """

    prompt: Prompt
    ret: Return
    item: Item
    window: Window
    programme: ProgrammeSpec
    boards: tuple[str, ...]
    lead: str
    last: dict[str, Any]
    version: ReturnVersion | None = None
    given_by: str = ""
    delegate: Person | None = None
    snooze: Snooze | None = None
    has_draft: bool = False
    closed_before: datetime | None = None
    stands: Standing = field(default_factory=Standing)
    is_first: bool = False

    @property
    def because(self) -> str:
        """Why the person is asked or told now; where they are not any more, why they were."""
        return self.stands.because(self.prompt.person_id) or self.prompt.because

    @property
    def asks(self) -> bool:
        """Whether the person is asked to answer, rather than told that somebody has not."""
        return self.prompt.to == "lead" and self.because != Because.NOBODY_ELSE

    @property
    def is_asked(self) -> bool:
        """Whether the person is still one of those whom the prompt is for."""
        return self.stands.because(self.prompt.person_id) is not None

    @property
    def is_handed_on(self) -> bool:
        """Whether somebody was named to be asked instead, and the person is one of those who may take that back."""
        named = any(because == Because.DELEGATED for _, because in self.stands.asked)
        return self.prompt.to == "lead" and named and not self.is_asked and self.stands.may_answer

    @property
    def is_over(self) -> bool:
        """Whether the person was asked and somebody else is by now: the card says who, and asks for nothing."""
        if self.is_asked or self.is_handed_on:
            return False
        if self.prompt.to == "lead":
            return self.ret.state in WANTED or not self.stands.may_answer
        return self.prompt.because == Because.NOBODY_ELSE

    @property
    def holders(self) -> tuple[Person, ...]:
        """Those who hold the lead's post now."""
        return self.stands.holders

    @property
    def holds(self) -> bool:
        """Whether the person holds the lead's post."""
        return any(holder.id == self.prompt.person_id for holder in self.holders)

    @property
    def asked_now(self) -> list[str]:
        return [person.name for person, _ in self.stands.asked]

    @property
    def because_now(self) -> str:
        """Why those who are asked now are; empty where nobody is."""
        return self.stands.asked[0][1] if self.stands.asked else ""

    @property
    def others(self) -> tuple[Person, ...]:
        """The other members of the body that leads the item, where the person is asked as one of them."""
        leads = self.because == Because.LEADS and self.holds
        return tuple(holder for holder in self.holders if leads and holder.id != self.prompt.person_id)

    @property
    def is_disowned(self) -> bool:
        """Whether the person said that it is not theirs, and nobody has decided yet."""
        return self.ret.disowned_by_id == self.prompt.person_id

    @property
    def is_given(self) -> bool:
        return self.ret.state in GIVEN

    @property
    def is_set_aside(self) -> bool:
        return self.ret.state in SET_ASIDE

    @property
    def is_wanted(self) -> bool:
        return not self.is_given and not self.is_set_aside

    @property
    def is_wanted_here(self) -> bool:
        """Whether it is still wanted, and of the person who is asked, if anybody is."""
        return self.is_wanted and (self.is_asked if self.prompt.to == "lead" else not self.is_over)

    @property
    def is_late(self) -> bool:
        """Whether the person is asked for the first time well after everybody else was."""
        return self.is_first and self.tone == "opening" and kind_of(self.prompt.step) not in ("opening", "requested")

    @property
    def tone(self) -> str:
        """How it is put: a key of templates/messages/prompt_head.md."""
        if self.because in (Because.VACANT, Because.NOBODY_ELSE):
            return str(self.because)
        if not self.asks:
            return "escalation"
        kind = kind_of(self.prompt.step)
        if kind == "snoozed" and self.is_disowned:
            return "reminder"  # they did not ask for it
        if kind in ("returned", "snoozed", "chased"):
            return kind
        step = next((step for step in self.programme.chase.steps if step.key == self.prompt.step), None)
        if step is None or step.at == "opening" or self.is_first:
            return "opening"
        return "last_day" if step.working_days_before_close == 0 else "reminder"


def in_order(asked: Iterable[Asked]) -> list[Asked]:
    """By window, what is asked before what is told, in the items' order."""
    return sorted(asked, key=lambda a: (a.window.opens_at, a.window.id, not a.asks, a.tone, a.item.position))


def showing(asked: Iterable[Asked]) -> str:
    """A name for what a card should show now: the same as long as it should show the same."""
    return named(
        state_of(a.ret, a.window, a.item.lead_post_id)
        + marks_of(a.snooze.until if a.snooze else None, a.has_draft)
        + a.stands.mark(a.prompt)
        for a in asked
    )


def named(states: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(states)).encode()).hexdigest()[:16]


def state_of(ret: Return, window: Window, post_id: int) -> str:
    """Of one return and its lead's post, all that a card about it shows and that may change."""
    shown = (ret.id, ret.state, ret.versions, ret.delegate_id, window.state, window.closes_at.isoformat())
    return " ".join(str(each) for each in (*shown, ret.disowned_by_id, post_id))


def marks_of(snoozed_until: datetime | None, has_draft: bool) -> str:
    """Of one person and return, what only their own card shows."""
    return f" {snoozed_until.isoformat() if snoozed_until else None} {has_draft}"


def load_asked(session: Session, prompts: Sequence[Prompt], now: datetime) -> list[Asked]:
    """The prompts, stored or not, with their rows as they are now; in the order given."""
    if not prompts:
        return []
    facts = load_people(session)
    returns = _by_id(session, Return, {prompt.return_id for prompt in prompts})
    items = _by_id(session, Item, {ret.item_id for ret in returns.values()})
    windows = _by_id(session, Window, {ret.window_id for ret in returns.values()})
    programmes = _by_id(session, Programme, {window.programme_id for window in windows.values()})
    boards = {key: _boards(session, key) for key in programmes}
    posts = _by_id(session, Post, {item.lead_post_id for item in items.values()})
    versions = _newest(session, returns)
    given_by = {version.given_by_id for version in versions.values() if version.given_by_id}
    people = _by_id(session, Person, given_by | {r.delegate_id for r in returns.values() if r.delegate_id})
    last = _last_answers(session, returns.values(), windows)
    snoozes = {(s.return_id, s.person_id, s.revision): s for s in _about(session, Snooze, returns)}
    before = {key: close_before(date_changes(session, w)) for key, w in windows.items() if w.revision > 1}
    before_this = _asked_before(session, returns)
    drafts = {(draft.return_id, draft.person_id) for draft in _about(session, Draft, returns)}

    def one(prompt: Prompt) -> Asked:
        ret = returns[prompt.return_id]
        item, window, version = items[ret.item_id], windows[ret.window_id], versions.get(prompt.return_id)
        return Asked(
            prompt=prompt,
            ret=ret,
            item=item,
            window=window,
            programme=definition(programmes[window.programme_id]),
            boards=tuple(name for name, slice_ in boards[window.programme_id] if is_in(slice_, item.facts)),
            lead=posts[item.lead_post_id].name,
            last=last.get((ret.item_id, ret.window_id), {}),
            version=version,
            given_by=people[version.given_by_id].name if version and version.given_by_id else "",
            delegate=people[ret.delegate_id] if ret.delegate_id else None,
            snooze=snoozes.get((prompt.return_id, prompt.person_id, window.revision)),
            has_draft=(prompt.return_id, prompt.person_id) in drafts,
            closed_before=before.get(ret.window_id),
            stands=standing(facts, prompt, ret, now),
            is_first=not any(
                _is_before(each, prompt) for each in before_this.get((prompt.return_id, prompt.person_id), ())
            ),
        )

    return [one(prompt) for prompt in prompts]


def _asked_before(session: Session, returns: Iterable[int]) -> dict[tuple[int, int], list[Prompt]]:
    """By return and person: the prompts that asked them, and were not withheld or dropped."""
    unsaid = (SendState.WITHHELD, SendState.DROPPED)
    found: dict[tuple[int, int], list[Prompt]] = defaultdict(list)
    for chunk in _chunks(returns):
        query = select(Prompt).join(OutgoingMessage).where(col(OutgoingMessage.state).not_in(unsaid))
        for prompt in session.exec(query.where(col(Prompt.return_id).in_(chunk), Prompt.to == "lead")):
            if prompt.because != Because.NOBODY_ELSE:
                found[prompt.return_id, prompt.person_id].append(prompt)
    return dict(found)


def _is_before(other: Prompt, prompt: Prompt) -> bool:
    """Whether another prompt to the same person was written down before this one, which may not be yet."""
    return prompt.id is None or known(other.id) < prompt.id


def _boards(session: Session, programme_id: int) -> list[tuple[str, Slice]]:
    """The names of the boards that hear a programme, with what each hears of."""
    return [(session.get_one(Board, h.board_id).name, h.slice_) for h in hearings_of(session, programme_id)]


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _by_id(session: Session, model: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    column: Any = model.id  # type: ignore[attr-defined]
    for chunk in _chunks(ids):
        rows |= {row.id: row for row in session.exec(select(model).where(column.in_(chunk)))}  # type: ignore[attr-defined]
    return rows


def _about(session: Session, model: type[Row], returns: Iterable[int]) -> list[Row]:
    column: Any = model.return_id  # type: ignore[attr-defined]
    return [row for chunk in _chunks(returns) for row in session.exec(select(model).where(column.in_(chunk)))]


def _newest(session: Session, returns: dict[int, Return]) -> dict[int, ReturnVersion]:
    """The newest version of each answer, by return id."""
    answered = [key for key, ret in returns.items() if ret.versions]
    versions = _about(session, ReturnVersion, answered)
    return {v.return_id: v for v in versions if v.number == returns[v.return_id].versions}


def _last_answers(
    session: Session, returns: Iterable[Return], windows: dict[int, Window]
) -> dict[tuple[int, int], dict[str, Any]]:
    """What was last given for each item before its window, by item and window id; not what was sent back."""
    wanted: dict[int, set[int]] = {}
    for ret in returns:
        wanted.setdefault(ret.window_id, set()).add(ret.item_id)
    last: dict[tuple[int, int], dict[str, Any]] = {}
    for window_id, item_ids in wanted.items():
        for chunk in _chunks(item_ids):
            query = (
                select(Return.item_id, ReturnVersion.answers)
                .join(ReturnVersion)
                .join(Window, col(Window.id) == Return.window_id)
                .where(
                    col(Return.item_id).in_(chunk),
                    Window.opens_at < windows[window_id].opens_at,
                    ReturnVersion.number == Return.versions,
                    col(Return.state).in_(GIVEN),
                )
                .order_by(col(Window.opens_at))
            )
            last |= {(item_id, window_id): dict(answers) for item_id, answers in session.exec(query)}
    return last
