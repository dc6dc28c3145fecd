"""The commands' database: a session of it, and a window or a slice that a command names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.cli.shared import stop
from remembrancer.models import Board, Window, WindowState
from remembrancer.models.database import make_engine, migrate
from remembrancer.queries.boards import hearings_of
from remembrancer.queries.organisation import NothingLoadedError, programme_of
from remembrancer.queries.returns import returns_of
from remembrancer.queries.windows import find_window
from remembrancer.rules.programmes.slices import Slice, is_in
from remembrancer.settings import Settings
from remembrancer.wording import say


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
            stop(say("cli.nothing_loaded"))
        session.commit()


def find_or_stop(session: Session, programme: str, key: str, *states: WindowState) -> Window:
    window = find_window(session, programme, key)
    if window is not None:
        session.refresh(window, with_for_update=True)
    if window is None:
        known = session.exec(select(Window.key).order_by(col(Window.opens_at))).all()
        stop(say("cli.no_such_window", programme=programme, window=key, known=", ".join(known)))
    if window.state not in states:
        stop(say("refusals.window_moved_on", window=window.title, state=say(f"states.{window.state}")))
    return window


def slice_or_stop(session: Session, window: Window, board: str | None, where: Sequence[str]) -> Slice:
    """The slice of the items that a board hears of, and whose facts have these values ('outcome=Housing')."""
    definition = programme_of(session, window)
    slice_: dict[str, Sequence[str]] = {}
    for each in where:
        name, equals, value = each.partition("=")
        if not equals or name not in definition.facts:
            stop(say("cli.no_such_fact", text=each, known=", ".join(definition.facts)))
        slice_[name] = [*slice_.get(name, ()), value]
    if board is not None:
        hearings = {session.get_one(Board, h.board_id).key: h for h in hearings_of(session, window.programme_id)}
        if board not in hearings:
            stop(say("cli.not_a_hearing_board", board=board, known=", ".join(hearings)))
        slice_ = {**hearings[board].slice_, **slice_}
    if not any(is_in(slice_, item.facts) for _, item in returns_of(session, window)):
        stop(say("cli.empty_slice"))
    return slice_
