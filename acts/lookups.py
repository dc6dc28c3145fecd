"""Questions that the store answers for everyone: small, named, and asked in one place."""

import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from intake.organisation import OrganisationSpec
from models import (
    Board,
    ChatAccount,
    Item,
    Organisation,
    Person,
    Programme,
    ProgrammeBoard,
    Return,
    ReturnState,
    ReturnVersion,
    Window,
)
from rules import programme as programmes
from rules.facts import known
from rules.figures import Period, Told
from rules.slices import EVERYTHING, Hearing, Slice, is_in

GIVEN = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
SET_ASIDE = (ReturnState.WITHDRAWN, ReturnState.SUSPENDED)


class NothingLoadedError(Exception):
    """No organisation has been loaded yet."""


def fingerprint(definition: Any) -> str:
    """The same for the same definition, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


_organisations: dict[str, OrganisationSpec] = {}
_programmes: dict[str, programmes.Programme] = {}


def organisation(session: Session) -> OrganisationSpec:
    """The organisation's definition. Raises NothingLoadedError before the first load."""
    row = session.get(Organisation, 1)
    if row is None:
        raise NothingLoadedError
    # A session forgets a row that nobody holds, and would read it anew each time.
    session.info["organisation"] = row
    if row.fingerprint not in _organisations:
        _organisations[row.fingerprint] = OrganisationSpec.model_validate(row.definition)
    return _organisations[row.fingerprint]


def definition(row: Programme) -> programmes.Programme:
    """The programme's file as it was loaded, its boards in place."""
    if row.fingerprint not in _programmes:
        _programmes[row.fingerprint] = programmes.read(row.definition)
    return _programmes[row.fingerprint]


def get(session: Session, model: type[Any], id: int | None) -> Any:
    """The row with this id, which must exist. Raises LookupError."""
    row = session.get(model, id) if id is not None else None
    if row is None:
        raise LookupError(f"no {model.__name__} {id}")
    return row


def programme_of(session: Session, window: Window) -> programmes.Programme:
    row: Programme = get(session, Programme, window.programme_id)
    return definition(row)


def find_window(session: Session, programme: str, key: str) -> Window | None:
    """The window by the names that people use: the programme's key and the window's."""
    query = select(Window).join(Programme).where(Programme.key == programme, Window.key == key)
    return session.exec(query).first()


def previous_window(session: Session, window: Window) -> Window | None:
    """The programme's last window that opened before this one; a reopened one is where it always was."""
    query = (
        select(Window)
        .where(Window.programme_id == window.programme_id, Window.opens_at < window.opens_at)
        .order_by(col(Window.opens_at).desc())
    )
    return session.exec(query).first()


def unreachable(session: Session) -> set[int]:
    """Those (ids) who have no chat account, or none that is well, so that no message reaches them."""
    linked = select(ChatAccount.person_id).where(col(ChatAccount.problem).is_(None))
    return {known(id) for id in session.exec(select(Person.id).where(Person.active, col(Person.id).not_in(linked)))}


def boards_of(session: Session, programme_id: int) -> Sequence[Board]:
    """The boards that hear a programme."""
    query = (
        select(Board).join(ProgrammeBoard).where(ProgrammeBoard.programme_id == programme_id).order_by(col(Board.id))
    )
    return session.exec(query).all()


def boards_on(session: Session, platform: str) -> Sequence[Board]:
    """The boards that hear something, and hear it on this platform: by their own word, or by nobody's."""
    query = select(Board).where(col(Board.id).in_(select(ProgrammeBoard.board_id)))
    here = query.where(or_(Board.platform == platform, col(Board.platform).is_(None)))
    return session.exec(here.order_by(col(Board.id))).all()


def hearings_of(session: Session, programme_id: int) -> list[Hearing]:
    """The boards that hear a programme, each with its slice."""
    query = select(ProgrammeBoard, Board).join(Board).where(ProgrammeBoard.programme_id == programme_id)
    return [
        Hearing(known(board.id), board.secretary_post_id, link.hears)
        for link, board in session.exec(query.order_by(col(Board.id)))
    ]


def current(session: Session, ret: Return) -> ReturnVersion | None:
    """The newest version of an answer."""
    if not ret.versions:
        return None
    query = select(ReturnVersion).where(ReturnVersion.return_id == ret.id, ReturnVersion.number == ret.versions)
    return session.exec(query).first()


def history(session: Session, item_id: int, before: Window) -> list[dict[str, Any]]:
    """The item's answers in earlier windows, oldest first; only what was given and not sent back."""
    query = (
        select(ReturnVersion)
        .join(Return)
        .join(Window)
        .where(
            Return.item_id == item_id,
            Window.opens_at < before.opens_at,
            ReturnVersion.number == Return.versions,
            col(Return.state).in_(GIVEN),
        )
        .order_by(col(Window.opens_at))
    )
    return [version.answers for version in session.exec(query)]


def last_answers(session: Session, item_id: int, before: Window) -> dict[str, Any]:
    """What was last given for the item before this window; empty where nothing was."""
    earlier = history(session, item_id, before)
    return earlier[-1] if earlier else {}


def returns_of(session: Session, window: Window) -> list[tuple[Return, Item]]:
    """The window's returns with their items, in the items' order."""
    query = select(Return, Item).join(Item).where(Return.window_id == window.id).order_by(col(Item.position))
    return [(ret, item) for ret, item in session.exec(query)]


def answers_given(session: Session, window: Window) -> dict[int, ReturnVersion]:
    """The newest version of each return of the window that was given and not sent back, by return id."""
    query = (
        select(ReturnVersion)
        .join(Return)
        .where(
            Return.window_id == window.id,
            ReturnVersion.number == Return.versions,
            col(Return.state).in_(GIVEN),
        )
    )
    return {version.return_id: version for version in session.exec(query)}


def period(session: Session, window: Window, slice_: Slice = EVERYTHING, left_out: Collection[str] = ()) -> Period:
    """The window's returns in the slice, as figures count them.

    Without what was withdrawn or suspended, and without the items (refs) that a digest leaves out.
    """
    given = answers_given(session, window)
    told = [
        Told(item.ref, item.facts, given[ret.id].answers if ret.id in given else None)
        for ret, item in returns_of(session, window)
        if ret.state not in SET_ASIDE and is_in(slice_, item.facts) and item.ref not in left_out
    ]
    return Period(told, window.year, organisation(session).year_start)


def set_aside_of(session: Session, window: Window, slice_: Slice = EVERYTHING) -> list[tuple[Return, Item]]:
    """The returns in the slice that were withdrawn or suspended: whoever is told figures is told of them too."""
    return [
        (ret, item) for ret, item in returns_of(session, window) if ret.state in SET_ASIDE and is_in(slice_, item.facts)
    ]
