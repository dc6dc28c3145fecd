"""Links people to Slack users by e-mail address, and follows the linked users by Slack's ids."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.people.time_zone import follow_zone, is_zone_automatic
from remembrancer.bot.platform.account_matcher import UNANSWERED, counted
from remembrancer.bot.slack.addresses import open_conversation
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.errors import code_of
from remembrancer.bot.slack.outbound.rate_limits import MINUTE
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.models import Person
from remembrancer.models.database import write_once
from remembrancer.queries.chat_accounts import account_called, accounts_on, is_without_account, without_account
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import is_own_address
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import link, mark_broken, mark_working

log = structlog.get_logger()
User = Mapping[str, Any]
"""A user object of Slack's API."""
USER_NOT_FOUND = "users_not_found"
USER_DISABLED = "user_disabled"
WAIT_SECONDS = 2 * MINUTE
"""Seconds that each call may wait for its turn: nobody waits for this."""
FEW = 20
"""Up to this many people are looked up one by one, 50 a minute; for more, the list of all users takes fewer calls."""
USERS_A_PAGE = 1000
"""The most that Slack takes: https://docs.slack.dev/reference/methods/users.list"""


def match(engine: Engine, web: SlackWebApi, now: datetime) -> Collection[int]:
    """Link everybody whose e-mail address Slack knows, and retry accounts that Slack refused. Idempotent.

    Return the people (ids) who were looked up: nobody where an error of Slack ended the run, and the next run goes on.
    Raises nothing that Slack can cause.
    """
    with Session(engine) as session:
        unreached = [person for person in without_account(session, PLATFORM) if is_own_address(person.email)]
        people = {person.email: stored_id(person.id) for person in unreached}
        refused = [account.account for account, _ in accounts_on(session, PLATFORM) if account.problem]
    try:
        for user in counted(_find_users(web, people), PLATFORM, len(people)):
            with write_once(engine, account=user["id"]) as session:
                _link(session, user, now)
        for account in filter(None, refused):
            _retry_account(engine, web, account, now)
    except SendError as error:
        log.warning("people not matched", platform=PLATFORM, trouble=error.trouble, reason=error.reason)
        return () if error.trouble in UNANSWERED else people.values()
    return people.values()


def is_member(user: User) -> bool:
    """Return whether a user is a person of the organisation: no bot, not deactivated, and of no other workspace."""
    return not any(user.get(flag) for flag in ("deleted", "is_bot", "is_stranger")) and user.get("id") != "USLACKBOT"


def email_of(user: User) -> str:
    """Return a user's e-mail address in lower case, as people's are stored."""
    return str((user.get("profile") or {}).get("email") or "").lower()


def _find_users(web: SlackWebApi, emails: Collection[str]) -> Iterator[User]:
    """Yield the members with these e-mail addresses."""
    missing = set(emails)
    for user in _look_up(web, emails) if len(emails) <= FEW else all_users(web):
        if is_member(user) and email_of(user) in missing:
            missing.remove(email_of(user))
            yield user
        if not missing:
            return


def _look_up(web: SlackWebApi, emails: Collection[str]) -> Iterator[User]:
    for email in emails:
        try:
            yield web.ask("users.lookupByEmail", WAIT_SECONDS, email=email)["user"]
        except SendError as error:
            if code_of(error) != USER_NOT_FOUND:
                raise


def all_users(web: SlackWebApi) -> Iterator[User]:
    """Yield the users of the workspace, those who left it and bots among them. Raises SendError."""
    return web.pages("users.list", "members", WAIT_SECONDS, USERS_A_PAGE)


def _link(session: Session, user: User, now: datetime) -> None:
    """Link the person with the user's e-mail address, if there is one without an account."""
    query = select(Person).where(Person.active, Person.email == email_of(user))
    person = session.exec(query).first()
    if person is None or not is_without_account(session, person, PLATFORM):
        return
    try:
        # No conversation is opened: the first message goes to the user's id (outbound/transport.py). To open one for
        # each of 500 people would take ten minutes, and many of them are asked weeks later.
        link(session, person, PLATFORM, user["id"], now, None, user["id"])
    except RefusalError as refusal:
        log.warning("not linked", email=person.email, refusal=refusal.name)
        return
    if is_zone_automatic(session, person):
        follow_zone(session, person, str(user.get("tz") or ""), now)


def _retry_account(engine: Engine, web: SlackWebApi, account: str, now: datetime) -> None:
    try:
        user: User = web.ask("users.info", WAIT_SECONDS, user=account)["user"]
        if not is_member(user):
            return
        open_conversation(web, account, WAIT_SECONDS)
    except SendError as error:
        if error.trouble != Trouble.BROKEN:
            raise
        return
    with Session(engine) as session:
        if found := account_called(session, PLATFORM, account):
            mark_working(session, found, now)
            session.commit()


def apply_user_event(session: Session, event: Mapping[str, Any], now: datetime) -> None:
    """Apply an event (user_change, team_join) to the user's account, or link whoever has the user's e-mail address.

    A linked person stays linked by Slack's id, even if their name or address changes in Slack.
    """
    user: User = event["user"]
    account = account_called(session, PLATFORM, str(user["id"]))
    if account is None:
        if is_member(user):
            _link(session, user, now)
        return
    if not is_member(user):
        mark_broken(session, account, USER_DISABLED, now)
        return
    if account.problem == USER_DISABLED:
        mark_working(session, account, now)
    follow_zone(session, session.get_one(Person, account.person_id), str(user.get("tz") or ""), now)
