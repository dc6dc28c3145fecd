"""Ticking only at foreseen moments and after changes does what ticking all the time does, and no later."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from remembrancer.models import Digest, OutgoingMessage
from remembrancer.models.database import create_tables, make_engine
from remembrancer.scheduler.next_moment import next_moment
from tests.conftest import EXAMPLE, ROOT
from tests.dialog import ADMIN, LEAD, MANAGER, SECRETARY, World
from tests.profiles import thoroughness

HOUR, RETRY = timedelta(hours=1), timedelta(minutes=1)
HOURS = 36
FORWARD = ROOT / "examples" / "kent-2021-22"
AWAY = "I'm away 12 to 16 September"
IN_A_WINDOW = [
    (LEAD, "52 green, all signed"),
    (LEAD, "52 amber"),
    (LEAD, "send it"),
    (LEAD, "remind me tomorrow at 10"),
    (LEAD, AWAY),
    (MANAGER, "no change"),
    (SECRETARY, "hold the digest"),
    (SECRETARY, "let the digest go"),
    (ADMIN, "extend q2 to 17 September"),
    (ADMIN, "do it"),
    (ADMIN, "undo"),
    (ADMIN, "pause"),
    (ADMIN, "resume"),
]
ON_A_PLAN = [(LEAD, "on time"), (LEAD, "it needs to move"), (LEAD, AWAY), (ADMIN, "pause"), (ADMIN, "resume")]
IN_THE_MIDDLE, BEFORE_THE_CLOSE, BEFORE_THE_LOCK = "2019-09-05 08:00", "2019-09-12 15:00", "2019-09-19 10:00"
Said = tuple[str, str]
"""Who says what."""


def times_said(said: Sequence[Said]) -> st.SearchStrategy[dict[int, Said]]:
    """What is said, by the hours that have passed before."""
    return st.dictionaries(st.integers(1, HOURS), st.sampled_from(said), max_size=5)


class Office:
    """An example that runs from one moment to another, with what is said meanwhile."""

    def __init__(self, folder: Path, start: str) -> None:
        self.engine = make_engine("sqlite://")
        create_tables(self.engine)
        self.world = World(self.engine, folder=folder, at=start)
        self.start = self.world.clock.now()

    def run(self, said: Mapping[int, Said], all_the_time: bool) -> None:
        for number in range(1, HOURS + 1):
            until = self.start + number * HOUR
            if not all_the_time:
                self._tick_at_moments(until)
            self.world.clock.set(until)
            if all_the_time:
                self.world.look()
            if number in said:
                who, words = said[number]
                self.world.incoming(who, "text", text=words)

    def _tick_at_moments(self, until: datetime) -> None:
        """As the service does, but for the tick that comes every quarter of an hour whether it is foreseen or not."""
        end = until + timedelta(seconds=1)
        while moment := next_moment(self.engine, self.world.clock.now(), end, RETRY):
            self.world.clock.set(moment)
            self.world.look()

    def outcome(self) -> tuple[dict[str, tuple[str, datetime | None]], list[tuple[str, str, str]]]:
        """Each message with its state and when it was sent, and each digest."""
        with Session(self.engine) as session:
            rows = session.exec(select(OutgoingMessage).order_by(col(OutgoingMessage.id)))
            digests = session.exec(select(Digest).order_by(col(Digest.window_id), col(Digest.kind), col(Digest.slot)))
            return (
                {row.key: (row.state, row.sent_at) for row in rows},
                [(each.kind, each.slot, each.state) for each in digests],
            )


@thoroughness(0.2)
@given(st.sampled_from([IN_THE_MIDDLE, BEFORE_THE_CLOSE, BEFORE_THE_LOCK]), times_said(IN_A_WINDOW))
def test_of_returns_ticks_by_moments_do_what_ticks_all_the_time_do(start: str, said: dict[int, Said]) -> None:
    compare(EXAMPLE, start, said)


@thoroughness(0.2)
@given(st.sampled_from(["2021-09-06 08:00", "2021-11-08 08:00", "2021-12-01 08:00"]), times_said(ON_A_PLAN))
def test_of_papers_ticks_by_moments_do_what_ticks_all_the_time_do(start: str, said: dict[int, Said]) -> None:
    compare(FORWARD, start, said)


def compare(folder: Path, start: str, said: Mapping[int, Said]) -> None:
    eager, foreseeing = Office(folder, start), Office(folder, start)
    eager.run(said, all_the_time=True)
    foreseeing.run(said, all_the_time=False)
    (messages, digests), (told, drafted) = eager.outcome(), foreseeing.outcome()
    assert {key: state for key, (state, _) in told.items()} == {key: state for key, (state, _) in messages.items()}
    assert drafted == digests
    sent = [(at, messages[key][1]) for key, (_, at) in told.items()]
    assert not [(at, eagerly) for at, eagerly in sent if at and eagerly and at > eagerly]
