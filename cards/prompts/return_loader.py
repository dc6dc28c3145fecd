"""Loads prompts about returns with all the rows behind them, for many cards in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.cards.prompts.recipient_status import recipient_status
from remembrancer.cards.prompts.return_view import ReturnView
from remembrancer.models import (
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
from remembrancer.queries.batches import by_id, chunks, rows_of
from remembrancer.queries.boards import hearings_of
from remembrancer.queries.facts import load_people_about
from remembrancer.queries.organisation import definition
from remembrancer.queries.returns import GIVEN
from remembrancer.queries.window_dates import close_before, date_changes
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.programmes.slices import Slice, is_in


def load_returns(session: Session, prompts: Sequence[Prompt], now: datetime) -> list[ReturnView]:
    """The views of the prompts, stored or not, in the order given."""
    if not prompts:
        return []
    rows = _Rows(session, prompts, now)
    return [rows.view(prompt) for prompt in prompts]


class _Rows:
    """All rows behind some prompts."""

    def __init__(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> None:
        self._session, self._now = session, now
        self._returns = by_id(session, Return, {stored_id(prompt.return_id) for prompt in prompts})
        self._facts = load_people_about(session, self._returns.values(), {prompt.person_id for prompt in prompts})
        self._load_items_and_windows()
        self._load_answers()
        self._load_personal_rows()

    def _load_items_and_windows(self) -> None:
        """Load items, posts, windows, programmes and boards."""
        session, returns = self._session, self._returns.values()
        self._items = by_id(session, Item, {ret.item_id for ret in returns})
        self._posts = by_id(session, Post, {item.lead_post_id for item in self._items.values()})
        self._windows = by_id(session, Window, {ret.window_id for ret in returns})
        moved = {key: window for key, window in self._windows.items() if window.revision > 1}
        self._closed_before = {key: close_before(date_changes(session, window)) for key, window in moved.items()}
        self._programmes = by_id(session, Programme, {window.programme_id for window in self._windows.values()})
        self._boards = {key: _boards(session, key) for key in self._programmes}

    def _load_answers(self) -> None:
        """Load current and last answers, and the people named in them."""
        session, returns = self._session, self._returns.values()
        self._versions = _newest(session, self._returns)
        self._last = _last_answers(session, returns, self._windows)
        person_ids = {version.given_by_id for version in self._versions.values()} | {ret.delegate_id for ret in returns}
        self._people = by_id(session, Person, {person_id for person_id in person_ids if person_id})

    def _load_personal_rows(self) -> None:
        """Load snoozes, drafts and earlier prompts."""
        session, returns = self._session, self._returns
        snoozes = [each for each in rows_of(session, Snooze, "return_id", returns) if self._now < each.until]
        self._snoozes = {(each.return_id, each.person_id, each.revision): each for each in snoozes}
        self._drafts = {(draft.return_id, draft.person_id) for draft in rows_of(session, Draft, "return_id", returns)}
        self._asked_before = _asked_before(session, returns)

    def view(self, prompt: Prompt) -> ReturnView:
        """The view of one prompt."""
        return_id = stored_id(prompt.return_id)
        key = (return_id, prompt.person_id)
        ret, version = self._returns[return_id], self._versions.get(return_id)
        item, window = self._items[ret.item_id], self._windows[ret.window_id]
        return ReturnView(
            prompt=prompt,
            ret=ret,
            item=item,
            window=window,
            programme=definition(self._programmes[window.programme_id]),
            boards=tuple(name for name, slice_ in self._boards[window.programme_id] if is_in(slice_, item.facts)),
            lead=self._posts[item.lead_post_id].name,
            last=self._last.get((ret.item_id, ret.window_id), {}),
            version=version,
            given_by=self._people[version.given_by_id].name if version and version.given_by_id else "",
            delegate=self._people[ret.delegate_id] if ret.delegate_id else None,
            snooze=self._snoozes.get((*key, window.revision)),
            has_draft=key in self._drafts,
            closed_before=self._closed_before.get(ret.window_id),
            recipient=recipient_status(self._facts, prompt, ret, self._now),
            is_first=not any(
                prompt.id is None or stored_id(each.id) < prompt.id for each in self._asked_before.get(key, ())
            ),
        )


def _asked_before(session: Session, returns: Iterable[int]) -> dict[tuple[int, int], list[Prompt]]:
    """The prompts that asked for the return, by return and person, without those withheld or dropped."""
    not_sent = (SendState.WITHHELD, SendState.DROPPED)
    found: dict[tuple[int, int], list[Prompt]] = defaultdict(list)
    for chunk in chunks(returns):
        query = select(Prompt).join(OutgoingMessage).where(col(OutgoingMessage.state).not_in(not_sent))
        for prompt in session.exec(query.where(col(Prompt.return_id).in_(chunk), Prompt.to == "lead")):
            if prompt.because != Reason.NOBODY_ELSE:
                found[stored_id(prompt.return_id), prompt.person_id].append(prompt)
    return dict(found)


def _boards(session: Session, programme_id: int) -> list[tuple[str, Slice]]:
    """The names of the boards that hear a programme, each with its slice of the items."""
    return [(session.get_one(Board, h.board_id).name, h.slice_) for h in hearings_of(session, programme_id)]


def _newest(session: Session, returns: dict[int, Return]) -> dict[int, ReturnVersion]:
    """The newest version of each answered return, by return id."""
    answered = [key for key, ret in returns.items() if ret.versions]
    versions = rows_of(session, ReturnVersion, "return_id", answered)
    return {v.return_id: v for v in versions if v.number == returns[v.return_id].versions}


def _last_answers(
    session: Session, returns: Iterable[Return], windows: dict[int, Window]
) -> dict[tuple[int, int], dict[str, Any]]:
    """The last accepted or submitted answers before each window, by item and window id."""
    wanted: dict[int, set[int]] = {}
    for ret in returns:
        wanted.setdefault(ret.window_id, set()).add(ret.item_id)
    last: dict[tuple[int, int], dict[str, Any]] = {}
    for window_id, item_ids in wanted.items():
        for chunk in chunks(item_ids):
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
