"""Where people are reached: links between a person and an account on a chat platform."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from acts.audit import note
from acts.people import subject
from acts.posts import must_be_here
from acts.refusals import RefusalError
from models import ChatAccount, OutgoingMessage, Person, SendState
from rules.facts import known

NO_ACCOUNT = "no chat account"
"""The problem of a message that waits for its person to have an account."""

SANDBOX = "sandbox"
PLATFORMS = ("slack", "teams", SANDBOX)
"""The platforms on which somebody can have an account."""


def link(session: Session, person: Person, platform: str, conversation: str, now: datetime, by: int | None) -> None:
    """Somebody is reached there from now on; what waited for it goes out at the next look.

    Raises RefusalError where it is linked already, to them or to somebody else, and where nobody has it.
    """
    platform, conversation = platform.strip().lower(), conversation.strip()
    must_be_here(session, person, "person")
    if platform not in PLATFORMS:
        raise RefusalError("no_platform", field="platform", text=platform, known=", ".join(PLATFORMS))
    if not conversation:
        raise RefusalError("no_conversation", field="conversation")
    if platform == SANDBOX:
        conversation = _in_sandbox(session, conversation)
    query = select(ChatAccount).where(ChatAccount.platform == platform, ChatAccount.conversation == conversation)
    taken = session.exec(query).first()
    if taken is not None:
        holder = session.get_one(Person, taken.person_id)
        raise RefusalError("account_taken", field="conversation", conversation=conversation, name=holder.name)
    account = _account(session, person, platform)
    account = account or ChatAccount(person_id=known(person.id), platform=platform, conversation="")
    account.conversation = conversation
    session.add(account)
    _bring_forward(session, person, now)
    note(session, now, by, "linked", subject(person), platform=platform, conversation=conversation)
    session.flush()


def _in_sandbox(session: Session, conversation: str) -> str:
    """The account as the sandbox calls it: there, everybody's own e-mail address, and no other is read by anybody."""
    query = select(Person.email).where(func.lower(Person.email) == conversation.lower(), col(Person.active))
    email = session.exec(query).first()
    if email is None:
        raise RefusalError("no_sandbox_account", field="conversation", text=conversation)
    return email


def _bring_forward(session: Session, person: Person, now: datetime) -> None:
    query = select(OutgoingMessage).where(
        OutgoingMessage.person_id == person.id,
        OutgoingMessage.state == SendState.PENDING,
        OutgoingMessage.problem == NO_ACCOUNT,
        col(OutgoingMessage.not_before) > now,
    )
    for row in session.exec(query.with_for_update()):
        row.not_before = now


def unlink(session: Session, person: Person, platform: str, now: datetime, by: int | None) -> None:
    """Somebody is not reached there any more. Raises RefusalError where they were not."""
    account = linked(session, person, platform)
    session.delete(account)
    note(session, now, by, "unlinked", subject(person), platform=account.platform, conversation=account.conversation)
    session.flush()


def linked(session: Session, person: Person, platform: str) -> ChatAccount:
    """Where somebody is reached on a platform. Raises RefusalError where they are not."""
    account = _account(session, person, platform.strip().lower())
    if account is None:
        raise RefusalError("not_linked", field="platform", name=person.name, platform=platform)
    return account


def linked_on(session: Session, person: Person, but_not: ChatAccount) -> Sequence[str]:
    """The other platforms on which somebody is reached."""
    query = select(ChatAccount.platform).where(ChatAccount.person_id == person.id, ChatAccount.id != but_not.id)
    return session.exec(query.order_by(col(ChatAccount.platform))).all()


def _account(session: Session, person: Person, platform: str) -> ChatAccount | None:
    query = select(ChatAccount).where(ChatAccount.person_id == person.id, ChatAccount.platform == platform)
    return session.exec(query).first()
