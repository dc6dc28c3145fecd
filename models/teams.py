"""Conversations in Microsoft Teams to which the bot may write."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class TeamsKind(StrEnum):
    PERSONAL = "personal"
    GROUP = "group"
    CHANNEL = "channel"


class TeamsConversation(SQLModel, table=True):
    """One conversation that the bot was added to, as Teams last described it at `seen_at`.

    `conversation` is Teams' own id of the conversation, never of a thread in it; `service_url` is the base address for
    calls about it. `name` and `team` are the names of the channel or chat and of its team, where Teams gave them, and
    `team_id` is Teams' own id of the team. `account` is the Entra object id of the person in a personal chat. The bot
    was removed from the conversation at `removed_at`.
    """

    __tablename__ = "teams_conversation"

    id: int | None = Field(default=None, primary_key=True)
    conversation: str = Field(unique=True)
    service_url: str
    tenant_id: str
    kind: TeamsKind
    name: str = ""
    team: str = ""
    account: str = Field(default="", index=True)
    team_id: str = ""
    seen_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
