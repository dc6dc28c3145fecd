"""An admin's changes to windows, each of which can be undone until the grace period ends."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from remembrancer.models import (
    Draft,
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    ReturnState,
    SendState,
    Snooze,
    Window,
    WindowChange,
    WindowState,
)
from remembrancer.models.message import message
from remembrancer.queries.organisation import programme_of
from remembrancer.queries.returns import SET_ASIDE, returns_of
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.windows.changes import UNDO, WindowAct, WindowActName, columns_after, return_after
from remembrancer.services.outbox import enqueue, next_reachable
from remembrancer.services.returns import drop_claim
from remembrancer.services.windows import dates_of, lock_time_for_close, make_returns, note_change
from remembrancer.wording import phrase, render

DONE = {
    WindowActName.OPEN: "opened",
    WindowActName.MOVE: "moved",
    WindowActName.EXTEND: "extended",
    WindowActName.CLOSE: "closed",
    WindowActName.REOPEN: "reopened",
}
FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "state": WindowState,
    "opens_at": datetime.fromisoformat,
    "closes_at": datetime.fromisoformat,
    "late_until": datetime.fromisoformat,
    "set_by_hand": bool,
    "revision": int,
}


def change_window(session: Session, window: Window, act: WindowAct, now: datetime, by: int | None) -> WindowChange:
    """Change the window, locked, and checked by rules/windows/changes.py before; messages wait for the grace period.

    `by` is None on the command line.
    """
    was = dates_of(window)
    columns = columns_after(act, window, now, lambda closes_at: lock_time_for_close(session, window, closes_at))
    before: dict[str, Any] = {"returns": _change_returns(session, window, act, columns["revision"] > window.revision)}
    before["window"] = _change(window, columns)
    if act.name == WindowActName.OPEN:
        before["made"] = [stored_id(ret.id) for ret in make_returns(session, window)]
    window.settles_at = now + UNDO
    detail = {"by_hand": True, "was": was, "closes_at": window.closes_at.isoformat()}
    note_change(session, window, now, by, DONE[act.name], **detail)
    change = WindowChange(
        window_id=stored_id(window.id), edition=window.edition, act=act.name, at=now, by_id=by, before=before
    )
    session.add(change)
    session.flush()
    return change


def _change_returns(session: Session, window: Window, act: WindowAct, anew: bool) -> dict[str, Any]:
    changed = {str(ret.id): _change(ret, return_after(act, ret, anew)) for ret, _ in returns_of(session, window)}
    return {ret_id: before for ret_id, before in changed.items() if before}


def _change(row: Window | Return, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Set these columns of a row; returns the changed ones as they were before, as JSON."""
    before = {}
    for name, value in columns.items():
        old = getattr(row, name)
        if old != value:
            before[name] = old.isoformat() if isinstance(old, datetime) else old
            setattr(row, name, value)
    return before


def last_change(session: Session, window: Window) -> WindowChange | None:
    """The last change that an admin made to the window."""
    query = select(WindowChange).where(WindowChange.window_id == window.id)
    return session.exec(query.order_by(col(WindowChange.edition).desc())).first()


def must_be_undoable(session: Session, window: Window, now: datetime) -> WindowChange:
    """The last change, which can be undone now. Raises RefusalError otherwise."""
    change = last_change(session, window)
    if change is None:
        raise RefusalError("nothing_to_undo", window=window.title)
    if change.undone:
        raise RefusalError("undone_already", window=window.title)
    if change.edition != window.edition:
        raise RefusalError("changed_since")
    if now >= change.at + UNDO:
        raise RefusalError("too_late_to_undo", window=window.title)
    refs = list(_answered_since(session, window, change))
    if refs:
        raise RefusalError("answered_since", window=window.title, refs=", ".join(refs))
    return change


def _answered_since(session: Session, window: Window, change: WindowChange) -> Iterator[str]:
    """The refs of answers that an undo would lose, or leave in a window that takes none."""
    before = change.before["window"].get("state")
    if before not in (WindowState.SCHEDULED, WindowState.LOCKED):
        return
    drafted = set(session.exec(select(Draft.return_id)))
    for ret, item in returns_of(session, window):
        begun = before == WindowState.SCHEDULED and (ret.versions or ret.id in drafted)
        if begun or (before == WindowState.LOCKED and ret.state in (ReturnState.SUBMITTED, ReturnState.RETURNED)):
            yield item.ref


def undo_window(session: Session, window: Window, now: datetime, by: int | None) -> WindowChange:
    """Undo the last change of the window, which is locked; the undo takes effect at once.

    Raises RefusalError, with nothing changed, where that is impossible.
    """
    change = must_be_undoable(session, window, now)
    for name, value in change.before["window"].items():
        setattr(window, name, FROM_JSON[name](value))
    for ret, _ in returns_of(session, window):
        _restore(ret, change.before["returns"].get(str(ret.id), {}))
        if window.state == WindowState.LOCKED and ret.state == ReturnState.AWAITING:
            # It was set aside at the lock, and reported on again since; a locked window awaits no answer.
            ret.state = ReturnState.NO_UPDATE
    window.settles_at, change.undone = None, True
    _delete_returns(session, window, change.before.get("made", []), now)
    note_change(session, window, now, by, "undone", undid=change.edition, act=change.act)
    session.flush()
    _tell_author(session, window, change, now, by)
    return change


def _tell_author(session: Session, window: Window, change: WindowChange, now: datetime, by: int | None) -> None:
    if change.by_id is None or change.by_id == by:
        return
    person = session.get_one(Person, change.by_id)
    who = session.get_one(Person, by).name if by is not None else phrase("who.command")
    text = render("messages/undone_told.md", who=who, window=window, change=change, zone=person.time_zone)
    enqueue(
        session,
        person,
        message(text),
        key=f"undone-{change.id}-{person.id}",
        kind="undone",
        now=now,
        window=window,
        not_before=next_reachable(session, person, now),
    )


def _restore(ret: Return, before: Mapping[str, Any]) -> None:
    """Restore a return, unless it was set aside or chased since."""
    if "state" in before and ret.state not in SET_ASIDE:
        ret.state = ReturnState(before["state"])
    if before.get("chased_at") and ret.chased_at is None:
        ret.chased_at = datetime.fromisoformat(before["chased_at"])


def _delete_returns(session: Session, window: Window, return_ids: list[int], now: datetime) -> None:
    """Delete unanswered returns with their prompts; those who were asked are told."""
    message_ids = set(session.exec(select(Prompt.message_id).where(col(Prompt.return_id).in_(return_ids))))
    for ret in session.exec(select(Return).where(col(Return.id).in_(return_ids))):
        drop_claim(session, ret)
    session.flush()
    for model in (Prompt, Snooze):
        session.exec(delete(model).where(col(model.return_id).in_(return_ids)))
    session.exec(delete(Return).where(col(Return.id).in_(return_ids)))
    others = set(session.exec(select(Prompt.message_id).where(col(Prompt.message_id).in_(message_ids))))
    for row in session.exec(select(OutgoingMessage).where(col(OutgoingMessage.id).in_(message_ids))).all():
        if row.state == SendState.PENDING and row.id in others:
            row.showing = None  # its content still asks for the deleted returns, so the recheck renders it again
        elif row.state == SendState.PENDING:
            row.state = SendState.DROPPED
        elif row.person_id is not None:
            _tell_not_open(session, window, session.get_one(Person, row.person_id), now)


def _tell_not_open(session: Session, window: Window, person: Person, now: datetime) -> None:
    text = render(
        "messages/not_open_after_all.md",
        programme=programme_of(session, window),
        window=window,
        zone=person.time_zone,
    )
    key = f"not-open-{window.id}-{window.edition}-{person.id}"
    kind = "not_open"
    enqueue(session, person, message(text), key=key, kind=kind, now=now, window=window)
