"""Reading what cards speak of: the prompts with all the rows behind them, for many cards in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from acts.facts_about import load_people_about
from acts.lookups import GIVEN, definition, hearings_of
from acts.rows import by_id, chunks, rows_of
from acts.window_history import close_before, date_changes
from bot.asked import Asked
from bot.stance import stance
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
from rules.slices import Slice, is_in


def load_asked(session: Session, prompts: Sequence[Prompt], now: datetime) -> list[Asked]:
    """The prompts, stored or not, with their rows as they are now; in the order given."""
    if not prompts:
        return []
    returns = by_id(session, Return, {prompt.return_id for prompt in prompts})
    facts = load_people_about(session, returns.values(), {prompt.person_id for prompt in prompts})
    items = by_id(session, Item, {ret.item_id for ret in returns.values()})
    windows = by_id(session, Window, {ret.window_id for ret in returns.values()})
    programmes = by_id(session, Programme, {window.programme_id for window in windows.values()})
    boards = {key: _boards(session, key) for key in programmes}
    posts = by_id(session, Post, {item.lead_post_id for item in items.values()})
    versions = _newest(session, returns)
    given_by = {version.given_by_id for version in versions.values() if version.given_by_id}
    people = by_id(session, Person, given_by | {r.delegate_id for r in returns.values() if r.delegate_id})
    last = _last_answers(session, returns.values(), windows)
    snoozes = {
        (s.return_id, s.person_id, s.revision): s
        for s in rows_of(session, Snooze, "return_id", returns)
        if now < s.until
    }
    before = {key: close_before(date_changes(session, w)) for key, w in windows.items() if w.revision > 1}
    before_this = _asked_before(session, returns)
    drafts = {(draft.return_id, draft.person_id) for draft in rows_of(session, Draft, "return_id", returns)}

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
            stands=stance(facts, prompt, ret, now),
            is_first=not any(
                _is_before(each, prompt) for each in before_this.get((prompt.return_id, prompt.person_id), ())
            ),
        )

    return [one(prompt) for prompt in prompts]


def _asked_before(session: Session, returns: Iterable[int]) -> dict[tuple[int, int], list[Prompt]]:
    """By return and person: the prompts that asked them, and were not withheld or dropped."""
    unsaid = (SendState.WITHHELD, SendState.DROPPED)
    found: dict[tuple[int, int], list[Prompt]] = defaultdict(list)
    for chunk in chunks(returns):
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


def _newest(session: Session, returns: dict[int, Return]) -> dict[int, ReturnVersion]:
    """The newest version of each answer, by return id."""
    answered = [key for key, ret in returns.items() if ret.versions]
    versions = rows_of(session, ReturnVersion, "return_id", answered)
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
