"""Whose chat a chat is: people are known to Teams by their addresses, and followed by their Entra object ids."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from remembrancer.bot.people.time_zone import follow_zone, is_zone_unsaid
from remembrancer.bot.teams.conversation_references import Reference
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.models import ChatAccount, Person
from remembrancer.queries.chat_accounts import account_called
from remembrancer.rules.errors import RefusalError
from remembrancer.services.chat_accounts import broken, link, mended

log = structlog.get_logger()
APP_REMOVED = "AppRemoved"
"""The problem of an account whose owner has the app no more."""


def account_in(session: Session, told: Reference) -> ChatAccount | None:
    """Whose personal chat it is: by their id, else, where somebody was linked by hand, by what they were linked to."""
    found = account_called(session, PLATFORM, told.account)
    if found is not None:
        return found
    query = select(ChatAccount).where(
        ChatAccount.platform == PLATFORM,
        ChatAccount.account == "",
        col(ChatAccount.conversation).in_((told.conversation, told.account)),
    )
    return session.exec(query).first()


def is_followed(session: Session, told: Reference, zone: str, now: datetime) -> bool:
    """Whether it is known whose chat it is. They are reached there from now on: they were heard from."""
    account = account_in(session, told)
    if account is None:
        return False
    account.conversation, account.account = told.conversation, told.account
    mended(session, account, now)
    follow(session, session.get_one(Person, account.person_id), zone, now)
    return True


def bind(session: Session, told: Reference, addresses: Iterable[str | None], now: datetime) -> Person | None:
    """Link whoever has one of these addresses, the first first, to the chat. None where that is nobody, or cannot be.

    Who is well linked to another account stays so: by their address alone nobody takes it over.
    """
    person = _addressed(session, [each.strip().lower() for each in addresses if each])
    if person is None:
        log.warning("nobody has this address", account=told.account)
        return None
    query = select(ChatAccount).where(ChatAccount.person_id == person.id, ChatAccount.platform == PLATFORM)
    has = session.exec(query).first()
    if has is not None and has.problem is None:
        log.warning("not linked", email=person.email, account=told.account, has=has.account or has.conversation)
        return None
    try:
        link(session, person, PLATFORM, told.conversation, now, None, told.account)
    except RefusalError as refusal:
        log.warning("not linked", email=person.email, refusal=refusal.name)
        return None
    return person


def lose(session: Session, told: Reference, now: datetime) -> None:
    """Whoever's chat it is has the app no more."""
    account = account_in(session, told)
    if account is not None:
        broken(session, account, APP_REMOVED, now)


def follow(session: Session, person: Person, zone: str, now: datetime) -> None:
    """Teams tells with what they write where they are."""
    if is_zone_unsaid(session, person):
        follow_zone(session, person, zone, now)


def _addressed(session: Session, addresses: Iterable[str]) -> Person | None:
    for address in addresses:
        found = session.exec(select(Person).where(Person.active, Person.email == address)).first()
        if found is not None:
            return found
    return None
