"""Links people to Slack users by e-mail address, and follows the linked users by Slack's ids."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.people.time_zone import follow_zone, is_zone_unsaid
from remembrancer.bot.slack.addresses import open_conversation
from remembrancer.bot.slack.api import Web
from remembrancer.bot.slack.errors import code_of
from remembrancer.bot.slack.outbound.rate_limits import MINUTE
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.models import Person
from remembrancer.queries.chat_accounts import account_called, accounts_on, is_without_account, without_account
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import known
from remembrancer.scheduler.outbox.transport import SendError
from remembrancer.services.chat_accounts import broken, link, mended

log = structlog.get_logger()
User = Mapping[str, Any]
"""A user object of Slack's API."""
USER_NOT_FOUND = "users_not_found"
USER_DISABLED = "user_disabled"
WAIT_SECONDS = 2 * MINUTE
"""Seconds that each call may wait for its turn: nobody waits for this."""


def match(engine: Engine, web: Web, now: datetime) -> None:
    """Link everybody whose e-mail address Slack knows, and retry accounts that Slack refused. Idempotent.

    An error of Slack ends the run, and the next run goes on. Raises nothing that Slack can cause.
    """
    with Session(engine) as session:
        people = [known(person.id) for person in without_account(session, PLATFORM)]
        refused = [account.account for account, _ in accounts_on(session, PLATFORM) if account.problem]
    try:
        for person_id in people:
            _match_one(engine, web, person_id, now)
        for account in filter(None, refused):
            _retry_account(engine, web, account, now)
    except SendError as error:
        log.warning("people not matched", trouble=error.trouble, reason=error.reason)


def is_member(user: User) -> bool:
    """Return whether a user is a person of the organisation: no bot, not deactivated, and of no other workspace."""
    return not any(user.get(flag) for flag in ("deleted", "is_bot", "is_stranger")) and user.get("id") != "USLACKBOT"


def find_user(web: Web, email: str) -> User | None:
    """Find the organisation's Slack user with this e-mail address. Raises SendError."""
    try:
        user: User = web.ask("users.lookupByEmail", WAIT_SECONDS, email=email)["user"]
    except SendError as error:
        if code_of(error) == USER_NOT_FOUND:
            return None
        raise
    return user if is_member(user) else None


def _match_one(engine: Engine, web: Web, person_id: int, now: datetime) -> None:
    with Session(engine) as session:
        email = session.get_one(Person, person_id).email
    user = find_user(web, email)
    if user is None:
        return
    conversation = open_conversation(web, user["id"], WAIT_SECONDS)
    with Session(engine) as session:
        person = session.get_one(Person, person_id)
        try:
            if is_without_account(session, person, PLATFORM):
                link(session, person, PLATFORM, conversation, now, None, user["id"])
        except RefusalError as refusal:
            log.warning("not linked", email=email, refusal=refusal.name)
            return
        if is_zone_unsaid(session, person):
            follow_zone(session, person, str(user.get("tz") or ""), now)
        session.commit()


def _retry_account(engine: Engine, web: Web, account: str, now: datetime) -> None:
    user: User = web.ask("users.info", WAIT_SECONDS, user=account)["user"]
    if is_member(user):
        open_conversation(web, account, WAIT_SECONDS)
        with Session(engine) as session:
            if found := account_called(session, PLATFORM, account):
                mended(session, found, now)
                session.commit()


def apply_user_event(session: Session, event: Mapping[str, Any], now: datetime) -> bool:
    """Apply an event (user_change, team_join) to the linked account; return whether `match` may find somebody by it.

    A linked person stays linked by Slack's id, even if their name or address changes in Slack.
    """
    user: User = event["user"]
    account = account_called(session, PLATFORM, str(user["id"]))
    if account is None:
        return is_member(user)
    if not is_member(user):
        broken(session, account, USER_DISABLED, now)
        return False
    if account.problem == USER_DISABLED:
        mended(session, account, now)
    follow_zone(session, session.get_one(Person, account.person_id), str(user.get("tz") or ""), now)
    return False
