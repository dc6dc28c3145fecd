"""Sends and updates messages in Teams, which has no way to look whether a message arrived."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session

from remembrancer.bot.inbound.sender_lookup import CHUNK_SEPARATOR
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import find_channel, find_chat, find_conversation, without_thread
from remembrancer.bot.teams.inbound.activity_source import ACCOUNT
from remembrancer.bot.teams.outbound.post_message import (
    MessagePoster,
    PostedChunk,
    PostedMessage,
    RecentMessages,
)
from remembrancer.models import TeamsKind
from remembrancer.models.message import Message, Part
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Trouble
from remembrancer.wording import phrase

CHANNEL_SUFFIXES = ("@thread.tacv2", "@thread.skype")
"""The suffixes of channel ids; the ids of group chats end otherwise."""


class Addresses:
    """Resolves conversation ids and caches created chats. Thread-safe: two threads may create the same chat."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._created: dict[str, str] = {}

    def of(self, conversation: str) -> str:
        """Return the id of a conversation, of a channel by name, or of a person's chat, created where there is none.

        Raises SendError. An unknown name is returned as it is, for Teams to refuse.
        """
        with Session(self._connector.engine) as session:
            if find_conversation(session, conversation) is not None:
                return without_thread(conversation)
            is_account = ACCOUNT.fullmatch(conversation) is not None
            row = find_chat(session, conversation) if is_account else find_channel(session, conversation)
        if row is not None:
            return row.conversation
        if not is_account:
            return without_thread(conversation)
        if conversation not in self._created:
            self._created[conversation] = self._connector.create(conversation)
        return self._created[conversation]

    def is_channel(self, conversation: str) -> bool:
        """Return whether the conversation is a channel, which has threads."""
        with Session(self._connector.engine) as session:
            row = find_conversation(session, conversation)
        return conversation.endswith(CHANNEL_SUFFIXES) if row is None else row.kind == TeamsKind.CHANNEL

    def forget(self, conversation: str) -> None:
        """Drop a cached chat that Teams refuses; there may be another."""
        self._created.pop(conversation, None)


class TeamsTransport:
    """The Transport (scheduler.outbox.transport) for one app in Teams. Thread-safe.

    A message's remote id is the activity ids of its chunks. What this process knows to be posted is completed or
    replaced, never repeated; of anything else nobody can say whether it was posted.
    """

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self._addresses = Addresses(connector)
        self._recent = RecentMessages()

    @property
    def stopped(self) -> str | None:
        """Why nothing can be sent to anybody now; None where it can."""
        return self.connector.stopped

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        if perhaps_again:
            message = Message(parts=(Part(text=phrase("teams_admin.perhaps_again")), *message.parts))
        with self._at(conversation) as where:
            posted = self._recent.get(conversation, key)
            return self._poster(where, posted, reposts=True).post(message)

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        posted = self._recent.get(conversation, key)
        if not posted.chunks:
            raise CannotKnowError
        if not posted.is_complete:
            raise InPartError
        return posted.sent

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        """Update the message; an earlier update that failed half-way is continued by the message's key."""
        with self._at(conversation) as where:
            return self._poster(where, self._posted_message(conversation, sent)).post(message)

    def _posted_message(self, conversation: str, sent: Sent) -> PostedMessage:
        names = sent.remote_id.split(CHUNK_SEPARATOR)
        posted = self._recent.get(conversation, sent.key) if sent.key else PostedMessage()
        if [chunk.id for chunk in posted.chunks[: len(names)]] != names:
            posted.chunks[:] = [PostedChunk(name) for name in names]
            posted.in_doubt.clear()
        for chunk in posted.chunks:
            # Another process may have changed the chunk since.
            chunk.state_hash = ""
        return posted

    def _poster(self, where: str, posted: PostedMessage, reposts: bool = False) -> MessagePoster:
        return MessagePoster(self.connector, where, self._addresses.is_channel(where), posted, reposts)

    @contextmanager
    def _at(self, conversation: str) -> Iterator[str]:
        try:
            yield self._addresses.of(conversation)
        except SendError as error:
            if error.trouble == Trouble.BROKEN:
                self._addresses.forget(conversation)
            raise
