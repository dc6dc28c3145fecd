"""Implements the sandbox: a local chat platform for trying the service out.

It stores posts without knowing their meaning, in a database of its own, as any chat platform does.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from remembrancer.clock import Clock
from remembrancer.models.base import UtcDateTime
from remembrancer.models.database import make_engine
from remembrancer.models.message import Message
from remembrancer.scheduler.outbox.transport import SendError, Sent, Trouble

PLATFORM = "sandbox"
chat_tables = MetaData()
_posts = Table(
    "post",
    chat_tables,
    Column("id", Integer, primary_key=True),
    Column("conversation", String, nullable=False, index=True),
    Column("key", String, unique=True),
    Column("author", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("reply_to", Integer),
)
BOT = "Remembrancer"


@dataclass(frozen=True)
class Post:
    """A post in the sandbox chat. `reply_to` is the id of the post it answers."""

    id: int
    conversation: str
    author: str
    message: Message
    posted_at: datetime
    updated_at: datetime | None
    reply_to: int | None


class SandboxChat:
    """Stores posts, and is the transport that sends them."""

    def __init__(self, file: Path | None, clock: Clock) -> None:
        self._clock = clock
        self.engine = make_engine(f"sqlite:///{file}" if file else "sqlite://")
        chat_tables.create_all(self.engine)

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        try:
            return Sent(str(self._post(conversation, BOT, message.model_dump(mode="json"), key=key)))
        except IntegrityError as error:
            raise SendError(Trouble.DOUBT, "there is a post with this key") from error

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        with self.engine.begin() as connection:
            query = select(_posts.c.id).where(_posts.c.conversation == conversation, _posts.c.key == key)
            found = connection.execute(query).scalar()
        return Sent(str(found)) if found is not None else None

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        changes = {"body": message.model_dump(mode="json"), "updated_at": self._clock.now()}
        with self.engine.begin() as connection:
            connection.execute(update(_posts).where(_posts.c.id == int(sent.remote_id)).values(**changes))
        return sent

    def say(
        self, conversation: str, author: str, text: str, reply_to: int | None = None, key: str | None = None
    ) -> int:
        """Post a person's text as they typed it and return the post's id. The same key twice makes one post."""
        try:
            return self._post(conversation, author, {"parts": [{"text": text}]}, key=key, reply_to=reply_to)
        except IntegrityError:
            with self.engine.begin() as connection:
                return int(connection.execute(select(_posts.c.id).where(_posts.c.key == key)).scalar_one())

    def posts(self, conversation: str) -> list[Post]:
        """Return the posts of a conversation, oldest first."""
        with self.engine.begin() as connection:
            query = select(_posts).where(_posts.c.conversation == conversation).order_by(_posts.c.id)
            return [
                Post(
                    id=row.id,
                    conversation=row.conversation,
                    author=row.author,
                    message=Message.model_validate(row.body),
                    posted_at=row.posted_at,
                    updated_at=row.updated_at,
                    reply_to=row.reply_to,
                )
                for row in connection.execute(query)
            ]

    def last_post_ids(self) -> dict[str, int]:
        """Return the id of the newest post of each conversation."""
        with self.engine.begin() as connection:
            newest = select(_posts.c.conversation, func.max(_posts.c.id)).group_by(_posts.c.conversation)
            return {row[0]: row[1] for row in connection.execute(newest)}

    def _post(
        self, conversation: str, author: str, body: dict[str, Any], key: str | None = None, reply_to: int | None = None
    ) -> int:
        values = {
            "conversation": conversation,
            "author": author,
            "body": body,
            "key": key,
            "posted_at": self._clock.now(),
            "reply_to": reply_to,
        }
        with self.engine.begin() as connection:
            return int(connection.execute(insert(_posts).values(**values).returning(_posts.c.id)).scalar_one())
