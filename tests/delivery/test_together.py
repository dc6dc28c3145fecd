"""Several messages on their way at a time, each to somebody else."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlmodel import Session, select

from remembrancer.models import Person
from remembrancer.models.message import Message, message
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, deliver_due
from remembrancer.scheduler.outbox.transport import Sent
from remembrancer.services.outbox import enqueue
from tests.delivery.scripted import LEAD, NOW, Office
from tests.delivery.sender import PLATFORM

pytestmark = pytest.mark.both_databases

OTHER = "lead1@example.org"


@dataclass
class Both:
    """Takes nothing until two are on their way at once."""

    meeting: threading.Barrier = field(default_factory=lambda: threading.Barrier(2, timeout=30))
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        self.meeting.wait()
        self.sent.append((conversation, key))
        return Sent(key)

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        raise AssertionError("nothing is in doubt")

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        raise AssertionError("no card is stale")


def test_two_people_are_told_at_once_and_each_in_order(office: Office) -> None:
    with Session(office.engine) as session:
        for number in range(5):
            for email in (LEAD, OTHER):
                person = session.exec(select(Person).where(Person.email == email)).one()
                key = f"{email} {number}"
                enqueue(session, person, message("Hello"), key=key, kind="test", because="test", now=NOW)
        session.commit()
    chat = Both()
    assert deliver_due(office.engine, {PLATFORM: chat}, recheck, NOW, DeliveryOptions(together=2)) == 10
    for email in (LEAD, OTHER):
        assert [key for where, key in chat.sent if where == email] == [f"{email} {number}" for number in range(5)]
