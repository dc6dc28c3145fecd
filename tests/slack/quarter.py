"""The quarter in Slack: over the socket, or behind real HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session, func, select

from remembrancer.models import ChatAccount
from tests.dialog import london
from tests.slack.hosting import WAYS, until
from tests.slack.mortal import SlackProcess
from tests.slack.strict import Faults, Limits, Slack
from tests.slack.strict.faults import CALLS, DELIVERIES
from tests.storm.life import StormClock
from tests.storm.quarter import BEGINS, Quarter

RATES = dict.fromkeys(CALLS, 0.01) | dict.fromkeys(DELIVERIES, 0.03) | {"late": 0.1, "reordered": 0.1}
PATIENCE, HANG = 0.5, 0.05  # seconds of the machine's time
RECONNECTED = 40.0
"""Seconds of the machine's time: the app looks every ten whether its socket is alive."""


class SlackQuarter(Quarter):
    process: SlackProcess

    def __init__(self, seed: int, slack: Slack, clock: StormClock, file: Path) -> None:
        self.slack, self.way = slack, WAYS[seed % 2]
        slack.echo = False  # what the bot itself says is heard in tests of its own
        super().__init__(seed, clock, file)

    def person(self, email: str) -> str:
        return self.slack.person(email.partition("@")[0])

    def channel(self, name: str) -> None:
        self.slack.room(name, list(self.users.values()))

    def start(self) -> None:
        self.process = SlackProcess(self.slack, self.way, self.file, self.clock)
        self.process.__enter__()

    def match(self) -> None:
        """Everybody is found by their e-mail address."""

        def are_found() -> bool:
            self.process.app._matcher.request()
            with Session(self.engine) as session:
                return session.exec(select(func.count()).select_from(ChatAccount)).one() == len(self.users)

        until(are_found, lambda: "not everybody is matched")

    def rest(self) -> None:
        super().rest()
        if self.way == "socket":
            self.slack.await_socket(RECONNECTED)

    def deliver_again(self) -> None:
        self.rest()
        self.slack.redeliver()

    def calm(self) -> None:
        self.slack.do(self.slack.faults.rates.clear)

    @property
    def counts(self) -> Mapping[str, int]:
        return self.slack.faults.counts

    @property
    def calls(self) -> int:
        return len(self.slack.calls)


@contextmanager
def quarter(seed: int, place: Path) -> Iterator[SlackQuarter]:
    clock = StormClock(london(BEGINS))
    with Slack(clock=clock, faults=Faults(seed, RATES), patience=PATIENCE, hang=HANG) as slack:
        slack.limits = Limits(seconds=clock.seconds)
        story = SlackQuarter(seed, slack, clock, place / "quarter.sqlite")
        try:
            yield story
        finally:
            story.end()
