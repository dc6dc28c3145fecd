"""Links between people and their accounts on chat platforms."""

from datetime import datetime

from sqlmodel import Session, and_, col, func, or_, select

from remembrancer.models import ChatAccount, OutgoingMessage, Person, SendState
from remembrancer.queries.chat_accounts import NO_ACCOUNT, _account, linked
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import known
from remembrancer.services.audit import note
from remembrancer.services.people import subject
from remembrancer.services.posts import must_be_active

SANDBOX = "sandbox"
PLATFORMS = ("slack", "teams", SANDBOX)
"""The platforms on which a person can have an account."""


def link(
    session: Session,
    person: Person,
    platform: str,
    conversation: str,
    now: datetime,
    by: int | None,
    account: str = "",
) -> None:
    """Link a person to an account; messages that waited for it go out with the next tick.

    `account` is the platform's own id of the person, if it has one. Raises RefusalError where the account is linked to
    somebody else, or to this person without a problem, or does not exist.
    """
    platform, conversation = platform.strip().lower(), conversation.strip()
    must_be_active(session, person, "person")
    if platform not in PLATFORMS:
        raise RefusalError("no_platform", field="platform", text=platform, known=", ".join(PLATFORMS))
    if not conversation:
        raise RefusalError("no_conversation", field="conversation")
    if platform == SANDBOX:
        conversation = _in_sandbox(session, conversation)
    _check_free(session, person, platform, conversation, account)
    row = _account(session, person, platform)
    row = row or ChatAccount(person_id=known(person.id), platform=platform, conversation="")
    row.conversation, row.account, row.problem = conversation, account, None
    session.add(row)
    _bring_forward(session, person, now)
    note(session, now, by, "linked", subject(person), platform=platform, conversation=conversation)
    session.flush()


def _check_free(session: Session, person: Person, platform: str, conversation: str, account: str) -> None:
    """Raises RefusalError if the account is linked already, unless to this person and with a problem."""
    same = or_(ChatAccount.conversation == conversation, and_(ChatAccount.account == account, account != ""))
    for taken in session.exec(select(ChatAccount).where(ChatAccount.platform == platform, same)):
        if taken.person_id != person.id or taken.problem is None:
            holder = session.get_one(Person, taken.person_id)
            raise RefusalError("account_taken", field="conversation", conversation=conversation, name=holder.name)


def broken(session: Session, account: ChatAccount, problem: str, now: datetime) -> None:
    """Record that the platform refuses messages to this account, until it is mended or linked again."""
    if account.problem is None:
        person = session.get_one(Person, account.person_id)
        note(session, now, None, "unreachable", subject(person), platform=account.platform, problem=problem)
    account.problem = problem
    session.flush()


def mended(session: Session, account: ChatAccount, now: datetime) -> None:
    """Record that the account works again; messages that waited for it go out with the next tick."""
    if account.problem is not None:
        person = session.get_one(Person, account.person_id)
        account.problem = None
        note(session, now, None, "reachable", subject(person), platform=account.platform)
        _bring_forward(session, person, now)
        session.flush()


def _in_sandbox(session: Session, conversation: str) -> str:
    """The sandbox account: the person's e-mail address as it is stored. Raises RefusalError if there is none."""
    query = select(Person.email).where(func.lower(Person.email) == conversation.lower(), col(Person.active))
    email = session.exec(query).first()
    if email is None:
        raise RefusalError("no_sandbox_account", field="conversation", text=conversation)
    return email


def _bring_forward(session: Session, person: Person, now: datetime) -> None:
    """Let messages that waited for an account go out now."""
    query = select(OutgoingMessage).where(
        OutgoingMessage.person_id == person.id,
        OutgoingMessage.state == SendState.PENDING,
        OutgoingMessage.problem == NO_ACCOUNT,
        col(OutgoingMessage.not_before) > now,
    )
    for row in session.exec(query.with_for_update()):
        row.not_before = now


def unlink(session: Session, person: Person, platform: str, now: datetime, by: int | None) -> None:
    """Remove the link. Raises RefusalError if there is none."""
    account = linked(session, person, platform)
    session.delete(account)
    note(session, now, by, "unlinked", subject(person), platform=account.platform, conversation=account.conversation)
    session.flush()
