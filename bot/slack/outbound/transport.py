"""Sends, finds and updates messages in Slack: each is posted in chunks, each chunk once, and is found by its key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from remembrancer.bot.inbound.sender_lookup import CHUNK_SEPARATOR
from remembrancer.bot.platform.rate_limit import PATIENCE
from remembrancer.bot.slack.addresses import Addresses
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.errors import code_of
from remembrancer.bot.slack.outbound.find_message import PostedMessage, find_posted
from remembrancer.bot.slack.outbound.message_chunks import split_into_chunks
from remembrancer.bot.slack.outbound.post_message import MessagePoster
from remembrancer.models.message import Message, Part
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Trouble
from remembrancer.wording import phrase

PLATFORM = "slack"
CLOCK_SKEW = timedelta(hours=1)
"""The most by which Slack's clock and ours may differ."""


class SlackTransport:
    """The Transport (scheduler.outbox.transport) for one workspace. Thread-safe.

    A message's remote id is the timestamps of its chunks. Sending a message again completes one posted in part.
    """

    def __init__(self, web: SlackWebApi) -> None:
        self.web = web
        self._addresses = Addresses(web)

    @property
    def stopped(self) -> str | None:
        """Why nothing can be sent to anybody now; None where it can."""
        return self.web.stopped

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        if perhaps_again:
            message = Message(parts=(Part(text=phrase("slack_admin.perhaps_again")), *message.parts))
        chunks = split_into_chunks(message, key)
        may_be_there = len(chunks) > 1 or any(chunk.attachments for chunk in chunks)
        resolve = self._addresses.of if may_be_there else self._addresses.to_post_to
        with self._at(conversation, resolve) as channel:
            posted = find_posted(self.web, channel, key, _search_start(since)) if may_be_there else PostedMessage()
            poster = MessagePoster(self.web, channel, key, posted)
            sent = poster.post(chunks)
            if poster.channel != channel:
                self._addresses.keep(conversation, poster.channel)
            return sent

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        try:
            with self._at(conversation) as channel:
                posted = find_posted(self.web, channel, key, _search_start(since))
        except SendError as error:
            if code_of(error) == "missing_scope":
                raise CannotKnowError from error
            raise
        if not posted.chunks:
            return None
        if not posted.is_complete:
            raise InPartError
        return posted.sent

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        """Update the message; files that were shared stay as they are, because Slack has no way to change one."""
        timestamps, chunks = sent.remote_id.split(CHUNK_SEPARATOR), split_into_chunks(message, sent.key)
        posted = PostedMessage(dict(enumerate(timestamps)))
        posted.shared_files.update(each.name for chunk in chunks for each in chunk.attachments)
        with self._at(conversation) as channel:
            if len(chunks) > len(timestamps):
                # An earlier update may have posted some of the new chunks before it failed.
                posted.chunks = (
                    find_posted(self.web, channel, sent.key, float(timestamps[0]), timestamps[0]).chunks | posted.chunks
                )
            return MessagePoster(self.web, channel, sent.key, posted).post(chunks)

    @contextmanager
    def _at(self, conversation: str, resolve: Callable[[str, float], str] | None = None) -> Iterator[str]:
        try:
            yield (resolve or self._addresses.of)(conversation, PATIENCE)
        except SendError as error:
            if error.trouble == Trouble.BROKEN:
                self._addresses.forget(conversation)
            raise


def _search_start(since: datetime | None) -> float:
    """Return the Slack timestamp (seconds) from which a conversation is searched."""
    return (since - CLOCK_SKEW).timestamp() if since else 0.0
