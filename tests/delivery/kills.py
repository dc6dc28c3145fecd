"""Killing senders at random moments, and telling from the outbox and the receiver's log where each kill struck."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from multiprocessing.process import BaseProcess
from random import Random

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from remembrancer.models import OutgoingMessage, SendState
from tests.delivery.http_transport import Find
from tests.delivery.running import Running, until
from tests.delivery.sender import Orders, RunningClock, run
from tests.forked import start_forked

PATIENCE = 60
"""Seconds within which whatever is waited for must come."""

PLANNING = -1
"""In place of a number of posts: kill when something new is in the outbox."""

FIRST_STEPS = 0.3
"""Seconds in which a sender has begun, or has planned a part of what there is to plan."""


class Phase(StrEnum):
    """Where a kill struck."""

    STORING = "while it planned"
    BEFORE_SENDING = "leased, not posted"
    BETWEEN = "posted, not recorded"
    AFTER = "recorded, the next not leased"
    IDLE = "when it had done nothing"


@dataclass(frozen=True)
class Scene:
    """What there was at one moment: rows in the outbox, rows recorded as sent, and leases (row id, attempt)."""

    stored: int
    sent: int
    leased: dict[tuple[int, int], str]


@dataclass
class Campaign:
    """Senders that work on one database, one receiver and one running clock, and are killed.

    Where `several` run at once, a lease must outlive the slowest of them; then the clock is moved on by a lease before
    the next start, as if the restart had taken that long.
    """

    engine: Engine
    receiver: Running
    seed: int
    find: Find = Find.WORKS
    several: int = 1
    lease: timedelta = timedelta(milliseconds=200)
    phases: Counter[Phase] = field(default_factory=Counter)
    clock: RunningClock = field(init=False)
    random: Random = field(init=False)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    @property
    def killed(self) -> int:
        return self.phases.total()

    def move_to(self, moment: datetime) -> None:
        self.clock = RunningClock(moment, time.monotonic())

    def strike(self, kills: int, between: Callable[[], None] = lambda: None) -> None:
        """Start senders and kill them, the first as soon as they plan, until so many were killed or all is done.

        Two senders that both came to their end have not done what one that was killed before them had leased.
        """
        target, posts = self.killed + kills, PLANNING
        while self.killed < target and (self._round(posts) or self._scene().leased):
            between()
            posts = self.random.choice((0, 1, 1, 1, 2, 3))
            if self.several > 1:
                self.clock = replace(self.clock, base=self.clock.base + self.lease)

    def strike_until(self, phase: Phase, times: int) -> None:
        """Kill senders until so many kills struck there. Raises AssertionError where the work ends before."""
        while self.phases[phase] < times:
            assert self._round(posts=1), f"all is done, and the kills struck {self.phases}"

    def finish(self) -> None:
        """Senders that nobody kills work to the end."""
        for sender in self._start():
            sender.join(PATIENCE)
            assert sender.exitcode == 0, f"a sender ended with {sender.exitcode}"

    def _start(self) -> list[BaseProcess]:
        url = self.engine.url.render_as_string(hide_password=False)
        orders = Orders(url, self.receiver.port, self.clock, self.lease, self.find)
        return [start_forked(run, orders) for _ in range(self.several)]

    def _round(self, posts: int) -> bool:
        """One start, and a kill for each sender after so many posts; whether any was still at work when killed."""
        before = self._scene()
        killed = sum(self._kill(sender, posts, before.stored) for sender in self._start())
        until(self.receiver.is_quiet, PATIENCE, "the receiver is done with what it was sent")
        self._tell_phases(before, killed)
        return killed > 0

    def _kill(self, sender: BaseProcess, posts: int, stored: int) -> bool:
        """Kill it after so many posts, or once the outbox holds more than was `stored` before it began."""
        wanted = self.receiver.count() + posts
        until(
            lambda: not sender.is_alive() or self._has_come(wanted, stored if posts == PLANNING else None),
            PATIENCE,
            "the moment to kill, or the sender's end",
        )
        time.sleep(self.random.uniform(0, 1.5 * self.receiver.pace() if posts > 0 else FIRST_STEPS))
        sender.kill()
        sender.join(PATIENCE)
        assert sender.exitcode in (0, -signal.SIGKILL), f"a sender ended with {sender.exitcode}"
        return sender.exitcode != 0

    def _has_come(self, posts: int, stored: int | None) -> bool:
        return self.receiver.count() >= posts if stored is None else self._stored() > stored

    def _stored(self) -> int:
        """Rows in the outbox. Read past the engine, whose transactions on SQLite wait until nobody writes."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT count(*) FROM outgoing_message")
            row = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
        return int(row[0]) if row else 0

    def _scene(self) -> Scene:
        with Session(self.engine) as session:
            count = select(func.count(col(OutgoingMessage.id)))
            sending = select(OutgoingMessage).where(OutgoingMessage.state == SendState.SENDING)
            return Scene(
                stored=session.exec(count).one(),
                sent=session.exec(count.where(OutgoingMessage.state == SendState.SENT)).one(),
                leased={(row.id or 0, row.attempts): row.key for row in session.exec(sending)},
            )

    def _tell_phases(self, before: Scene, killed: int) -> None:
        """Each lease that was left behind is one kill's; the others struck where nothing was leased."""
        now = self._scene()
        left = [key for lease, key in now.leased.items() if lease not in self._seen][:killed]
        self._seen |= set(now.leased)
        posted = {post.key for post in self.receiver.posts()}
        self.phases.update(Phase.BETWEEN if key in posted else Phase.BEFORE_SENDING for key in left)
        self.phases[_without_lease(before, now)] += killed - len(left)


def _without_lease(before: Scene, now: Scene) -> Phase:
    if now.sent > before.sent:
        return Phase.AFTER
    return Phase.STORING if now.stored > before.stored else Phase.IDLE
