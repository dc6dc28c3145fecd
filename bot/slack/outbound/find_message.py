"""Finds the posted chunks of a message in a conversation by the delivery's key."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from remembrancer.bot.inbound.sender_lookup import CHUNK_SEPARATOR
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.outbound.message_chunks import key_of, short_key
from remembrancer.scheduler.outbox.transport import Sent

COUNT_KEY, FILES_KEY = "of", "files"
"""Keys in a posted chunk's metadata: the number of chunks of its message, and the names of its files in the thread."""


@dataclass
class PostedMessage:
    """What is posted of one message: the chunks' timestamps by number, and the files shared in its thread.

    `count` is the number of chunks that the posted ones name; `expected_files` counts the files that they name.
    """

    chunks: dict[int, str] = field(default_factory=dict)
    count: int = 1
    expected_files: Counter[str] = field(default_factory=Counter)
    shared_files: Counter[str] = field(default_factory=Counter)

    @property
    def is_complete(self) -> bool:
        """Whether all chunks and files of the message are posted."""
        return all(number in self.chunks for number in range(self.count)) and self.expected_files <= self.shared_files

    @property
    def sent(self) -> Sent:
        """The message's remote id: the timestamps of its chunks."""
        return Sent(CHUNK_SEPARATOR.join(self.chunks[number] for number in sorted(self.chunks)))

    def add(self, posted: Mapping[str, Any], number: int) -> None:
        """Add a posted chunk."""
        payload = (posted.get("metadata") or {}).get("event_payload") or {}
        self.chunks[number] = posted["ts"]
        self.count = max(self.count, int(payload.get(COUNT_KEY) or 1))
        self.expected_files += Counter(payload.get(FILES_KEY) or ())


def find_posted(web: SlackWebApi, channel: str, key: str, oldest: float, first: str = "") -> PostedMessage:
    """Find what is posted of a message since `oldest`, a Slack timestamp in seconds.

    `first` is the timestamp of its first chunk, where that is known.
    """
    found = PostedMessage()
    arguments: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "oldest": f"{oldest:.6f}"}
    for posted, number in _with_key(web.pages("conversations.history", "messages", **arguments), key):
        found.add(posted, number)
        if number == 0:
            # Slack lists the newest first, and the first chunk is the oldest, so there are no more.
            break
    first = first or found.chunks.get(0, "")
    if first and (found.count > 1 or found.expected_files or 0 not in found.chunks):
        in_thread: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "ts": first}
        replies = [each for each in web.pages("conversations.replies", "messages", **in_thread) if each["ts"] != first]
        for posted, number in _with_key(replies, key):
            found.add(posted, number)
        found.shared_files += Counter(file.get("name", "") for each in replies for file in each.get("files") or ())
    return found


def _with_key(messages: Iterable[dict[str, Any]], key: str) -> Iterator[tuple[dict[str, Any], int]]:
    for posted in messages:
        found = key_of(posted)
        if found is not None and found[0] == short_key(key):
            yield posted, found[1]
