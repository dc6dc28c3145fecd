"""Splits a message into chunks that Teams accepts, each a card; parts stay together, and nothing is cut.

A posted card is updated chunk by chunk. So the number of parts decides which chunk a part is in, and the parts' text
decides it only where Teams' size limit leaves no choice.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from remembrancer.bot.platform.markdown import Node, Run, parse, to_plain_text
from remembrancer.bot.platform.split_message import Splitter
from remembrancer.bot.teams.outbound.card import Card, action_sets, card, card_activity
from remembrancer.bot.teams.outbound.card_elements import Element, elements_of, fit_tables
from remembrancer.models.message import Attachment, Button, Message, Part
from remembrancer.wording import phrase

PARTS_PER_CHUNK = 12  # in one chunk
MAX_TEXT = 9_000  # UTF-16 units of text in one chunk: text stands in the card, its fallback and the summary
ENVELOPE_BYTES = 2 * 1024  # bytes for the envelope of a message: sender, recipient and the like
MAX_BYTES = 80 * 1024
UNIT_BYTES = 2  # of one unit of UTF-16
SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class Chunk:
    """One message to Teams. `summary` is the card's content as plain text. The first is never in a thread."""

    card: Card
    summary: str
    in_thread: bool = False

    @property
    def activity(self) -> dict[str, Any]:
        return card_activity(self.card, self.summary)


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
            chunks.append(replace(_chunk(fragments), in_thread=is_detail and bool(chunks)))
    return tuple(chunks)


def _fill_chunks(parts: Sequence[Part]) -> Iterator[list[_Fragment]]:
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
    nodes, pictures = list(fit_tables(parse(part.text))), []
    for file in part.attachments:
        if file.media_type in SHOWN_TYPES and _fragments_fit([_Fragment((), (file,))]):
            pictures.append(file)
        else:
            name = "teams_cards.picture_left_out" if file.is_picture else "teams_cards.file_left_out"
            nodes.append(_paragraph(phrase(name, name=file.name, alt=file.alt or file.name)))
    if not nodes and not pictures:
        nodes = [_paragraph(button.label) for button in part.buttons]
    return _Fragment(tuple(nodes), tuple(pictures), part.buttons)


def _paragraph(text: str) -> Node:
    return Node("paragraph", (Run(text),))


def _picture(file: Attachment) -> Element:
    url = f"data:{file.media_type};base64,{b64encode(file.data).decode()}"
    return {"type": "Image", "url": url, "altText": file.alt or file.name, "size": "Stretch"}


def _fragments_fit(fragments: Sequence[_Fragment]) -> bool:
    return json_bytes(_chunk(fragments).activity) <= MAX_BYTES - ENVELOPE_BYTES


def _chunk(fragments: Sequence[_Fragment]) -> Chunk:
    """Build the chunk of fragments, with a line where readers must see which buttons belong to which part."""
    body: list[Element] = []
    for number, fragment in enumerate(fragments):
        first, others = fragment.body[:1], fragment.body[1:]
        if number > 0:
            has_buttons = fragments[number - 1].buttons or fragment.buttons
            spacing: Element = {"spacing": "Large", "separator": True} if has_buttons else {"spacing": "Medium"}
            first = [element | spacing for element in first]
        body += [*first, *others]
    text = "\n\n".join(fragment.text for fragment in fragments if fragment.text)
    return Chunk(card(body, text), text)


def json_bytes(value: Any) -> int:
    """Return the bytes of the value's JSON in UTF-16."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-16-le", "surrogatepass"))


def json_units(text: str) -> int:
    """Return the room that a text takes in JSON, in UTF-16 units."""
    return json_bytes(text) // UNIT_BYTES - 2


_SPLITTER = Splitter(MAX_TEXT, lambda nodes: _fragments_fit([_Fragment(tuple(nodes))]), json_units)
