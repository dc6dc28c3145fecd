"""Looks up who sent an event, and which of our messages it replies to."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, OutgoingMessage, Person
from remembrancer.queries.chat_accounts import account_called

CHUNK_SEPARATOR = ","
"""Separates the ids of the chunks in the remote id of a message that a platform shows in several chunks."""


def find_sender(session: Session, platform: str, account: str, conversation: str) -> Person | None:
    """Find a person by their account, else by their conversation with the bot; None for a stranger.

    An account that was linked by its conversation alone gets its account id here.
    """
    account_row = account_called(session, platform, account)
    if account_row is None and conversation:
        query = select(ChatAccount).where(
            ChatAccount.platform == platform, ChatAccount.account == "", ChatAccount.conversation == conversation
        )
        account_row = session.exec(query).first()
        if account_row is not None:
            account_row.account = account
            session.commit()
    return session.get_one(Person, account_row.person_id) if account_row else None


def names_by_account(session: Session, platform: str, accounts: Collection[str]) -> dict[str, str]:
    """Return people's names by their accounts on a platform; unknown accounts are left out."""
    query = (
        select(ChatAccount.account, Person.name)
        .join(Person, col(Person.id) == ChatAccount.person_id)
        .where(ChatAccount.platform == platform, col(ChatAccount.account).in_(accounts))
    )
    return dict(session.exec(query).all())


def account_id(session: Session, platform: str, person_id: int) -> str:
    """Return the platform's account id of a person; empty where it is not known."""
    query = select(ChatAccount.account).where(ChatAccount.platform == platform, ChatAccount.person_id == person_id)
    return session.exec(query).first() or ""


def message_remote_id(session: Session, person_id: int, chunk_id: str | None) -> str | None:
    """Return the remote id of the person's message that contains this chunk; the chunk's own id where none does."""
    if not chunk_id:
        return None
    query = select(OutgoingMessage.remote_id).where(
        OutgoingMessage.person_id == person_id,
        col(OutgoingMessage.remote_id).contains(chunk_id, autoescape=True),
    )
    ids = {name: name.split(CHUNK_SEPARATOR) for name in session.exec(query) if name}
    return next((name for name, parts in ids.items() if chunk_id in parts), chunk_id)
