"""A platform within the process that does as it is told, and an office to send from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, OutgoingMessage, Person, Prompt
from remembrancer.models.message import Message, message
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import deliver_due
from remembrancer.scheduler.outbox.transport import SendError, Sent, Trouble
from remembrancer.scheduler.prompts.planner import load_subjects, plan_due
from remembrancer.scheduler.tick import tick
from remembrancer.scheduler.windows import advance_windows
from remembrancer.services.outbox import enqueue
from tests.delivery.sender import PLATFORM
from tests.delivery.world import LONDON, answer

ENOUGH = 20
"""No test sends as often as this: something runs in a circle."""

LEAD = "lead0@example.org"


class CrashError(BaseException):
    """The process dies here: nothing catches it, and nothing is recorded."""


@dataclass(frozen=True)
class Post:
    conversation: str
    key: str
    text: str
    perhaps_again: bool


@dataclass
class Scripted:
    """`then` are the errors of the next calls to send, `finding` to find and `updating` to update; None: it works.

    What is posted stands in `posts`; `updates` are the texts that posts were given later.
    """

    then: list[BaseException | None] = field(default_factory=list)
    finding: list[Exception] = field(default_factory=list)
    updating: list[BaseException] = field(default_factory=list)
    arrives: bool = False
    meanwhile: Callable[[], object] = lambda: None
    posts: list[Post] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)
    sends: int = 0
    finds: int = 0

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        self.sends += 1
        assert self.sends < ENOUGH, "it sends in a circle"
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        error = self.then.pop(0) if self.then else None
        if error is None or self.arrives:
            self.posts.append(Post(conversation, key, message.text, perhaps_again))
        if error is not None:
            raise error
        return Sent(f"{conversation} {len(self.posts)}")

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        self.finds += 1
        if self.finding:
            raise self.finding.pop(0)
        here = [n for n, post in enumerate(self.posts, 1) if (post.conversation, post.key) == (conversation, key)]
        return Sent(f"{conversation} {here[0]}") if here else None

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        if self.updating:
            raise self.updating.pop(0)
        self.updates.append(message.text)
        return sent


def trouble(kind: Trouble, retry_after: float | None = None) -> SendError:
    return SendError(kind, f"it was {kind}", retry_after)


def at(text: str) -> datetime:
    """'2019-09-06 10:30' on London's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


NOW = at("2019-08-28 10:00")
"""A Wednesday, two days before the window opens."""

OPENING = at("2019-08-30 09:30")
HALF_WAY = at("2019-09-06 10:30")
CLOSING_MORNING = at("2019-09-13 10:30")
AFTER_CLOSE = at("2019-09-16 10:30")
AFTER_LOCK = at("2019-09-23 10:30")


@dataclass
class Office:
    """Two leads with two activities each, and what is sent to them."""

    engine: Engine
    chat: Scripted = field(default_factory=Scripted)

    def tell(self, now: datetime = NOW, **options: Any) -> None:
        """Put a message of its own, called 'hello', into the outbox for a lead."""
        with Session(self.engine) as session:
            person = session.exec(select(Person).where(Person.email == LEAD)).one()
            said = {"key": "hello", "kind": "test", "because": "test", **options}
            enqueue(session, person, message("Hello"), now=now, **said)
            session.commit()

    def deliver(self, now: datetime = NOW) -> int:
        return deliver_due(self.engine, {PLATFORM: self.chat}, recheck, now)

    def plan(self, now: datetime) -> None:
        """Bring the windows on and write down what is due; send nothing."""
        while advance_windows(self.engine, now):
            pass
        loaded = load_subjects(self.engine, now)
        if loaded is not None:
            plan_due(self.engine, *loaded, now)

    def look(self, now: datetime) -> None:
        tick(self.engine, {PLATFORM: self.chat}, now)

    def answer(self, *refs: str) -> None:
        answer(self.engine, refs, OPENING)

    def row(self, key: str = "hello") -> OutgoingMessage:
        with Session(self.engine) as session:
            return session.exec(select(OutgoingMessage).where(OutgoingMessage.key == key)).one()

    def outbox(self, email: str = LEAD) -> list[OutgoingMessage]:
        """What there is for a person, oldest first."""
        with Session(self.engine) as session:
            query = select(OutgoingMessage).join(Person).where(Person.email == email)
            return list(session.exec(query.order_by(col(OutgoingMessage.id))))

    def prompts(self, row: OutgoingMessage) -> int:
        with Session(self.engine) as session:
            return len(session.exec(select(Prompt.id).where(Prompt.message_id == row.id)).all())

    def move_account(self, conversation: str | None, email: str = LEAD) -> None:
        """Give a person another conversation; with None, no account at all."""
        with Session(self.engine) as session:
            person = session.exec(select(Person).where(Person.email == email)).one()
            for account in session.exec(select(ChatAccount).where(ChatAccount.person_id == person.id)).all():
                session.delete(account)
            session.flush()
            if conversation is not None:
                session.add(ChatAccount(person_id=person.id or 0, platform=PLATFORM, conversation=conversation))
            session.commit()


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def crash(office: Office, now: datetime = NOW, arrives: bool = False) -> None:
    """Die while sending, after or before the platform took the message."""
    office.chat.arrives, office.chat.then = arrives, [CrashError()]
    try:
        office.deliver(now)
    except CrashError:
        office.chat.arrives = False
    else:
        raise AssertionError("nothing was sent")
