"""A database that version 0008 filled goes on under today's: cards, drafts, open forms and prompts carry on.

tests/data/version-0008 holds what that version stored and posted: an organisation in the middle of a window, with a
draft read back and a half-typed form; and one whose boards' papers are asked about.
"""

import json
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Date, DateTime, Engine, MetaData, Table, func, insert, select
from sqlmodel import Session

from remembrancer.bot.inbound.open_forms import load
from remembrancer.bot.sandbox.chat import SandboxChat, chat_tables
from remembrancer.clock import SetClock
from remembrancer.models import OutgoingMessage, Prompt
from remembrancer.models.base import UtcDateTime
from remembrancer.models.database import migrate
from tests.conftest import ROOT
from tests.dialog import LEAD, SECRETARY, World, hold, presses, replies, says, sees_again, waits_until

pytestmark = [pytest.mark.check, pytest.mark.both_databases]
FORM = "XQfayiYSupN4ebC6H38C6w"
"""The token of the form that Helen Marsh had half typed."""


def world_of(name: str, engine: Engine, unsent: int | None = None) -> World:
    """The organisation as version 0008 left it, in a database that has just been migrated.

    `unsent` is the id of a message that had not gone out yet.
    """
    filled = json.loads((ROOT / "tests" / "data" / "version-0008" / f"{name}.json").read_text(encoding="utf-8"))
    for row in filled["tables"]["outgoing_message"]:
        if row["id"] == unsent:
            filled["posted"]["post"] = [post for post in filled["posted"]["post"] if post["key"] != row["key"]]
            row |= dict.fromkeys(("sent_at", "platform", "conversation", "remote_id"))
            row |= {"state": "PENDING", "attempts": 0}
    migrate(engine, "0008")
    tables = MetaData()
    tables.reflect(engine)
    put(engine, tables, filled["tables"])
    migrate(engine)
    world = World.__new__(World)
    world.engine, world.forms, world.events = engine, {}, 1_000
    world.clock = SetClock(datetime.fromisoformat(filled["now"]))
    world.chat = SandboxChat(None, world.clock)
    put(world.chat.engine, chat_tables, filled["posted"])
    return world


def put(engine: Engine, tables: MetaData, filled: dict[str, list[dict[str, Any]]]) -> None:
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            rows = [
                {key: _typed(table, key, value) for key, value in row.items()} for row in filled.get(table.name, [])
            ]
            if rows:
                # One statement, so that rows of a table may speak of each other.
                connection.execute(insert(table).values(rows))
            if rows and connection.dialect.name == "postgresql" and "id" in table.columns:
                counter = func.pg_get_serial_sequence(f'"{table.name}"', "id")
                connection.execute(select(func.setval(counter, max(row["id"] for row in rows))))


def _typed(table: Table, column: str, value: Any) -> Any:
    kind = table.columns[column].type
    if value is not None and isinstance(kind, DateTime | UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value is not None and isinstance(kind, Date) else value


def counts(world: World) -> tuple[int, int]:
    with Session(world.engine) as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (OutgoingMessage, Prompt))  # type: ignore[return-value]


def posted(world: World, *people: str) -> list[list[str]]:
    return [[post.message.text for post in world.posts(who)] for who in people]


def test_nobody_is_told_anything_twice_and_no_posted_card_changes(bare_engine: Engine) -> None:
    world = world_of("returns", bare_engine)
    everybody = (LEAD, SECRETARY, "tom.ashdown", "helen.marsh", "amara.nwosu")
    before = (counts(world), posted(world, *everybody))
    world.look()
    assert (counts(world), posted(world, *everybody)) == before


def test_a_draft_an_open_form_and_a_posted_card_carry_on(bare_engine: Engine) -> None:
    world = world_of("returns", bare_engine)
    form = load(world.engine, FORM, world.person_id("helen.marsh"))
    assert form is not None
    assert form.values["progress_description"] == "Half typed."
    hold(
        world,
        [
            (LEAD, says("mitigating with more staff"), "52"),
            ("tom.ashdown", presses("Change answer"), "Will the activity be delivered"),
            ("amara.nwosu", presses("Answer"), "Will the activity be delivered"),
            (LEAD, waits_until("2019-09-13 09:00"), "still to come from you"),
        ],
    )


def test_papers_that_were_asked_about_are_not_asked_again_and_their_cards_work(bare_engine: Engine) -> None:
    world = world_of("papers", bare_engine)
    everybody = (LEAD, SECRETARY, "helen.marsh", "margaret.linden")
    before = (counts(world), posted(world, *everybody))
    world.look()
    assert (counts(world), posted(world, *everybody)) == before
    with Session(world.engine) as session:
        assert session.scalar(select(func.count()).select_from(Prompt).where(Prompt.subject_kind == "paper")) == 28  # type: ignore[arg-type]
    hold(
        world,
        [
            (LEAD, presses("The draft is in", "Strategic"), "the draft is in. Thank you."),
            (LEAD, sees_again(), "✓ The draft is in."),
            (LEAD, replies("yes"), "Which one do you mean?"),
            ("helen.marsh", says("my"), "question"),
            (LEAD, waits_until("2021-06-03 09:00"), "Is it cleared?"),
        ],
    )


def test_papers_whose_message_had_not_gone_out_are_asked_about_once_with_what_it_asked(bare_engine: Engine) -> None:
    world = world_of("papers", bare_engine, unsent=14)
    before, rows = len(world.posts(LEAD)), counts(world)
    world.look()
    world.look()
    assert counts(world) == rows
    [post] = world.posts(LEAD)[before:]
    assert {button.action for part in post.message.parts for button in part.buttons} >= {"paper_yes", "paper_not_yet"}
    hold(world, [(LEAD, presses("The draft is in", "Strategic"), "the draft is in. Thank you.")])
