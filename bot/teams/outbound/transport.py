"""Sends and updates messages in Teams, which has no way to look whether a message arrived."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from remembrancer.bot.inbound.sender_lookup import CHUNK_SEPARATOR
from remembrancer.bot.teams.addresses import Addresses
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.outbound.post_message import (
    MessagePoster,
    PostedChunk,
    PostedMessage,
    RecentMessages,
)
from remembrancer.models.message import Message, Part
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Trouble
from remembrancer.wording import phrase


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
