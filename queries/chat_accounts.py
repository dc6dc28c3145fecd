"""Queries for chat accounts: where a person is reached, and who has no account."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, Person
from remembrancer.rules.errors import RefusalError

NO_ACCOUNT = "no chat account"
"""The problem of a message that waits until its addressee has an account."""


def address(session: Session, person_id: int | None) -> ChatAccount | None:
    """Return the account where a person is messaged: the oldest without a problem; None without such an account."""
    query = select(ChatAccount).where(ChatAccount.person_id == person_id, col(ChatAccount.problem).is_(None))
    return session.exec(query.order_by(col(ChatAccount.id))).first()


def without_account(session: Session, platform: str) -> Sequence[Person]:
    """Return the active people who have no account on a platform, by name."""
    has = select(ChatAccount.person_id).where(ChatAccount.platform == platform)
    query = select(Person).where(Person.active, col(Person.id).not_in(has))
    return session.exec(query.order_by(col(Person.name), col(Person.id))).all()


def is_without_account(session: Session, person: Person, platform: str) -> bool:
    return person.active and _account(session, person, platform) is None


def accounts_on(session: Session, platform: str) -> Sequence[tuple[ChatAccount, Person]]:
    """Return the accounts of active people on a platform, each with its person."""
    query = select(ChatAccount, Person).join(Person).where(ChatAccount.platform == platform, Person.active)
    return [(account, person) for account, person in session.exec(query.order_by(col(ChatAccount.id)))]


def account_called(session: Session, platform: str, account: str) -> ChatAccount | None:
    """Return the account with this id of the platform's own; None for an unknown or empty id."""
    query = select(ChatAccount).where(ChatAccount.platform == platform, ChatAccount.account == account)
    return session.exec(query).first() if account else None


def linked(session: Session, person: Person, platform: str) -> ChatAccount:
    """Return a person's account on a platform. Raises RefusalError where they have none."""
    account = _account(session, person, platform.strip().lower())
    if account is None:
        raise RefusalError("not_linked", field="platform", name=person.name, platform=platform)
    return account


def linked_on(session: Session, person: Person, but_not: ChatAccount) -> Sequence[str]:
    """Return the names of the platforms on which a person has an account, except that of one account."""
    query = select(ChatAccount.platform).where(ChatAccount.person_id == person.id, ChatAccount.id != but_not.id)
    return session.exec(query.order_by(col(ChatAccount.platform))).all()


def _account(session: Session, person: Person, platform: str) -> ChatAccount | None:
    query = select(ChatAccount).where(ChatAccount.person_id == person.id, ChatAccount.platform == platform)
    return session.exec(query).first()
