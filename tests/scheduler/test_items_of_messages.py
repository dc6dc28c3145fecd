"""What each message is about: its items with programme, window, meeting, due and ref, in the preview and as sent."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.models import OutgoingMessage
from tests.dialog import ADMIN, LEAD, SECRETARY, World, fills_in, hold, london, presses, says, waits_until

NOW = datetime(2019, 8, 28, 9, tzinfo=UTC)
RUTH, NAOMI, JOANNA = (f"{name}@example.org" for name in ("ruth.fairbrass", "naomi.fielding", "joanna.pell"))
SDP, Q2 = "strategic-delivery-plan", "2019-20-q2"
CLOSE, LOCK = "2019-09-13T17:00:00+01:00", "2019-09-20T17:00:00+01:00"
KEYS = ["programme", "window", "meeting", "due", "ref"]
Record = dict[str, Any]


class SetClock:
    def now(self) -> datetime:
        return NOW


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def in_window(ref: str | None, due: str | None) -> Record:
    return {"programme": SDP, "window": Q2, "meeting": None, "due": due, "ref": ref}


@pytest.fixture
def planned(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[Record]:
    """The preview of a quarter in which nobody answers."""
    for file in (folder / "responses").glob("*q2.csv"):
        file.unlink()
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    assert run("load", str(folder)).exit_code == 0
    found: list[Record] = json.loads(run("preview", "--days", "30", "--json").stdout)
    return found


@pytest.fixture
def sent(planned: list[Record], folder: Path, tmp_path: Path) -> list[Record]:
    """The messages that the same quarter sends."""
    run("simulate", str(folder), "--from", "2019-08-28", "--to", "2019-09-26", "--out", str(tmp_path / "out"))
    return [json.loads(line) for line in (tmp_path / "out" / "messages.jsonl").read_text("utf-8").splitlines()]


def of(records: list[Record], to: str, kind: str) -> list[Record]:
    [found] = [each["items"] for each in records if (each["to"], each["kind"]) == (to, kind)]
    return list(found)


def test_each_item_has_its_programme_window_and_the_deadline_that_the_message_names(planned: list[Record]) -> None:
    assert of(planned, RUTH, "opening") == [in_window("52", CLOSE)]
    assert of(planned, NAOMI, "manager_told")[0] == in_window("45", CLOSE)
    assert [each["ref"] for each in of(planned, "helen.marsh@example.org", "half_way")] == ["48", "54"]


def test_what_is_about_a_whole_window_says_so_without_a_ref(planned: list[Record]) -> None:
    drafts = [each["items"] for each in planned if each["kind"] == "digest_draft"]
    assert drafts == [[in_window(None, CLOSE)], [in_window(None, LOCK)]]
    assert of(planned, "#asch-cabinet-committee", "digest_close") == [in_window(None, None)]


def test_every_item_of_every_message_has_these_keys_and_times_with_the_offset_of_the_organisation(
    planned: list[Record], sent: list[Record]
) -> None:
    for record in (*planned, *sent):
        assert record["at"].endswith("+01:00")
        for item in record["items"]:
            assert list(item) == KEYS
            assert item["due"] is None or item["due"].endswith("+01:00")


def test_what_the_preview_says_of_items_is_what_the_messages_are_about(
    planned: list[Record], sent: list[Record]
) -> None:
    def told(records: list[Record]) -> list[str]:
        return sorted(json.dumps([each["at"], each["to"], each["kind"], each["items"]]) for each in records)

    assert told(planned) == told(sent)


@pytest.fixture
def world(engine: Engine) -> World:
    world = World(engine)
    world.wait_until("2019-08-30 09:00")
    return world


def about(world: World, kind: str) -> list[tuple[str | None, datetime | None]]:
    """The ref and the deadline of what the newest message of this kind is about."""
    with Session(world.engine) as session:
        query = select(OutgoingMessage).where(OutgoingMessage.kind == kind).order_by(col(OutgoingMessage.id).desc())
        row = session.exec(query).first()
        assert row is not None
        assert {(each.programme, each.window) for each in row.items} == {(SDP, Q2)}
        return [(each.ref, each.due) for each in row.items]


@pytest.mark.both_databases
def test_what_people_are_told_of_an_item_in_chat_names_it(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Not mine"), "Whose is it?"),
            (LEAD, fills_in(post="unknown", reason="No."), "The secretary is told"),
        ],
    )
    assert about(world, "disowned") == [("52", None)]
    stays = next(button.label for button in world.buttons(SECRETARY) if button.label.startswith("It stays"))
    hold(
        world, [(SECRETARY, presses(stays), "Why does it stay?"), (SECRETARY, fills_in(reason="It is."), "stays with")]
    )
    assert about(world, "lead_kept") == [("52", datetime.fromisoformat(CLOSE))]


def test_whoever_is_asked_after_the_close_is_told_the_lock_as_the_deadline(world: World) -> None:
    world.wait_until("2019-09-16 12:00")
    hold(world, [(SECRETARY, says("chase 52"), "Ruth Fairbrass is asked now for 52.")])
    assert about(world, "chased") == [("52", datetime.fromisoformat(LOCK))]


def test_a_correction_names_the_items_that_it_speaks_of(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (ADMIN, says("window extend q2"), "By how much?"),
            (ADMIN, fills_in(by="1"), "until Monday 16 September 2019, 17:00"),
            (ADMIN, presses("Do it"), "is extended"),
            (LEAD, waits_until("2019-08-30 12:00"), "now closes on Monday 16 September 2019, 17:00"),
        ],
    )
    assert about(world, "correction") == [("52", london("2019-09-16 17:00"))]
