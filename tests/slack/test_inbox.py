"""The inbox: one row whatever is repeated, order within a lane, and nothing lost by a crash."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, select

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.inbox import DATABASE_AWAY, LEASE, MAX_ATTEMPTS, PLATFORM_AWAY, LeasedEvent, NewEvent
from remembrancer.bot.inbound.worker import Worker
from remembrancer.clock import SetClock
from remembrancer.models import EventState, IncomingEvent
from remembrancer.models.database import is_connection_lost, make_engine
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from tests.slack.waiting import until

pytestmark = pytest.mark.both_databases

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)


def put(engine: Engine, key: str, lane: str = "ruth") -> bool:
    [is_new] = inbox.record(engine, "slack", [NewEvent(key, {"text": key}, NOW, lane)])
    return is_new


def rows(engine: Engine) -> list[IncomingEvent]:
    with Session(engine) as session:
        return list(session.exec(select(IncomingEvent).order_by(col(IncomingEvent.id))))


def test_what_is_delivered_again_is_recorded_once(engine: Engine) -> None:
    assert put(engine, "Ev1")
    assert not put(engine, "Ev1")
    assert [row.body for row in rows(engine)] == [{"text": "Ev1"}]


def test_two_platforms_may_use_one_name(engine: Engine) -> None:
    assert put(engine, "Ev1")
    assert inbox.record(engine, "teams", [NewEvent("Ev1", {}, NOW)]) == [True]


def test_of_two_deliveries_at_once_one_is_recorded(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda _: put(engine, "Ev1"), range(16)))
    assert sum(new) == 1


def test_what_cannot_be_recorded_is_not_taken_for_a_repeat(bare_engine: Engine) -> None:
    with pytest.raises(SQLAlchemyError):
        put(bare_engine, "Ev1")
    bare_engine.dispose()


def test_a_lane_goes_on_only_when_its_first_event_is_done(engine: Engine) -> None:
    for key, lane in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        put(engine, key, lane)
    first, other = inbox.lease_next(engine, "slack", NOW), inbox.lease_next(engine, "slack", NOW)
    assert first is not None
    assert other is not None
    assert (first.key, other.key) == ("a1", "b1")
    assert inbox.lease_next(engine, "slack", NOW) is None
    inbox.mark_done(engine, first, NOW)
    second = inbox.lease_next(engine, "slack", NOW)
    assert second is not None
    assert second.key == "a2"


def test_of_several_at_once_each_event_is_leased_by_one(engine: Engine) -> None:
    for number in range(6):
        put(engine, f"Ev{number}", f"lane{number}")
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: inbox.lease_next(engine, "slack", NOW), range(12)))
    keys = sorted(each.key for each in taken if each)
    assert len(keys) == len(set(keys))


def test_what_a_crash_left_is_leased_again_when_its_lease_runs_out(engine: Engine) -> None:
    put(engine, "Ev1")
    lost = inbox.lease_next(engine, "slack", NOW)
    assert lost is not None
    assert inbox.lease_next(engine, "slack", NOW + LEASE - timedelta(seconds=1)) is None
    again = inbox.lease_next(engine, "slack", NOW + LEASE)
    assert again is not None
    assert again.attempts == 2
    inbox.mark_done(engine, lost, NOW)
    assert rows(engine)[0].state == EventState.WAITING


def test_what_fails_waits_longer_each_time_and_fails_for_good_at_last(engine: Engine) -> None:
    put(engine, "Ev1")
    now, waits = NOW, []
    for _ in range(MAX_ATTEMPTS):
        kept = inbox.lease_next(engine, "slack", now)
        assert kept is not None
        inbox.mark_failed(engine, kept, "no", now)
        [row] = rows(engine)
        waits.append((row.leased_until or now) - now)
        now = row.leased_until or now
    assert waits == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 16, 32, 0)]
    assert (row.state, row.problem) == (EventState.FAILED, "no")
    assert inbox.lease_next(engine, "slack", now + timedelta(days=1)) is None


class Hands:
    """A handler that tells what it did, and raises as long as it is told to."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.given_up: list[str] = []
        self.raises = 0

    async def handle(self, kept: LeasedEvent) -> None:
        if self.raises:
            self.raises -= 1
            raise RuntimeError("broken")
        self.handled.append(kept.key)

    async def give_up(self, kept: LeasedEvent) -> None:
        self.given_up.append(kept.key)


def worked(engine: Engine, hands: Hands, clock: SetClock, seen: Callable[[], bool]) -> None:
    """Run a worker until something is seen, waking it as time passes."""

    async def run() -> None:
        worker = Worker(engine, "slack", hands.handle, hands.give_up, clock)
        worker.start()

        def again() -> bool:
            clock.set(clock.now() + timedelta(seconds=1))
            worker.wake()
            return seen()

        await until(again)
        await worker.stop()

    asyncio.run(run())


def test_a_worker_begins_with_what_was_left_and_keeps_the_order(engine: Engine) -> None:
    keys = [f"Ev{number}" for number in range(5)]
    for key in keys:
        put(engine, key)
    hands = Hands()
    worked(engine, hands, SetClock(NOW), lambda: len(hands.handled) == len(keys))
    assert hands.handled == keys
    assert {row.state for row in rows(engine)} == {EventState.DONE}


def test_an_event_that_raises_is_tried_again_and_holds_up_its_own_lane_alone(engine: Engine) -> None:
    hands = Hands()
    hands.raises = 2
    for key, lane in (("a1", "a"), ("a2", "a")):
        put(engine, key, lane)
    worked(engine, hands, SetClock(NOW), lambda: len(hands.handled) == 2)
    assert hands.handled == ["a1", "a2"]
    assert rows(engine)[0].attempts == 3


def test_an_event_that_never_succeeds_is_given_up_once_and_the_next_is_handled(engine: Engine) -> None:
    hands = Hands()
    hands.raises = MAX_ATTEMPTS
    for key in ("a1", "a2"):
        put(engine, key, "a")
    worked(engine, hands, SetClock(NOW), lambda: hands.handled == ["a2"])
    assert hands.given_up == ["a1"]
    assert [row.state for row in rows(engine)] == [EventState.FAILED, EventState.DONE]


class Away(Hands):
    """The platform cannot be asked, so many times."""

    def __init__(self, times: int, trouble: Trouble = Trouble.AGAIN) -> None:
        super().__init__()
        self.times, self.trouble = times, trouble

    async def handle(self, kept: LeasedEvent) -> None:
        if self.times:
            self.times -= 1
            raise SendError(self.trouble, "HTTP 503")
        await super().handle(kept)


@pytest.mark.parametrize("trouble", [Trouble.AGAIN, Trouble.STOPPED])
def test_while_the_platform_is_away_an_event_waits_for_it_and_is_not_given_up(engine: Engine, trouble: Trouble) -> None:
    hands = Away(4 * MAX_ATTEMPTS, trouble)
    for key in ("a1", "a2"):
        put(engine, key, "a")
    worked(engine, hands, SetClock(NOW), lambda: len(hands.handled) == 2)
    assert (hands.handled, hands.given_up) == (["a1", "a2"], [])
    assert [row.state for row in rows(engine)] == [EventState.DONE] * 2


def test_a_bug_after_an_outage_has_all_its_attempts(engine: Engine) -> None:
    hands = Away(MAX_ATTEMPTS)
    hands.raises = MAX_ATTEMPTS - 1
    put(engine, "a1")
    worked(engine, hands, SetClock(NOW), lambda: hands.handled == ["a1"])
    assert hands.given_up == []


def test_who_waited_for_a_platform_for_a_day_is_given_up(engine: Engine) -> None:
    hands = Away(10**6)
    put(engine, "a1")
    worked(engine, hands, SetClock(NOW + PLATFORM_AWAY.longest), lambda: bool(hands.given_up))
    assert rows(engine)[0].state == EventState.FAILED


class Dropped(Hands):
    """The database drops our connection while an event is handled, so many times."""

    def __init__(self, engine: Engine, times: int) -> None:
        super().__init__()
        self.engine, self.times = engine, times

    async def handle(self, kept: LeasedEvent) -> None:
        if self.times:
            self.times -= 1
            await asyncio.to_thread(self._drop)
        await super().handle(kept)

    def _drop(self) -> None:
        with self.engine.connect() as connection, self.engine.connect() as other:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            connection.execute(text("SELECT 1"))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_dropped_connection_counts_as_no_attempt(engine: Engine) -> None:
    hands = Dropped(engine, 2 * MAX_ATTEMPTS)
    put(engine, "a1")
    worked(engine, hands, SetClock(NOW), lambda: hands.handled == ["a1"])
    assert (hands.given_up, rows(engine)[0].attempts) == ([], 1)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_an_event_that_drops_the_connection_for_ten_minutes_is_given_up(engine: Engine) -> None:
    hands = Dropped(engine, 10**6)
    put(engine, "a1")
    worked(engine, hands, SetClock(NOW + DATABASE_AWAY.longest), lambda: bool(hands.given_up))
    assert rows(engine)[0].state == EventState.FAILED


def test_a_server_that_cannot_be_reached_is_an_outage_and_a_wrong_statement_is_none(engine: Engine) -> None:
    away = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(SQLAlchemyError) as unreachable:
        away.connect()
    with pytest.raises(SQLAlchemyError) as wrong, engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    assert [is_connection_lost(error.value) for error in (unreachable, wrong)] == [True, False]


@pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DOUBT, Trouble.OURS])
def test_what_is_refused_for_good_or_may_be_done_twice_is_given_up_as_what_raises(
    engine: Engine, trouble: Trouble
) -> None:
    hands = Away(MAX_ATTEMPTS, trouble)
    put(engine, "a1")
    worked(engine, hands, SetClock(NOW), lambda: hands.given_up == ["a1"])


def test_stopping_waits_for_what_is_being_handled(engine: Engine) -> None:
    put(engine, "Ev1")
    began, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def slow(kept: LeasedEvent) -> None:
        began.set()
        await may_end.wait()
        ended.append(kept.key)

    async def run() -> None:
        worker = Worker(engine, "slack", slow, Hands().give_up, SetClock(NOW))
        worker.start()
        await asyncio.wait_for(began.wait(), 10)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        may_end.set()
        await asyncio.wait_for(stopping, 10)

    asyncio.run(run())
    assert ended == ["Ev1"]
    assert rows(engine)[0].state == EventState.DONE


def test_a_database_that_is_away_does_not_end_the_worker(bare_engine: Engine) -> None:
    hands = Hands()

    async def run() -> None:
        worker = Worker(bare_engine, "slack", hands.handle, hands.give_up, SetClock(NOW))
        worker.start()
        await asyncio.sleep(0)
        await asyncio.to_thread(SQLModel.metadata.create_all, bare_engine)
        await asyncio.to_thread(put, bare_engine, "Ev1")

        def seen() -> bool:
            worker.wake()
            return hands.handled == ["Ev1"]

        await until(seen)
        await worker.stop()

    asyncio.run(run())
    bare_engine.dispose()
