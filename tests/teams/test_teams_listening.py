"""What Teams delivers: recorded before it is acknowledged, repeated, late, and never lost; over real HTTP, signed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.inbound.event_recorder import EventRecorder, PendingSubmissions, Response
from remembrancer.bot.inbound.inbox import LeasedEvent
from remembrancer.bot.inbound.worker import Worker
from remembrancer.bot.teams.inbound.endpoint import Endpoint
from remembrancer.bot.teams.inbound.events import Event, parse
from remembrancer.bot.teams.inbound.receiver import Receiver, card_response, text_response
from remembrancer.clock import SetClock
from remembrancer.models import EventState, IncomingEvent
from remembrancer.wording import phrase
from tests.slack.hosting import until
from tests.slack.talking import broken
from tests.teams.activities import RUTH, activity, execute, message, page
from tests.teams.door import Door, settings
from tests.teams.issuing import Issuer, issuing
from tests.teams.serving import served, site

CLOCK = SetClock(datetime(2019, 9, 2, 9, tzinfo=UTC))
CARD = card_response({"type": "AdaptiveCard", "body": []})


def rows(engine: Engine) -> list[IncomingEvent]:
    with Session(engine) as session:
        return list(session.exec(select(IncomingEvent).order_by(col(IncomingEvent.id))))


class Hands:
    """Handles what is recorded, as the whole app does: a form's page is answered with a card."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.again: list[str] = []
        self.submissions = PendingSubmissions()
        self.holds, self.may_go_on, self.raises = False, asyncio.Event(), False

    async def handle(self, kept: LeasedEvent) -> None:
        heard = parse(kept.body)
        assert heard is not None
        self.handled.append(heard.key)
        if heard.kind == "page":
            await self.turn(heard)

    async def turn(self, heard: Event) -> None:
        with self.submissions.answering(heard.key, text_response("not sent")) as answering:
            if self.holds:
                await self.may_go_on.wait()
            if self.raises:
                raise RuntimeError("broken")
            answering(CARD)

    async def turn_again(self, heard: Event) -> None:
        self.again.append(heard.key)
        await self.turn(heard)

    async def give_up(self, kept: LeasedEvent) -> None:
        raise AssertionError(kept)


@contextmanager
def listening(engine: Engine, issuer: Issuer, hands: Hands, **more: Any) -> Iterator[Door]:
    """The gate, what is behind it and the worker, in one loop, as the service has them."""
    worker = Worker(engine, "teams", hands.handle, hands.give_up, CLOCK)
    recorder = EventRecorder(engine, "teams", CLOCK, worker.wake, hands.submissions, hands.turn_again)
    gate = Endpoint(settings(), Receiver(recorder, **more), cloud=issuer.cloud)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        gate.stop()
        hands.may_go_on.set()
        await recorder.stop()
        await worker.stop()

    with served(site(gate, lifespan)) as url:
        yield Door(url, issuer)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def door(engine: Engine, issuer: Issuer, hands: Hands) -> Iterator[Door]:
    with listening(engine, issuer, hands) as made:
        yield made


def answer(door: Door, given: Any) -> Any:
    """The body with which an invoke is acknowledged."""
    told = door.post(given, door.issuer.token())
    assert told.status_code == 200
    return told.json()


@pytest.mark.both_databases
def test_what_is_said_is_recorded_as_it_came_in_the_persons_own_lane(engine: Engine, door: Door, hands: Hands) -> None:
    assert door.post(message("on track"), door.issuer.token()).content == b""
    until(lambda: hands.handled)
    [row] = rows(engine)
    assert (row.platform, row.key) == ("teams", "a:personal-chat/1700000000002")
    assert (row.lane, row.body) == (RUTH["aadObjectId"], message("on track"))
    assert row.received_at == CLOCK.now()


@pytest.mark.both_databases
def test_what_is_delivered_again_and_again_at_once_is_handled_once(engine: Engine, door: Door, hands: Hands) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: door.says(message()), range(16))) == [200] * 16
    until(lambda: [row.state for row in rows(engine)] == [EventState.DONE])
    assert hands.handled == ["a:personal-chat/1700000000002"]


@pytest.mark.both_databases
def test_what_cannot_be_recorded_is_not_acknowledged_and_comes_again(engine: Engine, door: Door, hands: Hands) -> None:
    with broken(engine, "incoming_event"):
        assert door.says(message()) == 500
        assert door.says(execute({"action": "answer", "value": "17"})) == 500
        assert door.says(page()) == 500
    until(lambda: hands.submissions._waiting == {})
    assert [door.says(message()), door.says(execute({"action": "answer", "value": "17"}))] == [200, 200]
    until(lambda: len(hands.handled) == 2)
    assert len(rows(engine)) == 2


def test_a_press_is_answered_at_once_and_handled_after(engine: Engine, door: Door, hands: Hands) -> None:
    assert answer(door, execute({"action": "answer", "value": "17"})) == text_response(phrase("teams.heard"))
    until(lambda: hands.handled)
    assert rows(engine)[0].body["value"]["action"]["data"] == {"action": "answer", "value": "17"}


def test_a_forms_page_is_answered_with_what_becomes_of_it(engine: Engine, door: Door, hands: Hands) -> None:
    assert answer(door, page("next")) == CARD
    assert len(rows(engine)) == 1
    assert hands.submissions._waiting == {}


def test_a_page_that_is_delivered_again_is_answered_again_and_recorded_once(
    engine: Engine, door: Door, hands: Hands
) -> None:
    assert [answer(door, page()), answer(door, page())] == [CARD, CARD]
    assert (hands.handled, hands.again) == (["a:personal-chat/f:press-1"], ["a:personal-chat/f:press-1"])
    assert len(rows(engine)) == 1


def test_of_a_page_that_is_delivered_twice_at_once_both_are_answered(engine: Engine, door: Door, hands: Hands) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: answer(door, page()), range(4))) == [CARD] * 4
    assert len(rows(engine)) == 1


def test_what_fails_while_somebody_waits_is_said(engine: Engine, door: Door, hands: Hands) -> None:
    hands.raises = True
    assert answer(door, page()) == text_response("not sent")


def test_what_takes_too_long_is_acknowledged_all_the_same(engine: Engine, issuer: Issuer, hands: Hands) -> None:
    hands.holds = True
    with listening(engine, issuer, hands, patience=0.05) as door:
        assert answer(door, page()) == text_response(phrase("teams.takes_longer"))
    until(lambda: [row.state for row in rows(engine)] == [EventState.DONE])
    assert hands.submissions._waiting == {}


def test_what_fails_again_when_it_is_delivered_again_is_said_again(engine: Engine, door: Door, hands: Hands) -> None:
    hands.raises = True
    assert [answer(door, page()), answer(door, page())] == [text_response("not sent")] * 2
    assert len(rows(engine)) == 1


def test_an_answer_is_waited_for_before_it_is_recorded_for_it_may_be_handled_at_once(
    engine: Engine, door: Door, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_before: list[int] = []
    expect = hands.submissions.expect

    def noted(key: str) -> asyncio.Future[Response]:
        recorded_before.append(len(rows(engine)))
        return expect(key)

    monkeypatch.setattr(hands.submissions, "expect", noted)
    assert answer(door, page()) == CARD
    assert recorded_before == [0]


@pytest.mark.parametrize("kind", ["somethingNew", "messageReaction", "typing", "event"])
def test_what_is_not_listened_to_is_acknowledged_and_not_kept(engine: Engine, door: Door, kind: str) -> None:
    assert door.says(activity(kind)) == 200
    assert rows(engine) == []


def test_an_invoke_that_is_not_known_is_said_to_be_so(engine: Engine, door: Door) -> None:
    assert door.says(activity("invoke", name="task/fetch", value={})) == 501
    assert answer(door, execute({"of": "another app"})) == text_response(phrase("teams.not_understood"))
    assert rows(engine) == []


def test_that_we_are_installed_is_recorded(engine: Engine, door: Door, hands: Hands) -> None:
    assert door.says(activity("installationUpdate", action="add")) == 200
    until(lambda: hands.handled)
    assert len(rows(engine)) == 1


def test_what_another_tenant_says_is_not_recorded(engine: Engine, door: Door) -> None:
    assert door.says(message(channelData={"tenant": {"id": "another"}})) == 403
    assert rows(engine) == []
