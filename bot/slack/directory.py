"""Links people to Slack users by e-mail address, and follows the linked users by Slack's ids."""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.people.time_zone import follow_zone, is_zone_automatic
from remembrancer.bot.slack.addresses import open_conversation
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.errors import code_of
from remembrancer.bot.slack.outbound.rate_limits import MINUTE
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.clock import Clock
from remembrancer.models import Person
from remembrancer.queries.chat_accounts import account_called, accounts_on, is_without_account, without_account
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import is_own_address
from remembrancer.scheduler.outbox.transport import SendError
from remembrancer.services.chat_accounts import link, mark_broken, mark_working

log = structlog.get_logger()
User = Mapping[str, Any]
"""A user object of Slack's API."""
USER_NOT_FOUND = "users_not_found"
USER_DISABLED = "user_disabled"
STOP_SECONDS = 1.0  # seconds that the thread has to end when the service stops
WAIT_SECONDS = 2 * MINUTE
"""Seconds that each call may wait for its turn: nobody waits for this."""


def match(engine: Engine, web: SlackWebApi, now: datetime) -> None:
    """Link everybody whose e-mail address Slack knows, and retry accounts that Slack refused. Idempotent.

    An error of Slack ends the run, and the next run goes on. Raises nothing that Slack can cause.
    """
    with Session(engine) as session:
        people = [stored_id(each.id) for each in without_account(session, PLATFORM) if is_own_address(each.email)]
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


def _match_one(engine: Engine, web: SlackWebApi, person_id: int, now: datetime) -> None:
    with Session(engine) as session:
        email = session.get_one(Person, person_id).email
    try:
        user: User = web.ask("users.lookupByEmail", WAIT_SECONDS, email=email)["user"]
    except SendError as error:
        if code_of(error) == USER_NOT_FOUND:
            return
        raise
    if not is_member(user):
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
        if is_zone_automatic(session, person):
            follow_zone(session, person, str(user.get("tz") or ""), now)
        session.commit()


def _retry_account(engine: Engine, web: SlackWebApi, account: str, now: datetime) -> None:
    user: User = web.ask("users.info", WAIT_SECONDS, user=account)["user"]
    if is_member(user):
        open_conversation(web, account, WAIT_SECONDS)
        with Session(engine) as session:
            if found := account_called(session, PLATFORM, account):
                mark_working(session, found, now)
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
        mark_broken(session, account, USER_DISABLED, now)
        return False
    if account.problem == USER_DISABLED:
        mark_working(session, account, now)
    follow_zone(session, session.get_one(Person, account.person_id), str(user.get("tz") or ""), now)
    return False


class AccountMatcher:
    """Matches people in a daemon thread, because rate limits make it slow.

    The thread does not delay shutdown: each person is a transaction of their own.
    """

    def __init__(self, engine: Engine, web: SlackWebApi, clock: Clock) -> None:
        self._engine, self._web, self._clock = engine, web, clock
        self._requested, self._stopping = threading.Event(), False
        self._looked_up: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="slack matching", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request(self) -> None:
        """Request a matching of everybody without an account. Thread-safe."""
        self._requested.set()

    def request_for_new(self) -> None:
        """Request a matching if somebody without an account was not looked up yet, such as a newly loaded person."""
        with Session(self._engine) as session:
            without = {stored_id(each.id) for each in without_account(session, PLATFORM) if is_own_address(each.email)}
        if without - self._looked_up:
            self._looked_up = without
            self.request()

    def stop(self) -> None:
        """End the thread, and wait a second at most for it."""
        self._stopping = True
        self._requested.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while self._requested.wait() and not self._stopping:
            self._requested.clear()
            try:
                match(self._engine, self._web, self._clock.now())
            except Exception:  # the edge: the next request tries again
                log.exception("people not matched")
