"""Which conversations the bot was let into, and where calls about each go: kept at install and with every event.

Whoever names the address of a call is sent the bot's own token. So an address is kept, and called, only where it is
Microsoft's. Nothing here commits.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import Insert, Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from remembrancer.bot.teams.sdk import LOOPBACK
from remembrancer.models import TeamsConversation, TeamsKind

HOSTS = frozenset(
    {"smba.trafficmanager.net", "smba.onyx.prod.teams.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"}
)
"""Where Teams takes a bot's calls, in the public cloud and in the American government's part of it (GCC).

They are those that Microsoft's own SDK takes for that cloud. Clouds that have tokens of their own (GCC High, DoD and
China) have other hosts: nothing that they sign is let in, so nothing is said there either.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages and
https://github.com/microsoft/teams.net (CloudEnvironment)
"""
ANYWHERE = "https://smba.trafficmanager.net/teams"
"""Where a call goes while nothing was heard from a conversation: the public cloud's own address (same page)."""
THREAD = ";messageid="
"""Follows a channel's id where a thread in it is meant, before the id of the thread's first message."""


class ForeignAddressError(ValueError):
    """An address that is not Microsoft's: the bot's token would be given away there."""


@dataclass(frozen=True)
class Reference:
    """What an event says of the conversation in which it happened; see TeamsConversation. Empty: it does not say."""

    conversation: str
    service_url: str
    tenant_id: str
    kind: TeamsKind
    name: str = ""
    team: str = ""
    account: str = ""
    team_id: str = ""


def without_thread(conversation: str) -> str:
    """A conversation's own id, where an event gives that of a thread in it."""
    return conversation.partition(THREAD)[0]


def checked(service_url: str, loopback: bool = False) -> str:
    """The address, as it is called, without a slash at its end. `loopback`: a server on this machine may stand in.

    Raises ForeignAddressError.
    """
    try:
        url = httpx.URL(service_url)
    except httpx.InvalidURL as error:
        raise ForeignAddressError(service_url) from error
    plain = not (url.userinfo or url.query or url.fragment)
    ours = loopback and url.scheme == "http" and url.host == LOOPBACK
    microsofts = url.scheme == "https" and url.host in HOSTS and url.port is None
    if not plain or not (ours or microsofts):
        raise ForeignAddressError(service_url)
    return str(url).rstrip("/")


def remember(session: Session, told: Reference, now: datetime, loopback: bool = False) -> None:
    """Keep what an event of `now` says. What is older than that of which we know already changes nothing.

    Raises ForeignAddressError, and then nothing is kept.
    """
    given = asdict(told)
    given |= {"conversation": without_thread(told.conversation), "service_url": checked(told.service_url, loopback)}
    given["account"] = told.account.lower()
    session.connection().execute(_insert(session, given | {"seen_at": now}))
    row = _locked(session, given["conversation"])
    if row is None or now < row.seen_at:
        return
    for field, value in given.items():
        if value:
            setattr(row, field, value)
    row.seen_at, row.removed_at = now, None
    session.flush()


def removed(session: Session, conversation: str, now: datetime) -> None:
    """The bot is not in it any more, or its app was taken away. What was not known is none the less."""
    row = _locked(session, conversation)
    if row is not None and now >= row.seen_at:
        row.seen_at = row.removed_at = now
        session.flush()


def team_removed(session: Session, team_id: str, now: datetime) -> None:
    """The bot is in none of a team's channels any more."""
    for row in _of_team(session, team_id):
        if now >= row.seen_at:
            row.seen_at = row.removed_at = now
    session.flush()


def team_renamed(session: Session, team_id: str, name: str) -> None:
    """A team is called otherwise now, in each of its channels."""
    for row in _of_team(session, team_id):
        row.team = name
    session.flush()


def find(session: Session, conversation: str) -> TeamsConversation | None:
    """What is known of a conversation, or of the one in which a thread is; one that was left is known too."""
    query = select(TeamsConversation).where(TeamsConversation.conversation == without_thread(conversation))
    return session.exec(query).first()


def personal(session: Session, account: str) -> TeamsConversation | None:
    """The chat with somebody, by their Entra object id, where it is known and was not left."""
    query = select(TeamsConversation).where(
        TeamsConversation.account == account.lower(),
        TeamsConversation.kind == TeamsKind.PERSONAL,
        col(TeamsConversation.removed_at).is_(None),
    )
    return session.exec(query.order_by(col(TeamsConversation.seen_at).desc())).first()


def channels_called(session: Session, name: str) -> Sequence[TeamsConversation]:
    """The channels of that name: '#cabinet', 'Cabinet' or, where teams have one each, 'Democratic Services / Cabinet'.

    Those that were left are not among them.
    """
    wanted = name.removeprefix("#").strip().lower()
    full = func.lower(TeamsConversation.team + " / " + TeamsConversation.name)
    query = select(TeamsConversation).where(
        TeamsConversation.kind == TeamsKind.CHANNEL,
        col(TeamsConversation.removed_at).is_(None),
        (func.lower(TeamsConversation.name) == wanted) | (full == wanted),
    )
    return session.exec(query.order_by(col(TeamsConversation.id))).all()


def channel_called(session: Session, name: str) -> TeamsConversation | None:
    """The one channel of that name. None where none has it, or several do."""
    found = channels_called(session, name)
    return found[0] if len(found) == 1 else None


def heard_last(session: Session, tenant_id: str) -> TeamsConversation | None:
    """Of a tenant's conversations the one that was heard of last: the others are most likely called where it is."""
    query = select(TeamsConversation).where(TeamsConversation.tenant_id == tenant_id)
    return session.exec(query.order_by(col(TeamsConversation.seen_at).desc(), col(TeamsConversation.id))).first()


def _locked(session: Session, conversation: str) -> TeamsConversation | None:
    """As it is now, whatever this session read of it before; nobody else changes it until we have."""
    query = select(TeamsConversation).where(TeamsConversation.conversation == without_thread(conversation))
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def _of_team(session: Session, team_id: str) -> Sequence[TeamsConversation]:
    """Its channels that are known, locked like one alone, and always in one order."""
    query = select(TeamsConversation).where(TeamsConversation.team_id == team_id, TeamsConversation.team_id != "")
    ordered = query.order_by(col(TeamsConversation.id))
    return session.exec(ordered.with_for_update().execution_options(populate_existing=True)).all()


def _insert(session: Session, row: dict[str, Any]) -> Insert:
    """An insert that does nothing where the conversation is there: several processes hear of one at a time."""
    table: Table = TeamsConversation.__table__  # type: ignore[attr-defined]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made: Any = dialect.insert(table).values(**row)
    unless_there: Insert = made.on_conflict_do_nothing(index_elements=["conversation"])
    return unless_there
