"""Recording in groups: each is answered for itself, and in the order in which it came."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from remembrancer.bot.inbound.event_recorder import BATCH_SIZE, BatchWriter
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.models import IncomingEvent
from remembrancer.models.database import create_tables, make_engine
from tests.profiles import thoroughness

pytestmark = pytest.mark.both_databases

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
CANNOT_BE_KEPT = {"text": object()}


def delivered(key: str, body: dict[str, Any] | None = None) -> NewEvent:
    return NewEvent(key, body or {"text": key}, NOW, "ruth")


def kept(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.exec(select(IncomingEvent.key).order_by(col(IncomingEvent.id))))


def recorded(engine: Engine, *all_at_once: NewEvent) -> list[bool | BaseException]:
    """What each is answered."""
    told: list[None] = []

    async def run() -> list[bool | BaseException]:
        recorder = BatchWriter(engine, "slack", lambda: told.append(None))
        found = await asyncio.gather(*map(recorder.record, all_at_once), return_exceptions=True)
        await recorder.stop()
        return found

    found = asyncio.run(run())
    assert len(told) == sum(isinstance(one, bool) for one in found)
    return found


def commits(engine: Engine) -> list[None]:
    """Grows by one with each."""
    made: list[None] = []
    event.listen(engine, "commit", lambda _connection: made.append(None))
    return made


def test_all_that_waits_is_kept_in_one_transaction_in_its_order(engine: Engine) -> None:
    made, keys = commits(engine), [f"Ev{number}" for number in range(BATCH_SIZE)]
    assert recorded(engine, *map(delivered, keys)) == [True] * BATCH_SIZE
    assert kept(engine) == keys
    assert len(made) == 1


def test_more_than_one_transaction_should_hold_are_kept_in_several(engine: Engine) -> None:
    made, keys = commits(engine), [f"Ev{number}" for number in range(2 * BATCH_SIZE + 1)]
    assert recorded(engine, *map(delivered, keys)) == [True] * len(keys)
    assert kept(engine) == keys
    assert len(made) == 3


@thoroughness(0.2)
@given(keys=st.lists(st.sampled_from("abcde"), max_size=20))
def test_of_what_is_delivered_again_the_first_alone_is_new(keys: Sequence[str]) -> None:
    engine = make_engine("sqlite://")
    create_tables(engine)
    assert recorded(engine, *map(delivered, keys)) == [keys.index(key) == at for at, key in enumerate(keys)]
    assert recorded(engine, *map(delivered, keys)) == [False] * len(keys)
    assert kept(engine) == list(dict.fromkeys(keys))
    engine.dispose()


def test_what_cannot_be_kept_keeps_no_other_from_being_kept(engine: Engine) -> None:
    first, broken, last = recorded(engine, delivered("a"), delivered("b", CANNOT_BE_KEPT), delivered("c"))
    assert (first, last) == (True, True)
    assert "not JSON serializable" in str(broken)
    assert kept(engine) == ["a", "c"]


def test_a_database_that_is_away_is_said_to_each_and_what_comes_later_is_kept(bare_engine: Engine) -> None:
    async def run(recorder: BatchWriter) -> None:
        for _ in range(2):
            with pytest.raises(SQLAlchemyError):
                await recorder.record(delivered("a"))
        await asyncio.to_thread(create_tables, bare_engine)
        assert await recorder.record(delivered("a"))

    _with_recorder(bare_engine, run)
    bare_engine.dispose()


def test_whoever_goes_away_meanwhile_has_said_it_all_the_same(engine: Engine) -> None:
    async def run(recorder: BatchWriter) -> None:
        gone = asyncio.create_task(recorder.record(delivered("a")))
        stays = asyncio.create_task(recorder.record(delivered("b")))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays

    _with_recorder(engine, run)
    assert kept(engine) == ["a", "b"]


def _with_recorder(engine: Engine, what: Callable[[BatchWriter], Awaitable[None]]) -> None:
    async def run() -> None:
        recorder = BatchWriter(engine, "slack", lambda: None)
        await what(recorder)
        await recorder.stop()

    asyncio.run(run())
