"""Brings a conversation to the wanted state of a message: updates the chunks known to be there and posts the others."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from remembrancer.bot.inbound.sender_lookup import CHUNK_SEPARATOR
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.errors import MESSAGE_GONE, code_of
from remembrancer.bot.teams.outbound.message_chunks import Chunk, split_into_chunks
from remembrancer.models.message import Message, message
from remembrancer.scheduler.outbox.transport import SendError, Sent, Trouble
from remembrancer.wording import phrase

Activity = Mapping[str, Any]
MAX_REMEMBERED = 10_000
"""How many messages are remembered: those of a few minutes are enough."""


@dataclass
class PostedChunk:
    """A posted chunk. `state_hash` is the hash of its content; empty where that is not known."""

    id: str
    state_hash: str = ""


@dataclass
class PostedMessage:
    """What is known to be posted of a message. `in_doubt`: the numbers of chunks that may be posted as well."""

    chunks: list[PostedChunk] = field(default_factory=list)
    is_complete: bool = False
    in_doubt: set[int] = field(default_factory=set)

    @property
    def sent(self) -> Sent:
        """The message's remote id."""
        return Sent(CHUNK_SEPARATOR.join(chunk.id for chunk in self.chunks))


class RecentMessages:
    """Remembers what this process posted lately, because Teams shows a bot no history. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posted: OrderedDict[tuple[str, str], PostedMessage] = OrderedDict()

    def get(self, conversation: str, key: str) -> PostedMessage:
        """Return the record of a message, which its sender fills."""
        with self._lock:
            posted = self._posted.setdefault((conversation, key), PostedMessage())
            self._posted.move_to_end((conversation, key))
            while len(self._posted) > MAX_REMEMBERED:
                self._posted.popitem(last=False)
            return posted


class MessagePoster:
    """Posts one message in one conversation; `posted` is what is posted of it. `is_threaded`: it is a channel.

    `reposts`: a chunk that somebody deleted meanwhile is posted anew.
    """

    def __init__(
        self, connector: Connector, conversation: str, is_threaded: bool, posted: PostedMessage, reposts: bool = False
    ) -> None:
        self._connector, self._conversation = connector, conversation
        self._is_threaded, self._posted, self._reposts = is_threaded, posted, reposts

    def post(self, content: Message) -> Sent:
        """Post or update all chunks. Raises SendError; calling it again continues from there."""
        try:
            return self._post_all(split_into_chunks(content, self._is_threaded))
        except SendError as error:
            error.in_part = bool(self._posted.chunks)
            raise

    def _post_all(self, wanted: Sequence[Chunk]) -> Sent:
        posted = self._posted.chunks
        for number, chunk in enumerate(wanted):
            if number < len(posted):
                self._change(number, chunk.activity, chunk.in_thread)
            else:
                name = self._post(number, chunk.activity, chunk.in_thread)
                posted.append(PostedChunk(name, _state_hash(chunk.activity)))
        for number in range(len(wanted), len(posted)):
            self._change(number, self._note("no_more"), in_thread=self._is_threaded)
        self._posted.is_complete = True
        return self._posted.sent

    def _change(self, number: int, activity: Activity, in_thread: bool) -> None:
        chunk, state_hash = self._posted.chunks[number], _state_hash(activity)
        if chunk.state_hash == state_hash:
            return
        chunk.state_hash = ""
        try:
            self._connector.update(self._conversation, chunk.id, activity, self._thread(in_thread))
        except SendError as error:
            if not self._reposts or code_of(error) != MESSAGE_GONE:
                raise
            chunk.id = self._post(number, activity, in_thread)
        chunk.state_hash = state_hash

    def _post(self, number: int, activity: Activity, in_thread: bool) -> str:
        in_doubt = self._posted.in_doubt
        content = _with_note(self._note("perhaps_again"), activity) if number in in_doubt else activity
        try:
            name = self._connector.post(self._conversation, content, self._thread(in_thread))
        except SendError as error:
            if error.trouble == Trouble.DOUBT and self._posted.chunks:
                in_doubt.add(number)
            raise
        in_doubt.discard(number)
        return name

    def _thread(self, in_thread: bool) -> str | None:
        return self._posted.chunks[0].id if in_thread and self._posted.chunks else None

    def _note(self, word: str) -> Activity:
        return split_into_chunks(message(phrase(f"teams_admin.{word}")), self._is_threaded)[0].activity


def _with_note(note: Activity, activity: Activity) -> Activity:
    """Return the activity with the note's content put before that of its card and its notification."""
    [attachment] = activity["attachments"]
    card = attachment["content"]
    body = [*note["attachments"][0]["content"]["body"], *card.get("body", ())]
    summary = "\n".join(each["summary"] for each in (note, activity) if each.get("summary"))
    return {**activity, "summary": summary, "attachments": [{**attachment, "content": {**card, "body": body}}]}


def _state_hash(activity: Activity) -> str:
    return hashlib.sha256(json.dumps(activity, sort_keys=True).encode()).hexdigest()
