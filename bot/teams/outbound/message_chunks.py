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

from remembrancer.bot.platform.markdown import Node, Run, plain, read
from remembrancer.bot.platform.split_message import Divider
from remembrancer.bot.teams.outbound.card import Card, activity, card
from remembrancer.bot.teams.outbound.card_actions import rows
from remembrancer.bot.teams.outbound.card_elements import Element, elements_of, laid_out
from remembrancer.models.message import Attachment, Button, Message, Part
from remembrancer.wording import say

PARTS = 12  # in one chunk
ROOM = 9_000  # UTF-16 units of text in one chunk: text stands in the card, its fallback and the summary
SPARE = 2 * 1024  # bytes for the envelope of a message: sender, recipient and the like
MOST_BYTES = 80 * 1024
UNIT = 2
SHOWN = ("image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class Piece:
    """One message to Teams. `summary` is the card's content as plain text. The first is never in a thread.

    number: counted from nought.
    """

    card: Card
    summary: str
    in_thread: bool
    number: int


@dataclass(frozen=True)
class _Lump:
    """What stays together in one chunk: a part, or as much of a part as fits."""

    nodes: tuple[Node, ...]
    pictures: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def body(self) -> list[Element]:
        return [*elements_of(self.nodes), *map(_picture, self.pictures), *rows(self.buttons)]

    @property
    def text(self) -> str:
        return "\n\n".join(
            filter(None, [plain(self.nodes), *(picture.alt or picture.name for picture in self.pictures)])
        )


def pieces(message: Message, threaded: bool) -> tuple[Piece, ...]:
    """Split the message, in order, into chunks. Where there are threads, details go into one below the first chunk."""
    found: list[Piece] = []
    for is_detail, group in groupby(message.parts, key=lambda part: threaded and part.detail):
        for lumps in _filled(list(group)):
            number = len(found)
            found.append(_piece(lumps, number, in_thread=is_detail and number > 0))
    return tuple(found)


def activity_of(piece: Piece) -> dict[str, Any]:
    """Build the chunk's activity (https://learn.microsoft.com/azure/bot-service/rest-api)."""
    return activity(piece.card, piece.summary)


def _filled(parts: Sequence[Part]) -> Iterator[list[_Lump]]:
    """Group the parts by chunk."""
    for first in range(0, len(parts), PARTS):
        held: list[_Lump] = []
        for lump in (lump for part in parts[first : first + PARTS] for lump in _lumps(part)):
            if held and not _fit([*held, lump]):
                yield held
                held = []
            held.append(lump)
        yield held


def _lumps(part: Part) -> list[_Lump]:
    whole = _whole(part)
    if _fit([whole]):
        return [whole]
    groups = _DIVIDER.divided(whole.nodes)
    pictures = [_Lump((), pictures=(picture,)) for picture in whole.pictures]
    *before, last = [*(_Lump(group) for group in groups if group), *pictures]
    rest = _Lump(last.nodes, last.pictures, whole.buttons)
    return [*before, *([rest] if _fit([rest]) else [last, _Lump((), (), whole.buttons)])]


def _whole(part: Part) -> _Lump:
    """Convert a part with its pictures; files that Teams does not show are named, and so are buttons without text."""
    pictures = tuple(file for file in part.attachments if _can_be_shown(file))
    others = [_told(file) for file in part.attachments if file not in pictures]
    nodes = (*laid_out(read(part.text)), *others)
    if not nodes and not pictures:
        nodes = tuple(_paragraph(button.label) for button in part.buttons)
    return _Lump(nodes, pictures, part.buttons)


def _can_be_shown(file: Attachment) -> bool:
    return file.media_type in SHOWN and _fit([_Lump((), (file,))])


def _told(file: Attachment) -> Node:
    name = "teams_cards.picture_left_out" if file.is_picture else "teams_cards.file_left_out"
    return _paragraph(say(name, name=file.name, alt=file.alt or file.name))


def _paragraph(text: str) -> Node:
    return Node("paragraph", (Run(text),))


def _picture(file: Attachment) -> Element:
    url = f"data:{file.media_type};base64,{b64encode(file.data).decode()}"
    return {"type": "Image", "url": url, "altText": file.alt or file.name, "size": "Stretch"}


def _fit(lumps: Sequence[_Lump]) -> bool:
    return size(activity_of(_piece(lumps, 0, False))) <= MOST_BYTES - SPARE


def _piece(lumps: Sequence[_Lump], number: int, in_thread: bool) -> Piece:
    body: list[Element] = []
    for before, lump in zip([None, *lumps], lumps, strict=False):
        body += _below(before, lump)
    text = "\n\n".join(lump.text for lump in lumps if lump.text)
    return Piece(card(body, text), text, in_thread, number)


def _below(before: _Lump | None, lump: _Lump) -> Iterator[Element]:
    """Yield the fragment's elements, below a line where readers must see which buttons belong to which part."""
    apart: Element = {"spacing": "Large", "separator": True}
    if before is None:
        apart = {}
    elif not before.buttons and not lump.buttons:
        apart = {"spacing": "Medium"}
    for number, element in enumerate(lump.body):
        yield element | (apart if number == 0 else {})


"""Bytes of one unit of UTF-16."""


def size(value: Any) -> int:
    """Return the bytes of the value's JSON in UTF-16."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-16-le", "surrogatepass"))


def units(text: str) -> int:
    """Return the room that a text takes in JSON, in UTF-16 units."""
    return size(text) // UNIT - 2


_DIVIDER = Divider(ROOM, lambda nodes: _fit([_Lump(tuple(nodes))]), units)
