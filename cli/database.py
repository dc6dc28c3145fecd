"""The commands' database: a session of it, and a window or a slice that a command names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.cli.shared import stop
from remembrancer.models import Board, Programme, Window, WindowState
from remembrancer.models.database import make_engine, migrate
from remembrancer.queries.boards import hearings_of
from remembrancer.queries.organisation import NothingLoadedError, organisation, programme_of
from remembrancer.queries.returns import returns_of
from remembrancer.queries.windows import find_window
from remembrancer.rules.nearest_name import nearest_few
from remembrancer.rules.programmes.slices import Slice, is_in
from remembrancer.rules.windows.changes import wrong_state
from remembrancer.settings import Settings
from remembrancer.wording import moment, phrase


@contextmanager
def database() -> Iterator[Engine]:
    """The database of the settings, brought up to date, and let go of at the end."""
    engine = make_engine(Settings().database_url)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def store() -> Iterator[Session]:
    """A session that is committed at the end; what cannot be done is said in a sentence, with exit code 1."""
    with database() as engine, Session(engine) as session:
        try:
            yield session
        except NothingLoadedError:
            stop(phrase("cli.nothing_loaded"))
        session.commit()


def find_or_stop(session: Session, programme: str, key: str, *states: WindowState) -> Window:
    window = find_window(session, programme, key)
    if window is not None:
        session.refresh(window, with_for_update=True)
    if window is None:
        _stop_without_window(session, programme, key)
    if window.state not in states:
        opens, state = moment(window.opens_at, organisation(session).time_zone), phrase(f"states.{window.state}")
        stop(phrase(f"refusals.{wrong_state(window)}", window=window.title, state=state, opens=opens))
    return window


def _stop_without_window(session: Session, programme: str, key: str) -> NoReturn:
    """Say that there is no such programme, or that it has no such window, with those there are."""
    programmes = session.exec(select(Programme).order_by(col(Programme.key))).all()
    found = next((each for each in programmes if each.key == programme), None)
    if found is None:
        known = nearest_few(programme, [each.key for each in programmes])
        stop(phrase("cli.no_such_programme", programme=programme, known=", ".join(known)))
    query = select(Window.key).where(Window.programme_id == found.id).order_by(col(Window.opens_at))
    keys = session.exec(query).all()
    near = nearest_few(key, keys)
    name = "cli.no_such_window" if len(near) == len(keys) else "cli.no_such_window_of_many"
    stop(phrase(name, programme=found.title, window=key, known=", ".join(near), count=len(keys)))


def slice_or_stop(session: Session, window: Window, board: str | None, where: Sequence[str]) -> Slice:
    """The slice of the items that a board hears of, and whose facts have these values ('outcome=Housing')."""
    definition = programme_of(session, window)
    slice_: dict[str, Sequence[str]] = {}
    for each in where:
        name, equals, value = each.partition("=")
        if not equals or name not in definition.facts:
            stop(phrase("cli.no_such_fact", text=each, known=", ".join(definition.facts)))
        slice_[name] = [*slice_.get(name, ()), value]
    if board is not None:
        hearings = {session.get_one(Board, h.board_id).key: h for h in hearings_of(session, window.programme_id)}
        if board not in hearings:
            stop(phrase("cli.not_a_hearing_board", board=board, known=", ".join(hearings)))
        slice_ = {**hearings[board].slice_, **slice_}
    if not any(is_in(slice_, item.facts) for _, item in returns_of(session, window)):
        stop(phrase("cli.empty_slice"))
    return slice_
