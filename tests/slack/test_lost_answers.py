"""Five hundred typed answers while the database drops connections: two replicas handle them, and none is lost."""

import asyncio
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, select

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.inbox import LeasedEvent, NewEvent
from remembrancer.bot.inbound.worker import Worker
from remembrancer.bot.slack.inbound.dispatch import SlackDispatcher
from remembrancer.bot.slack.inbound.events import parse
from remembrancer.clock import SystemClock
from remembrancer.models import ChatAccount, Draft, EventState, IncomingEvent, OutgoingMessage, Return
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from tests.dialog import World

pytestmark = pytest.mark.storm
ANSWERS, SECONDS, SEED = 500, 240, 20260902
PLATFORM = "slack"


def leads(world: World) -> dict[str, tuple[int, str]]:
    """The account of each lead with one item: their id, and the item's ref."""
    with Session(world.engine) as session:
        facts = load_facts(session)
        items = defaultdict(list)
        for ret in session.exec(select(Return)):
            for person, _ in recipients.lead(facts, ret, world.clock.now()):
                items[stored_id(person.id)].append(facts.items[ret.item_id].ref)
        found = {}
        for person_id, refs in items.items():
            account = session.exec(select(ChatAccount).where(ChatAccount.person_id == person_id)).one()
            account.platform, account.account = PLATFORM, f"U{person_id:08}"
            found[account.account] = (person_id, refs[0])
        session.commit()
    return found


@contextmanager
def dropping_connections(engine: Engine) -> Iterator[list[int]]:
    """While the block runs, connections of this database are ended by the server, now and then; how many were."""
    stop, ended, chance = threading.Event(), [0], random.Random(SEED)
    admin = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    query = text("SELECT pid FROM pg_stat_activity WHERE datname = :name AND state IS NOT NULL")

    def drop() -> None:
        while not stop.wait(chance.uniform(0.1, 0.5)):
            with admin.connect() as connection:
                pids = list(connection.execute(query, {"name": engine.url.database}).scalars())
                if pids:
                    connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": chance.choice(pids)})
                    ended[0] += 1

    thread = threading.Thread(target=drop)
    thread.start()
    try:
        yield ended
    finally:
        stop.set()
        thread.join()
        admin.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_no_typed_answer_is_lost_while_connections_are_dropped(engine: Engine) -> None:
    world, clock = World(engine, until="2019-08-30 09:00"), SystemClock()
    accounts, chance = leads(world), random.Random(SEED)
    sent: dict[str, list[str]] = defaultdict(list)
    for number in range(ANSWERS):
        user = chance.choice(list(accounts))
        words = f"word{number:03} was said of it today"
        said = f"{accounts[user][1]}: {words}"
        sent[user].append(f"word{number:03}")
        event = {"type": "message", "channel_type": "im", "channel": f"D{user}", "user": user, "text": said}
        body = {"type": "event_callback", "event_id": f"Ev{number}", "event": event | {"ts": str(number)}}
        inbox.record(engine, PLATFORM, [NewEvent(f"Ev{number}", body, clock.now(), user)])
    with dropping_connections(engine) as ended:
        asyncio.run(_handled_by_two(engine, world))
    assert ended[0] > ANSWERS / 10, "the storm has blown"
    with Session(engine) as session:
        states = [event.state for event in session.exec(select(IncomingEvent))]
        assert states == [EventState.DONE] * ANSWERS
        for user, said_words in sent.items():
            drafts = session.exec(select(Draft).where(Draft.person_id == accounts[user][0])).all()
            kept = " ".join(str(draft.answers) for draft in drafts)
            assert [word for word in said_words if word.lower() not in kept.lower()] == []
        told = session.exec(select(OutgoingMessage.body)).all()
        assert not any("Something went wrong" in str(body) for body in told)


async def _handled_by_two(engine: Engine, world: World) -> None:
    """Two replicas, each with connections of its own, until nothing waits."""
    replicas = [create_engine(engine.url, pool_pre_ping=False) for _ in range(2)]
    workers = []
    for replica in replicas:
        dispatcher = SlackDispatcher(replica, world.clock)

        async def handle(leased: LeasedEvent, dispatcher: SlackDispatcher = dispatcher) -> None:
            event = parse(leased.body)
            assert event is not None
            assert await asyncio.to_thread(dispatcher.handle_text, event) is not None

        async def give_up(_leased: LeasedEvent) -> None:
            return

        workers.append(Worker(replica, PLATFORM, handle, give_up, SystemClock()))
    for worker in workers:
        worker.start()
    until = asyncio.get_running_loop().time() + SECONDS
    while asyncio.get_running_loop().time() < until and await asyncio.to_thread(_waiting, engine):
        await asyncio.sleep(0.2)
    for worker in workers:
        await worker.stop()
    for replica in replicas:
        replica.dispose()


def _waiting(engine: Engine) -> bool:
    """Whether an event still waits; a question that the storm breaks off is asked again."""
    try:
        with Session(engine) as session:
            query = select(IncomingEvent.id).where(IncomingEvent.state == EventState.WAITING)
            return session.exec(query).first() is not None
    except Exception:  # noqa: BLE001  (the storm's own doing)
        return True
