"""Links people to their Teams chats by address, and follows the linked people by their Entra object ids."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from remembrancer.bot.people.time_zone import follow_zone, is_zone_automatic
from remembrancer.bot.teams.conversation_references import Reference
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.models import ChatAccount, Person
from remembrancer.queries.chat_accounts import account_called
from remembrancer.rules.errors import RefusalError
from remembrancer.services.chat_accounts import link, mark_broken, mark_working

log = structlog.get_logger()
APP_REMOVED = "AppRemoved"
"""The problem of an account whose owner has removed the app."""


def find_account(session: Session, ref: Reference) -> ChatAccount | None:
    """Find the account of a personal chat by its Entra object id, else by what an account was linked to by hand."""
    account = account_called(session, PLATFORM, ref.account)
    if account is not None:
        return account
    query = select(ChatAccount).where(
        ChatAccount.platform == PLATFORM,
        ChatAccount.account == "",
        col(ChatAccount.conversation).in_((ref.conversation, ref.account)),
    )
    return session.exec(query).first()


def update_account(session: Session, ref: Reference, zone: str, now: datetime) -> bool:
    """Update the account whose chat this is, and return whether there is one. Messages go to this chat from now on."""
    account = find_account(session, ref)
    if account is None:
        return False
    account.conversation, account.account = ref.conversation, ref.account
    mark_working(session, account, now)
    adopt_time_zone(session, session.get_one(Person, account.person_id), zone, now)
    return True


def link_by_address(session: Session, ref: Reference, addresses: Iterable[str | None], now: datetime) -> Person | None:
    """Link the chat to the person with the first known of these addresses; None where there is none, or it is refused.

    A person whose other account works keeps it: an address alone takes over no account.
    """
    for address in (each.strip().lower() for each in addresses if each):
        person = session.exec(select(Person).where(Person.active, Person.email == address)).first()
        if person is not None:
            break
    else:
        log.warning("nobody has this address", account=ref.account)
        return None
    query = select(ChatAccount).where(ChatAccount.person_id == person.id, ChatAccount.platform == PLATFORM)
    has = session.exec(query).first()
    if has is not None and has.problem is None:
        log.warning("not linked", email=person.email, account=ref.account, has=has.account or has.conversation)
        return None
    try:
        link(session, person, PLATFORM, ref.conversation, now, None, ref.account)
    except RefusalError as refusal:
        log.warning("not linked", email=person.email, refusal=refusal.name)
        return None
    return person


def mark_app_removed(session: Session, ref: Reference, now: datetime) -> None:
    """Mark the account of the chat's owner as broken, because the app was removed."""
    account = find_account(session, ref)
    if account is not None:
        mark_broken(session, account, APP_REMOVED, now)


def adopt_time_zone(session: Session, person: Person, zone: str, now: datetime) -> None:
    """Adopt the time zone that Teams sends with a person's messages, unless they chose one."""
    if is_zone_automatic(session, person):
        follow_zone(session, person, zone, now)
