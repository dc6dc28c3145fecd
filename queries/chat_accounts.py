"""Address of a person, who has no account."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, Person
from remembrancer.rules.errors import RefusalError

NO_ACCOUNT = "no chat account"
"""The problem of a message that waits for its person to have an account."""


def address(session: Session, person_id: int | None) -> ChatAccount | None:
    """Where somebody is reached: the account that they have had longest, and that is well."""
    query = select(ChatAccount).where(ChatAccount.person_id == person_id, col(ChatAccount.problem).is_(None))
    return session.exec(query.order_by(col(ChatAccount.id))).first()


def without_account(session: Session, platform: str) -> Sequence[Person]:
    """Those who are here and have no account on a platform, by name."""
    has = select(ChatAccount.person_id).where(ChatAccount.platform == platform)
    query = select(Person).where(Person.active, col(Person.id).not_in(has))
    return session.exec(query.order_by(col(Person.name), col(Person.id))).all()


def is_without_account(session: Session, person: Person, platform: str) -> bool:
    return person.active and _account(session, person, platform) is None


def accounts_on(session: Session, platform: str) -> Sequence[tuple[ChatAccount, Person]]:
    """The accounts on a platform of those who are here."""
    query = select(ChatAccount, Person).join(Person).where(ChatAccount.platform == platform, Person.active)
    return [(account, person) for account, person in session.exec(query.order_by(col(ChatAccount.id)))]


def account_called(session: Session, platform: str, account: str) -> ChatAccount | None:
    """The account with the platform's own id."""
    query = select(ChatAccount).where(ChatAccount.platform == platform, ChatAccount.account == account)
    return session.exec(query).first() if account else None


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
