"""A whole quarter on any platform: everybody of the example, the boards' channels, an app that may die at any time.

Time is the test's own: it moves on from one moment that matters to the next, and wherever somebody waits.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import and_, or_
from sqlmodel import Session, col, delete, select

from remembrancer.models import Board, ChatAccount, OutgoingMessage, Person, SendState
from remembrancer.models.database import create_tables
from remembrancer.queries.facts import load_facts
from remembrancer.rules.prompts.due import moments
from tests.dialog import World, london
from tests.storm.life import Life, StormClock, engine_at

BEGINS, ENDS = "2019-08-30 08:30", "2019-09-25 12:00"
"""It ends on a Wednesday: the window locks on the Friday before, and what was drafted late for it posts by then."""

TOGETHER = 4
SEEN = 0.6
LOOKS = 4


class Process(Protocol):
    """The service, from its start to its end."""

    @property
    def life(self) -> Life: ...
    def look(self, together: int) -> None: ...
    def wake(self) -> None: ...
    def rest(self) -> None:
        """Until it has done all that it was asked for, or is dead."""

    def end(self) -> None:
        """Stop, or clear away what is left of a process that was killed."""


class Quarter(ABC):
    """From before the opening of the example's Quarter 2 until after its lock. `process` is the one that runs."""

    process: Process

    def __init__(self, seed: int, clock: StormClock, file: Path) -> None:
        self.dice = random.Random(f"quarter {seed}")
        self.clock, self.file = clock, file
        self.together = 1 if seed % 4 < 2 else TOGETHER
        self.engine = engine_at(file)
        create_tables(self.engine)
        self.world = World(self.engine)
        self.restarts: list[datetime] = []
        self.users: dict[str, str] = {}
        self._settle_in()
        self.start()

    def _settle_in(self) -> None:
        """Everybody has an account on the platform, of which we do not know."""
        with Session(self.engine) as session:
            session.exec(delete(ChatAccount))
            for email in session.exec(select(Person.email).order_by(col(Person.id))):
                self.users[email.partition("@")[0]] = self.person(email)
            for channel in session.exec(select(Board.channel)):
                self.channel(channel.removeprefix("#"))
            session.commit()

    @abstractmethod
    def person(self, email: str) -> str:
        """Somebody new on the platform; their account."""

    @abstractmethod
    def channel(self, name: str) -> None:
        """A new channel there."""

    @abstractmethod
    def start(self) -> None:
        """A process, over the same database as the one before."""

    @abstractmethod
    def match(self) -> None:
        """Until everybody is known."""

    @abstractmethod
    def deliver_again(self) -> None:
        """As the platform does after a while with all that was not acknowledged."""

    @abstractmethod
    def calm(self) -> None:
        """No more faults."""

    @property
    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """How often each class of fault struck."""

    @property
    @abstractmethod
    def calls(self) -> int:
        """How often the app has called the platform."""

    def moments(self) -> list[datetime]:
        """Of those that matter some are missed, as by a service that is down: that loses nothing."""
        with Session(self.engine) as session:
            coming = moments(load_facts(session), self.clock.now(), london(ENDS))
        return [*(moment for moment in coming if self.dice.random() < SEEN), london(ENDS)]

    def move_to(self, moment: datetime) -> None:
        """What is under way is ended first: a clock that leaps would make its leases run out."""
        self.rest()
        self.clock.set(moment)
        self.process.wake()
        self.look()

    def look(self) -> None:
        """And a few times again where something did not go out: nothing is on its way for days."""
        for _ in range(LOOKS):
            self.process.look(self.together)
            self.revive()
            if not self._has_failed():
                return
            self.rest()
            self.clock.sleep(90)

    def _has_failed(self) -> bool:
        failed = and_(col(OutgoingMessage.state) == SendState.PENDING, col(OutgoingMessage.problem).is_not(None))
        with Session(self.engine) as session:
            query = select(OutgoingMessage.id).where(or_(failed, col(OutgoingMessage.state) == SendState.SENDING))
            return session.exec(query.limit(1)).first() is not None

    def rest(self) -> None:
        self.process.rest()
        self.revive()

    def revive(self) -> None:
        """Where the process is dead, another is started."""
        if self.process.life.is_over:
            self.restart()

    def restart(self) -> None:
        self.process.end()
        self.clock.sleep(10)
        self.restarts.append(self.clock.now())
        self.start()

    def end(self) -> None:
        self.process.end()
        self.engine.dispose()
