"""Stores the conversations that the bot is in and the service URL of each, at installation and with every event.

Each call sends the bot's own token to that URL. So a URL is stored, and called, only where it is Microsoft's. Nothing
here commits.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import httpx
from sqlalchemy import func
from sqlmodel import Session, col, select

from remembrancer.bot.inbound.inbox import insert_new
from remembrancer.bot.teams.sdk import LOOPBACK
from remembrancer.models import TeamsConversation, TeamsKind

SERVICE_HOSTS = frozenset(
    {"smba.trafficmanager.net", "smba.onyx.prod.teams.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"}
)
"""The hosts of Teams' Bot Connector, in the public cloud and in the American government's part of it (GCC).

They are those that Microsoft's own SDK uses for that cloud. Clouds that have tokens of their own (GCC High, DoD and
China) have other hosts; their tokens are refused, so nothing is sent there either.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages and
https://github.com/microsoft/teams.net (CloudEnvironment)
"""
DEFAULT_SERVICE_URL = "https://smba.trafficmanager.net/teams"
"""The service URL used before a conversation has sent an event: the public cloud's own address (same page)."""
THREAD_SEPARATOR = ";messageid="
"""Joins a channel's id and the id of a thread's first message, where the thread is addressed."""


class ForeignAddressError(ValueError):
    """The address is not Microsoft's: a call would give the bot's token away."""


@dataclass(frozen=True)
class Reference:
    """What an event says of its conversation; see TeamsConversation. An empty field: the event does not say."""

    conversation: str
    service_url: str
    tenant_id: str
    kind: TeamsKind
    name: str = ""
    team: str = ""
    account: str = ""
    team_id: str = ""


def without_thread(conversation: str) -> str:
    """Return a conversation's own id from that of a thread in it."""
    return conversation.partition(THREAD_SEPARATOR)[0]


def check_service_url(service_url: str, loopback: bool = False) -> str:
    """Return the service URL without a trailing slash. `loopback`: a server on this machine is allowed too.

    Raises ForeignAddressError.
    """
    try:
        url = httpx.URL(service_url)
    except httpx.InvalidURL as error:
        raise ForeignAddressError(service_url) from error
    is_plain = not (url.userinfo or url.query or url.fragment)
    is_loopback = loopback and url.scheme == "http" and url.host == LOOPBACK
    is_microsoft = url.scheme == "https" and url.host in SERVICE_HOSTS and url.port is None
    if not is_plain or not (is_loopback or is_microsoft):
        raise ForeignAddressError(service_url)
    return str(url).rstrip("/")


def store_reference(session: Session, ref: Reference, now: datetime, loopback: bool = False) -> None:
    """Store what an event of the time `now` says of its conversation; an older event changes nothing.

    Raises ForeignAddressError, and then stores nothing.
    """
    values = asdict(ref)
    values |= {
        "conversation": without_thread(ref.conversation),
        "service_url": check_service_url(ref.service_url, loopback),
    }
    values["account"] = ref.account.lower()
    # Several processes receive events of one conversation at a time.
    insert = insert_new(session.get_bind().dialect.name, TeamsConversation, ["conversation"])
    session.connection().execute(insert, values | {"seen_at": now})
    [row] = _lock(session, TeamsConversation.conversation == values["conversation"])
    if now < row.seen_at:
        return
    for field, value in values.items():
        if value:
            setattr(row, field, value)
    row.seen_at, row.removed_at = now, None
    session.flush()


def mark_removed(session: Session, conversation: str, now: datetime) -> None:
    """Mark a conversation that the bot has left, or from which the app was removed; an unknown one stays unknown."""
    _mark_rows(session, _lock(session, TeamsConversation.conversation == without_thread(conversation)), now)


def mark_team_removed(session: Session, team_id: str, now: datetime) -> None:
    """Mark all channels of a team that the bot has left."""
    _mark_rows(session, _lock_team(session, team_id), now)


def _mark_rows(session: Session, rows: Sequence[TeamsConversation], now: datetime) -> None:
    for row in rows:
        if now >= row.seen_at:
            row.seen_at = row.removed_at = now
    session.flush()


def rename_team(session: Session, team_id: str, name: str) -> None:
    """Store a team's new name with each of its channels."""
    for row in _lock_team(session, team_id):
        row.team = name
    session.flush()


def find_conversation(session: Session, conversation: str) -> TeamsConversation | None:
    """Find a conversation by its id or by that of a thread in it, even if the bot has left it."""
    query = select(TeamsConversation).where(TeamsConversation.conversation == without_thread(conversation))
    return session.exec(query).first()


def find_chat(session: Session, account: str) -> TeamsConversation | None:
    """Find the chat with a person by their Entra object id, unless the bot has left it."""
    query = select(TeamsConversation).where(
        TeamsConversation.account == account.lower(),
        TeamsConversation.kind == TeamsKind.PERSONAL,
        col(TeamsConversation.removed_at).is_(None),
    )
    return session.exec(query.order_by(col(TeamsConversation.seen_at).desc())).first()


def find_channels(session: Session, name: str) -> Sequence[TeamsConversation]:
    """Find the channels of a name: '#cabinet', 'Cabinet', or 'Democratic Services / Cabinet' with the team's name.

    Channels that the bot has left are not among them.
    """
    lowered_name = name.removeprefix("#").strip().lower()
    full_name = func.lower(TeamsConversation.team + " / " + TeamsConversation.name)
    query = select(TeamsConversation).where(
        TeamsConversation.kind == TeamsKind.CHANNEL,
        col(TeamsConversation.removed_at).is_(None),
        (func.lower(TeamsConversation.name) == lowered_name) | (full_name == lowered_name),
    )
    return session.exec(query.order_by(col(TeamsConversation.id))).all()


def find_channel(session: Session, name: str) -> TeamsConversation | None:
    """Find the one channel of a name. None where there is none, or several."""
    channels = find_channels(session, name)
    return channels[0] if len(channels) == 1 else None


def latest_conversation(session: Session, tenant_id: str) -> TeamsConversation | None:
    """Find the tenant's conversation with the latest event: its service URL most likely serves the others too."""
    query = select(TeamsConversation).where(TeamsConversation.tenant_id == tenant_id)
    return session.exec(query.order_by(col(TeamsConversation.seen_at).desc(), col(TeamsConversation.id))).first()


def _lock(session: Session, *where: bool) -> Sequence[TeamsConversation]:
    """Load rows anew and lock them, always in one order, so that nobody else changes them until we have."""
    query = select(TeamsConversation).where(*where).order_by(col(TeamsConversation.id))
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).all()


def _lock_team(session: Session, team_id: str) -> Sequence[TeamsConversation]:
    return _lock(session, TeamsConversation.team_id == team_id) if team_id else ()
