"""The migrations make just the tables that the models describe, on both kinds of database."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Connection,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    TableClause,
    column,
    inspect,
    table,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, func, select

from remembrancer import models  # noqa: F401  (registers the tables)
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import (
    DigestState,
    ImportedRow,
    Meeting,
    MeetingState,
    OutgoingMessage,
    PaperAnswer,
    Person,
    Prompt,
)
from remembrancer.models.base import UtcDateTime
from remembrancer.models.database import create_tables, make_engine, migrate
from remembrancer.services.people import set_own_hours
from tests.conftest import EXAMPLE
from tests.dialog import LEAD, World, hold, presses

BOARD = "#asch-cabinet-committee"
pytestmark = [pytest.mark.check, pytest.mark.both_databases]


def test_the_migrations_make_the_tables_that_the_models_describe(bare_engine: Engine) -> None:
    migrate(bare_engine)
    with bare_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_is_harmless(bare_engine: Engine) -> None:
    migrate(bare_engine)
    migrate(bare_engine)


def copy_to_the_first_tables(source: Engine, target: Engine) -> None:
    """The same organisation as the first migration's tables held it: one digest for all boards, and no more columns."""
    migrate(target, "0001")
    with source.connect() as old, target.begin() as new:
        names = set(inspect(new).get_table_names())
        for stored in (table for table in SQLModel.metadata.sorted_tables if table.name in names):
            columns = {each["name"] for each in inspect(new).get_columns(stored.name)}
            of_old = table(stored.name, *(column(c.name, c.type) for c in stored.columns if c.name in columns))
            rows = _as_first(stored.name, [dict(row) for row in old.execute(stored.select()).mappings()])
            _insert(new, of_old, [{key: row[key] for key in row if key in columns} for row in rows])


def _as_first(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if name == "digest":
        told = {row["window_id"] for row in rows if row["board_id"] is not None}
        rows = [r for r in rows if r["board_id"] or r["kind"] == "progress" or r["window_id"] not in told]
        rows = [r for r in rows if r["state"] == DigestState.POSTED]
        for row in (row for row in rows if row["board_id"] is not None):
            row["slot"] = row["slot"].removesuffix("-b1").removeprefix("r1-" if row["kind"] == "addendum" else "")
    if name == "outgoing_message":
        return [row for row in rows if row["kind"] != "digest_draft"]
    return rows


def _insert(new: Connection, into: TableClause, rows: list[dict[str, Any]]) -> None:
    above = {row["id"]: row.pop("reports_to_id") for row in rows} if into.name == "post" else {}
    if rows:
        new.execute(into.insert(), rows)
    for post_id, reports_to in above.items():
        new.execute(into.update().where(into.c.id == post_id).values(reports_to_id=reports_to))
    if rows and new.dialect.name == "postgresql" and "id" in into.c:
        last = max(row["id"] for row in rows)
        new.execute(select(func.setval(func.pg_get_serial_sequence(f'"{into.name}"', "id"), last)))


@pytest.fixture
def before(tmp_path: Path) -> World:
    """An organisation in the middle of a window, and one answer given."""
    source = make_engine(f"sqlite:///{tmp_path / 'before.sqlite'}")
    create_tables(source)
    world = World(source)
    world.wait_until("2019-09-02 10:00")
    hold(world, [(LEAD, presses("No change"), "Stored")])
    return world


def messages(engine: Engine) -> int:
    """How many there are, but for the drafts that the first tables knew nothing of."""
    with Session(engine) as session:
        query = select(func.count()).select_from(OutgoingMessage).where(OutgoingMessage.kind != "digest_draft")
        return session.exec(query).one()


def _all_rows_belong(engine: Engine) -> None:
    """No row points to one that is not there, and from now on none can."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize("day", ["2019-09-05", "2019-09-14", "2019-09-17", "2019-09-23"])
def test_an_organisation_of_the_first_tables_goes_on_and_is_told_nothing_twice(
    before: World, bare_engine: Engine, day: str
) -> None:
    late = [(0, "2019-09-13 17:00"), (1, f"{day} 12:00"), (2, "2019-09-24 17:00")]
    for number, moment in sorted(late, key=lambda each: each[1]):
        before.wait_until(moment)
        if number == 0:
            hold(before, [("tom.ashdown", presses("No change"), "Stored")])
        if number == 1:
            copy_to_the_first_tables(before.engine, bare_engine)
            migrate(bare_engine)
            _all_rows_belong(bare_engine)
            before.engine, sent = bare_engine, messages(bare_engine)
            posted = len(before.chat.posts(BOARD))
            before.look()
            assert (messages(bare_engine), len(before.chat.posts(BOARD))) == (sent, posted)
            with Session(bare_engine) as session:
                again = store(session, read_folder(EXAMPLE, with_responses=True), before.clock.now())
                assert (again.changes, again.kept) == ([], [])
                session.commit()
    heads = [post.message.parts[0].text for post in before.chat.posts(BOARD)]
    assert ["Addendum" in head for head in heads] == [False, True, False]
    assert ["window locked" in head for head in heads] == [False, False, True]
    assert ["2 of 17" in head for head in heads] == [False, True, True]


def test_meetings_of_one_uid_are_all_kept_each_with_a_name_of_its_own(bare_engine: Engine) -> None:
    migrate(bare_engine, "0002")
    old = table("meeting", column("board_id", Integer()), column("uid", String()), column("starts_at", UtcDateTime()))
    with bare_engine.begin() as connection:
        connection.execute(text("INSERT INTO post (id, name) VALUES (1, 'Clerk')"))
        for board in (1, 2):
            values = f"({board}, 'b{board}', 'Board', 'committee', '#b', 1)"
            connection.execute(
                text(f"INSERT INTO board (id, key, name, kind, channel, secretary_post_id) VALUES {values}")
            )
        starts = [datetime(2019, month, 6, 9, tzinfo=UTC) for month in (9, 10, 11)]
        rows = [(1, "series", starts[0]), (1, "series", starts[1]), (2, "series", starts[0]), (1, "single", starts[2])]
        connection.execute(
            old.insert(), [dict(zip(("board_id", "uid", "starts_at"), row, strict=True)) for row in rows]
        )
    migrate(bare_engine)
    with Session(bare_engine) as session:
        found = session.exec(select(Meeting).order_by(col(Meeting.id))).all()
        assert [meeting.uid for meeting in found] == [
            "series/20190906T090000Z",
            "series/20191006T090000Z",
            "series",
            "single",
        ]
        assert [meeting.starts_at for meeting in found] == [row[2] for row in rows]
        assert {meeting.state for meeting in found} == {MeetingState.SCHEDULED}
        session.add(Meeting(board_id=1, uid="single", starts_at=starts[0]))
        with pytest.raises(IntegrityError):
            session.commit()


def test_what_was_said_and_asked_of_papers_before_was_for_the_meeting_they_come_to(bare_engine: Engine) -> None:
    migrate(bare_engine, "0005")
    columns = {
        "post": {"id": 1, "name": "Clerk"},
        "person": {},
        "board": {"id": 1, "key": "b", "name": "B", "kind": "committee", "channel": "#b", "secretary_post_id": 1},
    }
    with bare_engine.begin() as connection:
        metadata = MetaData()
        metadata.reflect(connection)

        def put(name: str, /, **values: Any) -> None:
            connection.execute(metadata.tables[name].insert().values(**{**_filled(metadata.tables[name]), **values}))

        for name, values in columns.items():
            put(name, **{"id": 1, **values})
        put("forward_plan_item", id=1, board_id=1, standing="ACTIVE")
        put("outgoing_message", id=1, person_id=1)
        for n in (1, 2):
            put("meeting", id=n, board_id=1, uid=str(n))
        for n in (1, 2):
            put("placing", id=n, plan_item_id=1, meeting_id=3 - n)
            put("paper_answer", id=n, placing_id=n)
            put("paper_prompt", id=n, placing_id=n, person_id=1, message_id=1, revision=1)
    migrate(bare_engine)
    _all_rows_belong(bare_engine)
    with Session(bare_engine) as session:
        assert session.exec(select(PaperAnswer.meeting_id).order_by(col(PaperAnswer.id))).all() == [2, 1]
        prompts = session.exec(select(Prompt).order_by(col(Prompt.id))).all()
        assert [(each.subject_kind, each.subject_name) for each in prompts] == [("paper", "1.2."), ("paper", "2.1.")]
        assert [(each.placing_id, each.meeting_id, each.return_id) for each in prompts] == [(1, 2, None), (2, 1, None)]
        again = prompts[0].model_dump(exclude={"id"})
        session.add(Prompt(**{**again, "subject_name": "1.1.", "meeting_id": 1}))
        session.flush()
        session.add(Prompt(**again))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_folder_that_said_nothing_of_days_of_work_takes_nothing_back_that_was_said_in_chat_since(
    bare_engine: Engine, folder: Path
) -> None:
    now = datetime(2019, 9, 2, 9, tzinfo=UTC)
    migrate(bare_engine)
    with Session(bare_engine) as session:
        store(session, read_folder(folder), now)
        for row in session.exec(select(ImportedRow).where(ImportedRow.model == "Person")):
            row.values = {key: row.values[key] for key in row.values if key not in ("works", "prompt_hour")}
        session.commit()
    with bare_engine.begin() as connection:
        for column in ("works", "prompt_hour"):
            connection.execute(text(f"ALTER TABLE person DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))
    migrate(bare_engine)
    with Session(bare_engine) as session:
        ruth = session.exec(select(Person).where(Person.email == f"{LEAD}@example.org")).one()
        assert (ruth.works, ruth.prompt_hour) == ("", "")
        set_own_hours(session, ruth, "Mon-Wed", "10:00", now, ruth.id)
        store(session, read_folder(folder), now)
        assert (ruth.works, ruth.prompt_hour) == ("Mon-Wed", "10:00")


def _filled(of: Table) -> dict[str, Any]:
    """Something in each column that has to hold something."""
    kinds = {str: "", int: 0, bool: False, datetime: datetime(2021, 1, 4), date: date(2021, 1, 4), object: [], dict: []}  # noqa: DTZ001
    wanted = [c for c in of.columns if not c.nullable and not c.primary_key and c.server_default is None]
    return {c.name: c.type.enums[0] if isinstance(c.type, Enum) else kinds[c.type.python_type] for c in wanted}
