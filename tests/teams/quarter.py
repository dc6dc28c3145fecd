"""The quarter in Teams: the whole app, Microsoft's address and its proofs, over real HTTP."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from remembrancer.models import (
    ChatAccount,
    EventState,
    IncomingEvent,
    OutgoingMessage,
    SendState,
    TeamsConversation,
    TeamsKind,
)
from tests.dialog import london
from tests.storm.life import StormClock
from tests.storm.quarter import BEGINS, Quarter
from tests.teams.issuing import APP, Issuer, issuing
from tests.teams.mortal import EVENT, SERVICE, TOKEN, TOKENS, Entra, TeamsProcess
from tests.teams.strict import Faults, Limits, Teams
from tests.teams.strict.delivery import Deliveries, Delivery
from tests.teams.strict.faults import CALLS, DELIVERIES, REFUSALS, SLOW
from tests.teams.strict.state import Conversation, Json

RATES = (
    dict.fromkeys(CALLS, 0.01)
    | dict.fromkeys(REFUSALS, 0.004)
    | {"hung": 0.002, SLOW: 0.02}
    | {"repeated": 0.05, "reordered": 0.1, "late": 0.1, "answer lost": 0.05}
)
OF_TOKENS = dict.fromkeys(TOKENS, 0.004)
AWAY, NOBODY, STOPPED, KILLED = "keys away", "nobody there", "stopped at work", "killed"
OF_A_SERVICE = (*TOKENS, AWAY, NOBODY, STOPPED, KILLED)
CLASSES = (*CALLS, *REFUSALS, SLOW, *DELIVERIES, *OF_A_SERVICE)
KEYS_AWAY = 0.3
"""How likely it is that the issuer's keys cannot be had when a process begins."""

BACK = 0.6
"""How likely it is, at each moment, that somebody who refused us takes us again."""

HANG = 10.0
"""Seconds of the machine's time: longer than the app waits."""

STANDSTILL = 16 * 60
"""Seconds after which the app has tried again where it got no token."""

BOT = {"id": f"28:{APP}", "name": "Remembrancer"}
TEAM = "Democratic Services"


class TeamsQuarter(Quarter):
    """`undone`: of each process that was killed (its number), what it had not recorded as said, or done, by then."""

    process: TeamsProcess

    def __init__(
        self, seed: int, teams: Teams, issuer: Issuer, deliveries: Deliveries, clock: StormClock, file: Path
    ) -> None:
        self.teams, self.issuer, self.deliveries = teams, issuer, deliveries
        self.entra, self.others = Entra(seed, OF_TOKENS), Counter[str]()
        self.chats: dict[str, str] = {}
        self.undone: dict[str, set[str]] = {}
        self.numbers, self.is_calm = itertools.count(1), False
        self.team = teams.channel()
        super().__init__(seed, clock, file)

    def person(self, email: str) -> str:
        made = self.teams.person(email.partition("@")[0], email)
        self.chats[made.name] = self.teams.chat(made)
        return made.account

    def channel(self, name: str) -> None:
        self.teams.channel(name, self.team)

    def start(self) -> None:
        if self.restarts:
            self._ended()
        self.process = TeamsProcess(self.teams, self.issuer, self.entra, self.file, self.clock)
        self.deliveries.url = self.process.url
        self.issuer.is_away = not self.is_calm and self.dice.random() < KEYS_AWAY

    def _ended(self) -> None:
        """The one before is no more, and somebody writes meanwhile."""
        if self.process.life.is_over:
            self.others[KILLED] += 1
            self.undone[self.process.number] = self._not_done()
        self.others[NOBODY] += 1
        self.writes(self.somebody(), "my")

    def _not_done(self) -> set[str]:
        with Session(self.engine) as session:
            said = session.exec(select(OutgoingMessage.key).where(OutgoingMessage.state != SendState.SENT)).all()
            acts = session.exec(select(IncomingEvent.key).where(IncomingEvent.state == EventState.WAITING)).all()
        return {*said, *(EVENT + key for key in acts)}

    def restart(self) -> None:
        """One that is stopped is stopped at its work."""
        if not self.process.life.is_over:
            self.others[STOPPED] += 1
            self.writes(self.somebody(), "my")
        super().restart()

    def somebody(self) -> str:
        return self.dice.choice(list(self.users))

    def match(self) -> None:
        """Everybody has the app, and the team of the boards' channels."""
        self.deliver(self.in_team())
        for _ in range(40):
            for who in self.unknown():
                self.installs(who)
            self.pass_time()
            self.deliver_again()
            if not self.unknown() and self._channels() == len(self.teams.state.conversations) - len(self.users):
                return
        raise AssertionError(f"these are not known: {self.unknown()}, and {self._channels()} channels are")

    def unknown(self) -> list[str]:
        with Session(self.engine) as session:
            linked = set(session.exec(select(ChatAccount.account).where(col(ChatAccount.problem).is_(None))))
        return [who for who, account in self.users.items() if account not in linked]

    def _channels(self) -> int:
        query = select(func.count()).where(TeamsConversation.kind == TeamsKind.CHANNEL, TeamsConversation.name != "")
        with Session(self.engine) as session:
            return session.exec(query).one()

    def pass_time(self) -> None:
        """So much that what is to be tried again soon has its time."""
        self.rest()
        while self._has_waiting():
            self.clock.sleep(20)
            self.process.wake()
            self.rest()

    def _has_waiting(self) -> bool:
        query = select(IncomingEvent.id).where(IncomingEvent.state == EventState.WAITING)
        with Session(self.engine) as session:
            return session.exec(query.limit(1)).first() is not None

    def deliver_again(self) -> None:
        self.rest()
        for delivery in self.deliveries.waiting:
            self.deliveries.redeliver(delivery)
            self._keys_are_back(delivery.tries)

    def calm(self) -> None:
        self.teams.do(self.teams.faults.rates.clear)
        self.entra.rates.clear()
        self.is_calm, self.issuer.is_away = True, False
        self.come_back(1.0)

    def move_to(self, moment: datetime) -> None:
        self.come_back(BACK)
        super().move_to(moment)

    def look(self) -> None:
        """What waits for a token does so for longer than anything else."""
        super().look()
        if self._has_failed():
            self.rest()
            self.clock.sleep(STANDSTILL)
            super().look()

    def come_back(self, likely: float) -> None:
        """Where we were refused we are taken again: whoever blocked us writes, and who had us no more has us anew."""
        for conversation in self.teams.do(lambda: self.teams.state.refusing):
            if self.dice.random() < likely:
                self._takes_us_again(conversation)

    def is_back(self, who: str) -> None:
        for conversation in self.teams.do(lambda: self.teams.state.refusing):
            if conversation.id == self.chats[who]:
                self._takes_us_again(conversation)

    def _takes_us_again(self, conversation: Conversation) -> None:
        self.teams.do(lambda: self.teams.state.restore(conversation))
        for who, chat in self.chats.items():
            if chat == conversation.id and self.dice.random() < 0.5:
                self.installs(who)
            elif chat == conversation.id:
                self.writes(who, "my")

    def installs(self, who: str) -> Delivery:
        return self.deliver(self.by(who, "installationUpdate", action="add"))

    def writes(self, who: str, text: str, **more: Any) -> Delivery:
        return self.deliver(self.by(who, "message", text=text, textFormat="plain", **more))

    def deliver(self, activity: Json) -> Delivery:
        delivery = self.deliveries.deliver(activity)
        self._keys_are_back(delivery.tries)
        return delivery

    def _keys_are_back(self, tries: list[str]) -> None:
        """Once somebody has met with their absence."""
        if self.issuer.is_away and tries and tries[-1].startswith("503"):
            self.others[AWAY] += 1
            self.issuer.is_away = False

    def by(self, who: str, kind: str, **more: Any) -> Json:
        """Something that somebody does in their own chat."""
        there = {"conversationType": "personal", "id": self.chats[who], "tenantId": self.teams.tenant}
        told = {"from": {"id": f"29:{who}", "name": who, "aadObjectId": self.users[who]}, "conversation": there}
        return self._told(kind) | told | more

    def in_team(self) -> Json:
        """The app is added to the team."""
        data = {"tenant": {"id": self.teams.tenant}, "team": {"id": self.team, "name": TEAM}}
        there = {"conversationType": "channel", "isGroup": True, "id": self.team, "tenantId": self.teams.tenant}
        told = {"from": {"id": "29:somebody"}, "conversation": there, "channelData": data, "membersAdded": [BOT]}
        return self._told("conversationUpdate") | told

    def _told(self, kind: str) -> Json:
        return {
            "type": kind,
            "id": f"18{next(self.numbers):011d}",
            "channelId": "msteams",
            "serviceUrl": SERVICE,
            "recipient": BOT,
            "channelData": {"tenant": {"id": self.teams.tenant}},
        }

    @property
    def counts(self) -> Mapping[str, int]:
        return self.teams.faults.counts + self.entra.counts + self.others

    @property
    def calls(self) -> int:
        return len(self.teams.calls)


@contextmanager
def quarter(seed: int, place: Path) -> Iterator[TeamsQuarter]:
    clock = StormClock(london(BEGINS))
    faults, limits = Faults(seed, RATES), Limits(clock.seconds)
    with (
        issuing() as issuer,
        Teams(faults, limits, HANG, TOKEN) as teams,
        Deliveries(faults, lambda: issuer.token(serviceurl=SERVICE)) as deliveries,
    ):
        story = TeamsQuarter(seed, teams, issuer, deliveries, clock, place / "quarter.sqlite")
        try:
            yield story
        finally:
            story.end()
