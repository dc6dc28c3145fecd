"""Splits a message into chunks that Teams accepts, each a card; parts stay together, and nothing is cut.

A posted card is updated chunk by chunk. So the number of parts decides which chunk a part is in, and the parts' text
decides it only where Teams' size limit leaves no choice.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from remembrancer.bot.platform.markdown import Node, Run, parse, to_plain_text
from remembrancer.bot.platform.split_message import Splitter
from remembrancer.bot.teams.outbound.card import Card, card, card_activity
from remembrancer.bot.teams.outbound.card_actions import action_sets
from remembrancer.bot.teams.outbound.card_elements import Element, elements_of, fit_tables
from remembrancer.models.message import Attachment, Button, Message, Part
from remembrancer.wording import say

PARTS_PER_CHUNK = 12  # in one chunk
MAX_TEXT = 9_000  # UTF-16 units of text in one chunk: text stands in the card, its fallback and the summary
ENVELOPE_BYTES = 2 * 1024  # bytes for the envelope of a message: sender, recipient and the like
MAX_BYTES = 80 * 1024
UNIT_BYTES = 2  # of one unit of UTF-16
SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class Chunk:
    """One message to Teams. `summary` is the card's content as plain text. The first is never in a thread.

    number: counted from nought.
    """

    card: Card
    summary: str
    in_thread: bool
    number: int


@dataclass(frozen=True)
class _Fragment:
    """What stays together in one chunk: a part, or as much of a part as fits."""

    nodes: tuple[Node, ...]
    pictures: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def body(self) -> list[Element]:
        return [*elements_of(self.nodes), *map(_picture, self.pictures), *action_sets(self.buttons)]

    @property
    def text(self) -> str:
        return "\n\n".join(
            filter(None, [to_plain_text(self.nodes), *(picture.alt or picture.name for picture in self.pictures)])
        )


def split_into_chunks(message: Message, is_threaded: bool) -> tuple[Chunk, ...]:
    """Split the message, in order, into chunks. Where there are threads, details go into one below the first chunk."""
    chunks: list[Chunk] = []
    for is_detail, group in groupby(message.parts, key=lambda part: is_threaded and part.detail):
        for fragments in _fill_chunks(list(group)):
            number = len(chunks)
            chunks.append(_chunk(fragments, number, in_thread=is_detail and number > 0))
    return tuple(chunks)


def chunk_activity(chunk: Chunk) -> dict[str, Any]:
    """Build the chunk's activity (https://learn.microsoft.com/azure/bot-service/rest-api)."""
    return card_activity(chunk.card, chunk.summary)


def _fill_chunks(parts: Sequence[Part]) -> Iterator[list[_Fragment]]:
    """Group the parts by chunk."""
    for first in range(0, len(parts), PARTS_PER_CHUNK):
        chunk_fragments: list[_Fragment] = []
        for fragment in (fragment for part in parts[first : first + PARTS_PER_CHUNK] for fragment in _fragments(part)):
            if chunk_fragments and not _fragments_fit([*chunk_fragments, fragment]):
                yield chunk_fragments
                chunk_fragments = []
            chunk_fragments.append(fragment)
        yield chunk_fragments


def _fragments(part: Part) -> list[_Fragment]:
    whole = _part_fragment(part)
    if _fragments_fit([whole]):
        return [whole]
    groups = _SPLITTER.split(whole.nodes)
    pictures = [_Fragment((), pictures=(picture,)) for picture in whole.pictures]
    *before, last = [*(_Fragment(group) for group in groups if group), *pictures]
    rest = _Fragment(last.nodes, last.pictures, whole.buttons)
    return [*before, *([rest] if _fragments_fit([rest]) else [last, _Fragment((), (), whole.buttons)])]


def _part_fragment(part: Part) -> _Fragment:
    """Convert a part with its pictures; files that Teams does not show are named, and so are buttons without text."""
    pictures = tuple(file for file in part.attachments if _can_be_shown(file))
    others = [_file_note(file) for file in part.attachments if file not in pictures]
    nodes = (*fit_tables(parse(part.text)), *others)
    if not nodes and not pictures:
        nodes = tuple(_paragraph(button.label) for button in part.buttons)
    return _Fragment(nodes, pictures, part.buttons)


def _can_be_shown(file: Attachment) -> bool:
    return file.media_type in SHOWN_TYPES and _fragments_fit([_Fragment((), (file,))])


def _file_note(file: Attachment) -> Node:
    name = "teams_cards.picture_left_out" if file.is_picture else "teams_cards.file_left_out"
    return _paragraph(say(name, name=file.name, alt=file.alt or file.name))


def _paragraph(text: str) -> Node:
    return Node("paragraph", (Run(text),))


def _picture(file: Attachment) -> Element:
    url = f"data:{file.media_type};base64,{b64encode(file.data).decode()}"
    return {"type": "Image", "url": url, "altText": file.alt or file.name, "size": "Stretch"}


def _fragments_fit(fragments: Sequence[_Fragment]) -> bool:
    return json_bytes(chunk_activity(_chunk(fragments, 0, False))) <= MAX_BYTES - ENVELOPE_BYTES


def _chunk(fragments: Sequence[_Fragment], number: int, in_thread: bool) -> Chunk:
    body: list[Element] = []
    for before, fragment in zip([None, *fragments], fragments, strict=False):
        body += _spaced_elements(before, fragment)
    text = "\n\n".join(fragment.text for fragment in fragments if fragment.text)
    return Chunk(card(body, text), text, in_thread, number)


def _spaced_elements(before: _Fragment | None, fragment: _Fragment) -> Iterator[Element]:
    """Yield the fragment's elements, below a line where readers must see which buttons belong to which part."""
    apart: Element = {"spacing": "Large", "separator": True}
    if before is None:
        apart = {}
    elif not before.buttons and not fragment.buttons:
        apart = {"spacing": "Medium"}
    for number, element in enumerate(fragment.body):
        yield element | (apart if number == 0 else {})


def json_bytes(value: Any) -> int:
    """Return the bytes of the value's JSON in UTF-16."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-16-le", "surrogatepass"))


def json_units(text: str) -> int:
    """Return the room that a text takes in JSON, in UTF-16 units."""
    return json_bytes(text) // UNIT_BYTES - 2


_SPLITTER = Splitter(MAX_TEXT, lambda nodes: _fragments_fit([_Fragment(tuple(nodes))]), json_units)
