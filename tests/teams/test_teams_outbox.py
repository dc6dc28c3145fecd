"""The outbox over a strict Teams with every fault: nothing is lost, and what may be a repeat says so."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.teams.conversation_references import Reference, store_reference
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.intake.folder.reader import Folder
from remembrancer.models import Board, ChatAccount, OutgoingMessage, Person, SendState, TeamsKind
from remembrancer.models.message import Message, Part
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, deliver_due
from remembrancer.services.outbox import enqueue
from tests.delivery.scripted import NOW
from tests.delivery.world import load, organisation
from tests.free_time import FreeTime
from tests.teams.connected import connected
from tests.teams.saying import AGAIN
from tests.teams.strict import Faults, Limits, Teams
from tests.teams.strict.connector import Call
from tests.teams.strict.faults import CALLS, TOLD
from tests.teams.strict.state import Shown

SIZES = (1, 15, 30)
"""Parts of a message: one piece, two, and three."""

BETWEEN = timedelta(minutes=5)
ENOUGH = 400
SEEDS = range(4)


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return organisation(tmp_path_factory.mktemp("teams") / "organisation", leads=2)


def said(key: str, size: int) -> Message:
    """A headline and detail; each part is like no other."""
    parts = (Part(text=f"{key} part {n}.", detail=n > 0) for n in range(size))
    return Message(parts=tuple(parts))


@dataclass
class Office:
    """Everybody in Teams, one board's channel, and what each is to be told (key: conversation and parts)."""

    engine: Engine
    teams: Teams
    time: FreeTime
    now: datetime = NOW
    wanted: dict[str, tuple[str, int]] = field(default_factory=dict)
    looks: int = 0

    def settle_in(self) -> None:
        with Session(self.engine) as session:
            for account in session.exec(select(ChatAccount)):
                member = self.teams.person(account.conversation)
                account.platform, account.account = "teams", member.account
                account.conversation = self.teams.chat(member)
            told = Reference(self.teams.channel(), self.teams.url, self.teams.tenant, TeamsKind.CHANNEL, "Cabinet")
            store_reference(session, told, NOW, loopback=True)
            board = session.exec(select(Board)).first()
            assert board is not None
            board.channel = "#cabinet"
            session.flush()
            self._tell(session, board, told.conversation)
            for account, person in session.exec(select(ChatAccount, Person).join(Person)).all():
                self._tell(session, person, account.conversation)
            session.commit()

    def _tell(self, session: Session, to: Person | Board, conversation: str) -> None:
        for number, size in enumerate(SIZES):
            key = f"{type(to).__name__}-{to.id}-{number}"
            enqueue(session, to, said(key, size), key=key, kind="test", because="test", now=NOW, immediate=True)
            self.wanted[key] = (conversation, size)

    def deliver(self, transport: TeamsTransport, options: DeliveryOptions = DeliveryOptions()) -> bool:
        """One look, and a while until the next; whether something is left."""
        deliver_due(self.engine, {"teams": transport}, recheck, self.now, options)
        self.now += BETWEEN
        self.time.now += BETWEEN.total_seconds()
        self.looks += 1
        assert self.looks < ENOUGH, "it never ends"
        return any(row.state != SendState.SENT for row in self.rows())

    def rows(self) -> list[OutgoingMessage]:
        with Session(self.engine) as session:
            return list(session.exec(select(OutgoingMessage).order_by(col(OutgoingMessage.id))))

    def posts(self, key: str) -> list[Call]:
        """What was posted of a message, whether it arrived or not."""
        return [call for call in self.teams.called("post") if f"{key} part " in str(call.activity)]


@contextmanager
def office(engine: Engine, content: Folder, seed: int, limited: bool = True) -> Iterator[Office]:
    """An office on a day on which everything goes wrong."""
    load(engine, content)
    time = FreeTime()
    faults = Faults(seed, dict.fromkeys(CALLS, 0.04))
    faults.arm("post", random.Random(seed).sample([*CALLS, *["no fault"] * 10], len(CALLS) + 10))
    with Teams(faults, Limits(time) if limited else None, hang=0.01) as teams:
        made = Office(engine, teams, time)
        made.settle_in()
        yield made
    assert set(faults.counts) == set(CALLS)


def says_so(shown: list[Shown], key: str, part: int) -> bool:
    """Whether between each showing of a part and the one before, that included, it is said that it may be a repeat."""
    told = True
    for one in shown:
        mine = f"{key} part " in one.text
        told = told or (mine and AGAIN in one.text)
        if f"{key} part {part}." in one.text:
            if not told:
                return False
            told = False
    return True


def judge(made: Office, restarted: bool = False) -> None:
    rows = {row.key: row for row in made.rows()}
    for key, (conversation, size) in made.wanted.items():
        shown = made.teams.shown(conversation)
        kept = [one for one in shown if one.id in (rows[key].remote_id or "").split(",")]
        parts = [text for one in kept for text in one.text.split("\n\n") if text != AGAIN]
        assert parts == [f"{key} part {n}." for n in range(size)], "it is whole where the outbox says that it is"
        assert all(says_so(shown, key, part) for part in range(size))
        repeats = sum(AGAIN in one.text for one in shown if f"{key} part " in one.text)
        unknowable = [call for call in made.posts(key) if call.fault and call.fault not in TOLD]
        assert repeats <= len(unknowable) or restarted, "only where nobody could know"


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_only_what_nobody_could_know_may_be_a_repeat_and_says_so(
    engine: Engine, content: Folder, seed: int
) -> None:
    with office(engine, content, seed) as made, connected(made.teams, engine, made.time) as transport:
        while made.deliver(transport):
            pass
        judge(made)
        assert made.teams.limits is not None
        assert made.teams.limits.violations == {}


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_so_it_is_where_the_service_starts_anew_again_and_again(engine: Engine, content: Folder, seed: int) -> None:
    with office(engine, content, seed) as made:
        left = True
        while left:
            with connected(made.teams, engine, made.time) as transport:
                left = made.deliver(transport)
        judge(made, restarted=True)


@pytest.mark.both_databases
def test_so_it_is_where_several_are_told_at_a_time(engine: Engine, content: Folder) -> None:
    with office(engine, content, 7, limited=False) as made, connected(made.teams, engine, made.time) as transport:
        while made.deliver(transport, DeliveryOptions(together=4)):
            pass
        judge(made)
