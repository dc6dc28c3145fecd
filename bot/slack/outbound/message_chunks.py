"""Splits a message into chunks that Slack accepts; parts stay together, and nothing is cut.

A posted card is updated chunk by chunk. So the number of parts decides which chunk a part is in, and the parts' text
decides it only where Slack's limits leave no choice.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from remembrancer.bot.platform.markdown import Node, Run, parse
from remembrancer.bot.platform.split_message import Splitter
from remembrancer.bot.slack.outbound.blocks import (
    MESSAGE_CHARACTERS,
    TABLE_CHARACTERS,
    TABLE_ROWS,
    Block,
    actions,
    blocks_of,
    escape_mrkdwn,
    fallback_of,
    table_characters,
)
from remembrancer.models.message import Attachment, Button, Message, Part

PARTS_PER_CHUNK = 12  # in one chunk: a part with buttons takes two blocks at least
RECOMMENDED_TEXT = 3_900  # characters of a message's text: Slack recommends 4,000 at most
LARGEST_TEXT = 8_000  # where a lower limit would move parts to another chunk when their text changes
MAX_KEY = 200
MAX_BLOCKS = 45  # of the fifty that Slack takes
MAX_CHARACTERS = MESSAGE_CHARACTERS - 1000
METADATA_EVENT = "remembrancer_delivery"
BLOCK_PREFIX = "remembrancer"


@dataclass(frozen=True)
class Chunk:
    """One message to Slack: `text` carries all content of the blocks as safe mrkdwn. The first is never in a thread.

    number: counted from nought; attachments: files that are uploaded with it.
    """

    text: str
    blocks: list[Block]
    attachments: tuple[Attachment, ...]
    in_thread: bool
    number: int


@dataclass(frozen=True)
class _Fragment:
    """What stays together in one chunk: a part, or as much of a part as fits."""

    nodes: tuple[Node, ...]
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        return [*blocks_of(self.nodes), *actions(self.buttons)]


def split_into_chunks(message: Message, key: str) -> list[Chunk]:
    """Split the message, in order, into chunks within Slack's limits; `key` is the delivery's own."""
    chunks: list[Chunk] = []
    for is_detail, group in groupby(message.parts, key=lambda part: part.detail):
        for fragments in _fill_chunks(list(group), is_detail):
            number = len(chunks)
            chunks.append(_chunk(fragments, key, number, in_thread=is_detail and number > 0))
    return chunks


def _fill_chunks(parts: Sequence[Part], is_detail: bool) -> Iterator[list[_Fragment]]:
    for first in range(0, len(parts), PARTS_PER_CHUNK):
        part_group = parts[first : first + PARTS_PER_CHUNK]
        room = LARGEST_TEXT if len(part_group) > 1 and not is_detail else RECOMMENDED_TEXT
        chunk_fragments: list[_Fragment] = []
        for fragment in (fragment for part in part_group for fragment in _fragments(part, room)):
            if chunk_fragments and not _fragments_fit([*chunk_fragments, fragment], room):
                yield chunk_fragments
                chunk_fragments = []
            chunk_fragments.append(fragment)
        yield chunk_fragments


def _fragments(part: Part, room: int) -> list[_Fragment]:
    nodes = parse(part.text)
    if not nodes:
        names = [file.alt or file.name for file in part.attachments] or [button.label for button in part.buttons]
        nodes = tuple(Node("paragraph", (Run(name),)) for name in names)
    whole = _Fragment(nodes, part.buttons, part.attachments)
    if nodes_fit(nodes, room) and _fragments_fit([whole], room):
        return [whole]
    splitter = Splitter(room, lambda group: nodes_fit(group, room), lambda text: len(escape_mrkdwn(text)))
    *before, last = splitter.split(nodes)
    rest = _Fragment(last, part.buttons, part.attachments)
    ends = [rest] if _fragments_fit([rest], room) else [_Fragment(last), _Fragment((), part.buttons, part.attachments)]
    return [*(_Fragment(group) for group in before), *ends]


def _fragments_fit(fragments: Sequence[_Fragment], room: int) -> bool:
    return fits([block for fragment in fragments for block in fragment.blocks], _text(fragments), room)


def _text(fragments: Sequence[_Fragment]) -> str:
    return "\n\n".join(fallback_of(fragment.nodes) for fragment in fragments if fragment.nodes)


def _chunk(fragments: Sequence[_Fragment], key: str, number: int, in_thread: bool) -> Chunk:
    blocks = [block for fragment in fragments for block in fragment.blocks]
    ids = [f"{BLOCK_PREFIX}|{number}|{short_key(key)}", *(f"{number}.{index}" for index in range(1, len(blocks)))]
    return Chunk(
        text=_text(fragments),
        blocks=[block | {"block_id": block_id} for block, block_id in zip(blocks, ids, strict=True)],
        attachments=tuple(file for fragment in fragments for file in fragment.attachments),
        in_thread=in_thread,
        number=number,
    )


def short_key(key: str) -> str:
    """Shorten a long delivery key to what Slack stores, so that it stays unique."""
    return key if len(key) <= MAX_KEY else f"{key[: MAX_KEY - 33]}~{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def metadata(key: str, number: int) -> dict[str, Any]:
    """Build the hidden metadata by which a posted chunk is found again."""
    return {"event_type": METADATA_EVENT, "event_payload": {"key": short_key(key), "piece": number}}


def key_of(message: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the delivery key (as `short_key` gives it) and chunk number of a Slack message; None if it is not ours."""
    carried = message.get("metadata") or {}
    if carried.get("event_type") == METADATA_EVENT:
        payload = carried.get("event_payload") or {}
        return (str(payload["key"]), int(payload["piece"])) if {"key", "piece"} <= set(payload) else None
    for block in message.get("blocks") or []:
        prefix, _, rest = str(block.get("block_id", "")).partition("|")
        number, _, key = rest.partition("|")
        if prefix == BLOCK_PREFIX and number.isdecimal():
            return key, int(number)
    return None


def fits(blocks: Sequence[Block], text: str, room: int) -> bool:
    """Return whether blocks and their text fit one message with at most `room` characters of text."""
    tables = sum(block["type"] == "table" for block in blocks)
    return (
        len(blocks) <= MAX_BLOCKS
        and tables <= 1
        and count_characters(list(blocks)) <= MAX_CHARACTERS
        and len(text) <= room
    )


def count_characters(value: Any) -> int:
    """Count the characters of text in a block."""
    if isinstance(value, Mapping):
        return sum(len(v) if k == "text" and isinstance(v, str) else count_characters(v) for k, v in value.items())
    return sum(count_characters(each) for each in value) if isinstance(value, list) else 0


def nodes_fit(nodes: Sequence[Node], room: int) -> bool:
    """Return whether nodes fit one message.

    A table that is too large to be one must be split, though it would fit as lines.
    """
    are_whole = all(len(node.rows) <= TABLE_ROWS and table_characters(node) <= TABLE_CHARACTERS for node in nodes)
    return are_whole and fits(blocks_of(nodes), fallback_of(nodes), room)
