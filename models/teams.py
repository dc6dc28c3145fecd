"""Where the bot may write in Microsoft Teams."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class TeamsKind(StrEnum):
    PERSONAL = "personal"
    GROUP = "group"
    CHANNEL = "channel"


class TeamsConversation(SQLModel, table=True):
    """One conversation that the bot was let into, as Teams last told of it at `seen_at`.

    `conversation` is Teams' own id, never that of a thread in it; `service_url` is where calls about it go. `name` and
    `team` are what a channel or chat and its team are called, where Teams has said so, and `team_id` is Teams' own id
    of the team; `account` is the Entra object id of whom a personal chat is with. From `removed_at` on the bot is not
    in it any more.
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
