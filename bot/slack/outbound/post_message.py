"""Brings a conversation to the wanted state of a message: updates the chunks that are there and posts the others."""

from collections import Counter
from collections.abc import Sequence

import structlog

from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.errors import code_of
from remembrancer.bot.slack.outbound.files import picture_block, share
from remembrancer.bot.slack.outbound.find_message import COUNT_KEY, FILES_KEY, PostedMessage
from remembrancer.bot.slack.outbound.message_chunks import Chunk, metadata
from remembrancer.models.message import Attachment
from remembrancer.scheduler.outbox.transport import SendError, Sent
from remembrancer.wording import phrase

log = structlog.get_logger()
MAX_UPDATE_TEXT = 4_000
"""Characters of an update's fallback text; Slack refuses more (msg_too_long), and the blocks carry it all."""
SLACK_MAX_BLOCKS = 50
NO_UNFURLING = {"unfurl_links": False, "unfurl_media": False, "link_names": False}
"""Keeps Slack from adding link previews or mentions."""


class MessagePoster:
    """Posts one message under one key in one channel; `posted` is what is posted of it.

    `channel` may be a person's id at first; after the first post it is the conversation's.
    """

    def __init__(self, web: SlackWebApi, channel: str, key: str, posted: PostedMessage) -> None:
        self._web, self.channel, self._key, self._shared_files = web, channel, key, Counter(posted.shared_files)
        self._posted = PostedMessage(dict(posted.chunks) if 0 in posted.chunks else {})
        self._to_share: list[Attachment] = []

    def post(self, chunks: Sequence[Chunk]) -> Sent:
        """Post or update all chunks. Raises SendError; calling it again continues from there."""
        try:
            return self._post_all(chunks)
        except SendError as error:
            error.in_part = bool(self._posted.chunks)
            raise

    def _post_all(self, chunks: Sequence[Chunk]) -> Sent:
        posted = self._posted.chunks
        for chunk in chunks:
            posted[chunk.number] = self._post_chunk(chunk, len(chunks))
        for attachment in self._to_share:
            if self._shared_files[attachment.name]:
                self._shared_files[attachment.name] -= 1
            else:
                share(self._web, attachment, self.channel, posted[0])
        for number in posted.keys() - {chunk.number for chunk in chunks}:
            text = phrase("slack_admin.no_more")
            block = {"type": "section", "text": {"type": "plain_text", "text": text}}
            self._web.write("chat.update", self.channel, ts=posted[number], text=text, blocks=[block])
        return self._posted.sent

    def _post_chunk(self, chunk: Chunk, count: int) -> str:
        pictures = [each for each in chunk.attachments if each.is_picture]
        if len(chunk.blocks) + len(pictures) > SLACK_MAX_BLOCKS:
            pictures = []
        try:
            return self._write(chunk, count, pictures)
        except SendError as error:
            if not pictures or code_of(error) != "invalid_blocks":
                raise
            # Slack may not have processed the upload yet.
            log.warning("picture not shown in the message", key=self._key, reason=error.reason)
            return self._write(chunk, count, [])

    def _write(self, chunk: Chunk, count: int, in_message: Sequence[Attachment]) -> str:
        in_thread = [each for each in chunk.attachments if each not in in_message]
        block_ids = [f"{self._key}-{chunk.number}-{n}"[-255:] for n in range(len(in_message))]
        pictures = [picture_block(self._web, *each) for each in zip(in_message, block_ids, strict=True)]
        about = metadata(self._key, chunk.number)
        about["event_payload"] |= {COUNT_KEY: count, FILES_KEY: [each.name for each in in_thread]}
        content = {"text": chunk.text, "blocks": [*chunk.blocks, *pictures], "metadata": about}
        posted = self._posted.chunks
        ts = posted.get(chunk.number, "")
        if ts:
            content["text"] = shorten(str(content["text"]), MAX_UPDATE_TEXT)
            self._web.write("chat.update", self.channel, ts=ts, **content)
        else:
            thread = {"thread_ts": posted[0]} if chunk.in_thread and posted else {}
            answer = self._web.write("chat.postMessage", self.channel, **content, **NO_UNFURLING, **thread)
            self.channel, ts = str(answer["channel"]), str(answer["ts"])
        self._to_share += in_thread
        return ts
