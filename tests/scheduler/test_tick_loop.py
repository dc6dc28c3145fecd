"""When the service ticks: at what is foreseen, soon after a change, and never for nothing."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import Engine
from sqlmodel import Session
from structlog.testing import capture_logs

from remembrancer.bot.sandbox.chat import PLATFORM
from remembrancer.models import Person
from remembrancer.models.message import message
from remembrancer.scheduler.tick import tick
from remembrancer.scheduler.tick_loop import LONGEST_WAIT, TickLoop
from remembrancer.services.outbox import enqueue
from tests.dialog import World, london

pytestmark = pytest.mark.both_databases

RETRY = timedelta(minutes=1)
QUIET = "2019-09-04 10:00"
"""Within the window, the morning's messages are out."""


@dataclass
class Service:
    """A loop over a world, with what it asked to be scheduled."""

    world: World
    waits: list[float] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)
    fails: bool = False
    writes_unasked: bool = False

    def __post_init__(self) -> None:
        self.loop = TickLoop(self.world.engine, self.tick, self.world.clock, RETRY, self.waits.append)

    def tick(self, now: datetime) -> bool:
        self.ticks.append(now)
        if self.fails:
            raise RuntimeError("broken")
        if self.writes_unasked:
            enqueue_for(self.world, now)
        return tick(self.world.engine, {PLATFORM: self.world.chat}, now)

    def look_at(self, moment: datetime) -> bool:
        """Look then; whether it ticked."""
        before = len(self.ticks)
        self.world.clock.set(moment)
        self.loop.look()
        return len(self.ticks) > before


@pytest.fixture
def service(engine: Engine) -> Service:
    return Service(World(engine, until=QUIET))


def test_it_ticks_at_the_start_and_then_not_before_something_may_be_due(service: Service) -> None:
    start = service.world.clock.now()
    assert service.look_at(start)
    next_at = start + timedelta(seconds=service.waits[-1])
    assert start < next_at <= start + LONGEST_WAIT
    assert not service.look_at(next_at - timedelta(seconds=1))
    assert service.look_at(next_at)


def test_what_is_due_is_done_at_its_moment(service: Service) -> None:
    service.look_at(london("2019-09-05 16:50"))
    enqueue_for(service.world, london("2019-09-05 16:52:30"))
    service.loop.wake()
    service.loop._rest_until = 0.0
    service.look_at(london("2019-09-05 16:50") + RETRY)
    assert service.waits[-1] == 90.0
    assert service.look_at(london("2019-09-05 16:52:30"))


def enqueue_for(world: World, moment: datetime) -> None:
    """A note to be sent then."""
    with Session(world.engine) as session:
        person, key = session.get_one(Person, 1), f"note-{moment.isoformat()}"
        enqueue(session, person, message("Good morning"), key=key, kind="note", now=moment, not_before=moment)
        session.commit()


def test_after_a_change_it_ticks_once_it_has_rested(service: Service) -> None:
    now = service.world.clock.now()
    service.look_at(now)
    service.loop.wake()
    assert not service.look_at(now), "the tick before was only just now"
    assert 0 < service.waits[-1] <= 10
    service.loop._rest_until = 0.0
    assert service.look_at(now)
    assert not service.look_at(now)


def test_a_tick_that_fails_is_tried_again_after_a_minute(service: Service) -> None:
    now = service.world.clock.now()
    service.fails = True
    with pytest.raises(RuntimeError):
        service.look_at(now)
    assert service.waits[-1] == RETRY.total_seconds()
    service.fails = False
    assert not service.look_at(now + RETRY / 2)
    assert service.look_at(now + RETRY)


def test_what_no_moment_was_foreseen_for_is_said_to_be_late(service: Service) -> None:
    start = london("2019-09-05 20:00")  # nothing is due in the evening
    service.look_at(start)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with capture_logs() as logs:
        assert service.look_at(start + LONGEST_WAIT)
    assert not [each for each in logs if each["event"] == "tick too late"]
    service.writes_unasked = True
    with capture_logs() as logs:
        assert service.look_at(start + 2 * LONGEST_WAIT)
    assert [each["log_level"] for each in logs if each["event"] == "tick too late"] == ["error"]


def test_while_everything_is_paused_the_messages_that_wait_cost_nothing(service: Service) -> None:
    world = service.world
    world.incoming("asif.chaudhry", "text", text="pause")
    start = london("2019-09-05 08:00")
    service.look_at(start)
    enqueue_for(world, start)
    service.loop.wake()
    service.loop._rest_until = 0.0
    assert service.look_at(start + timedelta(seconds=20))
    assert service.waits[-1] > RETRY.total_seconds()


def test_once_it_is_stopped_nothing_more_is_scheduled(service: Service) -> None:
    service.loop.stop()
    service.look_at(service.world.clock.now())
    service.loop.wake()
    assert service.waits == []
