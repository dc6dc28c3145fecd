"""A message as the pieces that Slack takes: parts stay together, and nothing is cut.

A posted card is brought up to date piece by piece. So which part is in which piece depends on how many parts there
are, and on what they say only where Slack's limits leave no choice.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from remembrancer.bot.platform.markdown import Node, Run, read
from remembrancer.bot.platform.split_message import Divider
from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks_of, escaped, fallback_of, table_characters
from remembrancer.bot.slack.outbound.limits import MESSAGE_CHARACTERS, TABLE_CHARACTERS, TABLE_ROWS
from remembrancer.models.message import Attachment, Button, Message, Part

PARTS = 12  # in one piece: each with its buttons, they are two blocks at least
BEST = 3_900  # characters of a message's text: Slack recommends 4,000 at most
STEADY = 8_000  # where parts would move to another piece only for what they say
KEY = 200
EVENT = "remembrancer_delivery"
OURS = "remembrancer"


@dataclass(frozen=True)
class Piece:
    """One message to Slack: `text` carries all that the blocks say, as safe mrkdwn. The first is never in a thread.

    number: counted from nought; attachments: files that belong to it, and are uploaded with it.
    """

    text: str
    blocks: list[Block]
    attachments: tuple[Attachment, ...]
    in_thread: bool
    number: int


@dataclass(frozen=True)
class _Lump:
    """What stays together: a part, or as much of one as fits a piece."""

    nodes: tuple[Node, ...]
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        return [*blocks_of(self.nodes), *actions(self.buttons)]


def pieces(message: Message, key: str) -> list[Piece]:
    """The message in order, in pieces that each keep Slack's limits; `key` is the delivery's own."""
    found: list[Piece] = []
    for is_detail, group in groupby(message.parts, key=lambda part: part.detail):
        for lumps in _filled(list(group), is_detail):
            number = len(found)
            found.append(_piece(lumps, key, number, in_thread=is_detail and number > 0))
    return found


def _filled(parts: Sequence[Part], is_detail: bool) -> Iterator[list[_Lump]]:
    """The parts by piece."""
    for first in range(0, len(parts), PARTS):
        chunk = parts[first : first + PARTS]
        room = STEADY if len(chunk) > 1 and not is_detail else BEST
        held: list[_Lump] = []
        for lump in (lump for part in chunk for lump in _lumps(part, room)):
            if held and not _fit([*held, lump], room):
                yield held
                held = []
            held.append(lump)
        yield held


def _lumps(part: Part, room: int) -> list[_Lump]:
    nodes = read(part.text) or _named(part)
    whole = _Lump(nodes, part.buttons, part.attachments)
    if nodes_fit(nodes, room) and _fit([whole], room):
        return [whole]
    *before, last = divided(nodes, room)
    rest = _Lump(last, part.buttons, part.attachments)
    ends = [rest] if _fit([rest], room) else [_Lump(last), _Lump((), part.buttons, part.attachments)]
    return [*(_Lump(group) for group in before), *ends]


def _named(part: Part) -> tuple[Node, ...]:
    """A part without words, such as a file alone, in the words that name what it has."""
    names = [file.alt or file.name for file in part.attachments] or [button.label for button in part.buttons]
    return tuple(Node("paragraph", (Run(name),)) for name in names)


def _fit(lumps: Sequence[_Lump], room: int) -> bool:
    return fits([block for lump in lumps for block in lump.blocks], _text(lumps), room)


def _text(lumps: Sequence[_Lump]) -> str:
    return "\n\n".join(fallback_of(lump.nodes) for lump in lumps if lump.nodes)


def _piece(lumps: Sequence[_Lump], key: str, number: int, in_thread: bool) -> Piece:
    blocks = [block for lump in lumps for block in lump.blocks]
    ids = [_block_id(key, number), *(f"{number}.{index}" for index in range(1, len(blocks)))]
    return Piece(
        text=_text(lumps),
        blocks=[block | {"block_id": block_id} for block, block_id in zip(blocks, ids, strict=True)],
        attachments=tuple(file for lump in lumps for file in lump.attachments),
        in_thread=in_thread,
        number=number,
    )


def _block_id(key: str, number: int) -> str:
    return f"{OURS}|{number}|{known_as(key)}"


def known_as(key: str) -> str:
    """A delivery's key as Slack carries it: a long one is shortened, and is still its own."""
    return key if len(key) <= KEY else f"{key[: KEY - 33]}~{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def metadata(key: str, number: int) -> dict[str, Any]:
    """What a posted piece carries unseen, so that it can be found again."""
    return {"event_type": EVENT, "event_payload": {"key": known_as(key), "piece": number}}


def key_of(message: Mapping[str, Any]) -> tuple[str, int] | None:
    """Which delivery's piece a message of Slack's is: its key as `known_as` gives it, and its number; else None."""
    carried = message.get("metadata") or {}
    if carried.get("event_type") == EVENT:
        payload = carried.get("event_payload") or {}
        return (str(payload["key"]), int(payload["piece"])) if {"key", "piece"} <= set(payload) else None
    for block in message.get("blocks") or []:
        ours, _, rest = str(block.get("block_id", "")).partition("|")
        number, _, key = rest.partition("|")
        if ours == OURS and number.isdecimal():
            return key, int(number)
    return None


def joined(timestamps: Sequence[str]) -> str:
    """What a message of several pieces is called: their timestamps."""
    return ",".join(timestamps)


def timestamps(remote_id: str) -> list[str]:
    """The timestamps of a message's pieces, in order."""
    return remote_id.split(",") if remote_id else []


BLOCKS = 45  # of the fifty that Slack takes
CHARACTERS = MESSAGE_CHARACTERS - 1000


def fits(blocks: Sequence[Block], text: str, room: int) -> bool:
    """Whether blocks and their text are one message, of so many characters of text at most."""
    tables = sum(block["type"] == "table" for block in blocks)
    return len(blocks) <= BLOCKS and tables <= 1 and characters(list(blocks)) <= CHARACTERS and len(text) <= room


def characters(value: Any) -> int:
    """How many characters of text a block holds."""
    if isinstance(value, Mapping):
        return sum(len(v) if k == "text" and isinstance(v, str) else characters(v) for k, v in value.items())
    return sum(characters(each) for each in value) if isinstance(value, list) else 0


def nodes_fit(nodes: Sequence[Node], room: int) -> bool:
    """Whether nodes are one message; a table too large to be one is to be divided, though it would fit as lines."""
    return all(map(_is_whole, nodes)) and fits(blocks_of(nodes), fallback_of(nodes), room)


def _is_whole(node: Node) -> bool:
    return len(node.rows) <= TABLE_ROWS and table_characters(node) <= TABLE_CHARACTERS


def divided(nodes: Sequence[Node], room: int) -> list[tuple[Node, ...]]:
    """Groups of nodes, each of which fits one message."""
    divider = Divider(room, lambda group: nodes_fit(group, room), lambda text: len(escaped(text)))
    return divider.divided(nodes)
