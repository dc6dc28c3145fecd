"""Follows the people and channels of Teams by its events, because most of what they say cannot be looked up later.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events and
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context (members and channels)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.bot.people.time_zone import follow_zone, is_zone_automatic
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import (
    ForeignAddressError,
    Reference,
    find_conversation,
    mark_removed,
    mark_team_removed,
    rename_team,
    store_reference,
)
from remembrancer.bot.teams.inbound.activity_source import PLATFORM, reference, user_of
from remembrancer.bot.teams.inbound.message_text import object_at
from remembrancer.clock import Clock
from remembrancer.models import ChatAccount, Person, TeamsKind
from remembrancer.queries.chat_accounts import account_called
from remembrancer.rules.errors import RefusalError
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import link, mark_broken, mark_working

log = structlog.get_logger()
Activity = Mapping[str, Any]
T = TypeVar("T")
APP_REMOVED = "AppRemoved"
"""The problem of an account whose owner has removed the app."""
PERSON_ACTIVITIES = frozenset({"message", "invoke"})
"""The types of activity that a person causes."""
TEAM_ENDED = frozenset({"teamArchived", "teamDeleted", "teamHardDeleted"})
TEAM_RESTORED = frozenset({"teamRestored", "teamUnarchived"})
GENERAL_CHANNEL = "General"
"""The name that Teams shows for a team's first channel, for which it sends none."""


class Directory:
    """Stores what activities say of people and channels. Its methods block and are idempotent. Thread-safe.

    They raise SendError where Teams has to be asked and is unavailable: call them again later. What Teams refuses for
    good is logged for an admin.
    """

    def __init__(self, engine: Engine, connector: Connector, clock: Clock) -> None:
        self._engine, self._connector, self._clock = engine, connector, clock

    def note_activity(self, activity: Activity) -> None:
        """Store the conversation of an activity, and link a person on the first message in their own chat."""
        ref = self._store_reference(activity)
        if ref is None or activity.get("type") not in PERSON_ACTIVITIES:
            return
        if ref.kind == TeamsKind.PERSONAL:
            self._link_person(activity, ref)
        elif ref.kind == TeamsKind.CHANNEL:
            with Session(self._engine) as session:
                row = find_conversation(session, ref.conversation)
            if row is None or row.name:
                return
            try:
                self._name_channels(ref)
            except SendError as error:
                # The next message in the channel tries again.
                log.warning("channels not named", conversation=ref.conversation, reason=error.reason)

    def installed(self, activity: Activity) -> None:
        """Handle an installation: link the person, or store the team's channels."""
        ref = self._store_reference(activity)
        if ref is None:
            return
        if ref.kind == TeamsKind.PERSONAL:
            self._link_person(activity, ref)
        elif ref.kind == TeamsKind.CHANNEL:
            self._name_channels(ref)

    def removed(self, activity: Activity) -> None:
        """Handle the removal of the app from a person, who cannot be reached any more, or from a chat or a team."""
        ref, now = reference(activity), self._clock.now()
        if ref is None:
            return
        with Session(self._engine) as session:
            mark_removed(session, ref.conversation, now)
            mark_team_removed(session, _team_id(ref), now)
            if ref.kind == TeamsKind.PERSONAL:
                account = _find_account(session, ref)
                if account is not None:
                    mark_broken(session, account, APP_REMOVED, now)
            session.commit()

    def channel_changed(self, activity: Activity) -> None:
        """Handle a channel or a team that is deleted, restored or renamed."""
        event, ref = str(object_at(activity, "channelData").get("eventType")), reference(activity)
        if ref is None:
            return
        if event == "channelDeleted" or event in TEAM_ENDED:
            with Session(self._engine) as session:
                if event in TEAM_ENDED:
                    mark_team_removed(session, _team_id(ref), self._clock.now())
                else:
                    mark_removed(session, ref.conversation, self._clock.now())
                session.commit()
            return
        self._store_reference(activity)
        if event == "teamRenamed":
            with Session(self._engine) as session:
                rename_team(session, ref.team_id, ref.team)
                session.commit()
        elif event in TEAM_RESTORED:
            self._name_channels(ref)

    def _store_reference(self, activity: Activity) -> Reference | None:
        """Store the reference of an activity and return it; None where there is none, or it may not be stored."""
        ref = reference(activity)
        if ref is None:
            return None
        with Session(self._engine) as session:
            try:
                store_reference(session, ref, self._clock.now(), self._connector.loopback)
            except ForeignAddressError:
                log.warning("conversation of another host", conversation=ref.conversation, host=ref.service_url)
                return None
            session.commit()
        return ref

    def _link_person(self, activity: Activity, ref: Reference) -> None:
        """Link the person of a personal chat; Teams is asked only about unknown people."""
        zone, now = str(activity.get("localTimezone") or ""), self._clock.now()
        with Session(self._engine) as session:
            is_known = _update_account(session, ref, zone, now)
            session.commit()
        if is_known or not ref.account:
            return
        member = self._unless_refused(lambda: self._connector.member(ref.conversation, user_of(activity)))
        if member is None:
            return
        now = self._clock.now()
        with Session(self._engine) as session:
            try:
                person = _link_by_address(session, ref, (member.email, member.user_principal_name), now)
                if person is not None:
                    _adopt_time_zone(session, person, zone, now)
                session.commit()
            except IntegrityError:
                # Another process handled an event of this account first.
                session.rollback()
                log.info("linked elsewhere", account=ref.account)

    def _name_channels(self, ref: Reference) -> None:
        """Store the name of each channel of a team: a message in a channel does not contain it."""
        team_id = _team_id(ref)
        channels = self._unless_refused(lambda: self._connector.channels(team_id))
        with Session(self._engine) as session:
            for channel in channels or ():
                if channel.id:
                    each = replace(ref, conversation=channel.id, name=channel.name or GENERAL_CHANNEL, team_id=team_id)
                    store_reference(session, each, self._clock.now(), self._connector.loopback)
            session.commit()

    def _unless_refused(self, ask: Callable[[], T]) -> T | None:
        """Make a call, and return None where Teams refuses it. Raises SendError where Teams may answer later."""
        try:
            return ask()
        except SendError as error:
            if error.trouble not in (Trouble.BROKEN, Trouble.OURS):
                raise
            log.warning("not told by Teams", reason=error.reason)
            return None


def _team_id(ref: Reference) -> str:
    """Return the team's id; where an event has none, it is in the team's first channel, whose id is the team's."""
    return ref.team_id or ref.conversation


def _find_account(session: Session, ref: Reference) -> ChatAccount | None:
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


def _update_account(session: Session, ref: Reference, zone: str, now: datetime) -> bool:
    """Update the account whose chat this is, and return whether there is one. Messages go to this chat from now on."""
    account = _find_account(session, ref)
    if account is None:
        return False
    account.conversation, account.account = ref.conversation, ref.account
    mark_working(session, account, now)
    _adopt_time_zone(session, session.get_one(Person, account.person_id), zone, now)
    return True


def _link_by_address(session: Session, ref: Reference, addresses: Iterable[str | None], now: datetime) -> Person | None:
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


def _adopt_time_zone(session: Session, person: Person, zone: str, now: datetime) -> None:
    """Adopt the time zone that Teams sends with a person's messages, unless they chose one."""
    if is_zone_automatic(session, person):
        follow_zone(session, person, zone, now)
