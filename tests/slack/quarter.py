"""The whole of a quarter in Slack: everybody of the example, the boards' channels, and an app that may die at any time.

Time is the test's own: it moves on from one moment that matters to the next, and wherever somebody waits.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import and_, or_
from sqlmodel import Session, col, delete, func, select

from acts.facts import load_facts
from models import Board, ChatAccount, OutgoingMessage, Person, SendState
from models.database import create_tables
from rules.plan import moments
from tests.dialog import World, london
from tests.slack.hosting import WAYS, until
from tests.slack.mortal import Process, StormClock, engine_at
from tests.slack.strict import Faults, Limits, Slack
from tests.slack.strict.faults import CALLS, DELIVERIES

ENDS = "2019-09-25 12:00"
"""A Wednesday: the window locks on the Friday before, and what was drafted late for it posts by then."""

RATES = dict.fromkeys(CALLS, 0.01) | dict.fromkeys(DELIVERIES, 0.03) | {"late": 0.1, "reordered": 0.1}
PATIENCE, HANG = 0.5, 0.05  # seconds of the machine's time
TOGETHER = 4
SEEN = 0.6
LOOKS = 4
RECONNECTED = 40.0
"""Seconds of the machine's time: the app looks every ten whether its socket is alive."""


class Quarter:
    """From before the opening of the example's Quarter 2 until after its lock. `process` is the one that runs."""

    def __init__(self, seed: int, slack: Slack, clock: StormClock, file: Path) -> None:
        self.dice = random.Random(f"quarter {seed}")
        self.slack, self.clock, self.file, self.way = slack, clock, file, WAYS[seed % 2]
        self.together = 1 if seed % 4 < 2 else TOGETHER
        slack.echo = False  # what the bot itself says is heard in tests of its own
        self.engine = engine_at(file)
        create_tables(self.engine)
        self.world = World(self.engine)
        self.users: dict[str, str] = {}
        self.restarts: list[datetime] = []
        self._settle_in()
        self.start()

    def _settle_in(self) -> None:
        with Session(self.engine) as session:
            session.exec(delete(ChatAccount))
            for email in session.exec(select(Person.email).order_by(col(Person.id))):
                self.users[email.partition("@")[0]] = self.slack.person(email.partition("@")[0])
            for channel in session.exec(select(Board.channel)):
                self.slack.room(channel.removeprefix("#"), list(self.users.values()))
            session.commit()

    def start(self) -> None:
        self.process = Process(self.slack, self.way, self.file, self.clock)
        self.process.__enter__()

    def match(self) -> None:
        """Everybody is found by their e-mail address."""

        def are_found() -> bool:
            self.process.app.ask_match()
            with Session(self.engine) as session:
                return session.exec(select(func.count()).select_from(ChatAccount)).one() == len(self.users)

        until(are_found, lambda: "not everybody is matched")

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
        if self.way == "socket":
            self.slack.await_socket(RECONNECTED)

    def deliver_again(self) -> None:
        """As Slack does after a while with all that was not acknowledged."""
        self.rest()
        self.slack.redeliver()

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


@contextmanager
def quarter(seed: int, place: Path) -> Iterator[Quarter]:
    clock = StormClock(london("2019-08-30 08:30"))
    with Slack(clock=clock, faults=Faults(seed, RATES), patience=PATIENCE, hang=HANG) as slack:
        slack.limits = Limits(seconds=clock.seconds)
        story = Quarter(seed, slack, clock, place / "quarter.sqlite")
        try:
            yield story
        finally:
            story.end()
