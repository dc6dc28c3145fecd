"""A look at many forward plans when nothing is due: it asks little of the database, however many boards there are."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from remembrancer.models import OutgoingMessage, Placing
from remembrancer.scheduler.simulate import PLATFORM, RecordingTransport
from remembrancer.scheduler.tick import tick
from tests.large_plans import BOARDS, NOW, load, write_folder

pytestmark = pytest.mark.both_databases


def test_a_look_with_nothing_due_reads_what_there_is_once_and_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    load(engine, write_folder(tmp_path))
    tick(engine, {PLATFORM: RecordingTransport()}, NOW)
    before = rows(engine)
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    tick(engine, {PLATFORM: RecordingTransport()}, NOW)
    event.remove(engine, "before_cursor_execute", count)
    assert {statement.split()[0] for statement in asked} <= {"BEGIN", "SELECT"}
    assert len(asked) < 4 * BOARDS
    assert rows(engine) == before


def rows(engine: Engine) -> tuple[int, int]:
    with Session(engine) as session:
        return len(session.exec(select(OutgoingMessage.id)).all()), len(session.exec(select(Placing.id)).all())
