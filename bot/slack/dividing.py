"""What is too large for one message of Slack, divided at natural places; nothing of it is lost."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.slack.content import Node, Run, Runs, in_lines, merged
from bot.slack.limits import MESSAGE_CHARACTERS, TABLE_CHARACTERS, TABLE_ROWS, characters
from bot.slack.markup import Block, blocks_of, escaped, fallback_of, table_characters

BLOCKS = 45  # of the fifty that Slack takes
CHARACTERS = MESSAGE_CHARACTERS - 1000
_ENDS = (re.compile(r"\n"), re.compile(r"[.!?;]\s"), re.compile(r"\s"))


def fits(blocks: Sequence[Block], text: str, room: int) -> bool:
    """Whether blocks and their text are one message, of so many characters of text at most."""
    tables = sum(block["type"] == "table" for block in blocks)
    return len(blocks) <= BLOCKS and tables <= 1 and characters(list(blocks)) <= CHARACTERS and len(text) <= room


def nodes_fit(nodes: Sequence[Node], room: int) -> bool:
    return fits(blocks_of(nodes), fallback_of(nodes), room)


def divided(nodes: Sequence[Node], room: int) -> list[tuple[Node, ...]]:
    """Groups of nodes, each of which fits one message."""
    groups: list[tuple[Node, ...]] = [()]
    for node in nodes:
        for each in [node] if nodes_fit([node], room) else _parts(node, room):
            if groups[-1] and not nodes_fit([*groups[-1], each], room):
                groups.append(())
            groups[-1] += (each,)
    return groups


def _parts(node: Node, room: int) -> Iterator[Node]:
    if node.kind == "table":
        yield from _tables(node, room)
        return
    for number, runs in enumerate(_lengths(node.runs, room // 2)):
        yield replace(node, runs=runs) if number == 0 else Node("paragraph", runs)


def _tables(node: Node, room: int) -> Iterator[Node]:
    """The table's rows in several tables, each with the head; a row that is too large alone is lines."""
    head, *rows = node.rows
    held: list[tuple[Runs, ...]] = []
    for row in rows:
        if held and not _is_table(replace(node, rows=(head, *held, row)), room):
            yield replace(node, rows=(head, *held))
            held = []
        if _is_table(replace(node, rows=(head, row)), room):
            held.append(row)
        else:
            yield from _lines(replace(node, rows=(head, row)), room)
    if held:
        yield replace(node, rows=(head, *held))


def _is_table(node: Node, room: int) -> bool:
    fit = len(node.rows) <= TABLE_ROWS and table_characters(node) <= TABLE_CHARACTERS
    return fit and nodes_fit([node], room)


def _lines(table: Node, room: int) -> Iterator[Node]:
    for line in in_lines(table):
        yield from [line] if nodes_fit([line], room) else _parts(line, room)


def _lengths(runs: Runs, room: int) -> Iterator[Runs]:
    """The runs in lengths of at most so many characters, as they are when escaped."""
    taken: list[Run] = []
    left = room
    for run in runs:
        text = run.text
        while len(escaped(text)) > left:
            place = _place(text, left)
            yield merged([*taken, Run(text[:place], run.style)])
            text, taken, left = text[place:], [], room
        taken.append(Run(text, run.style))
        left -= len(escaped(text))
    if merged(taken):
        yield merged(taken)


def _place(text: str, room: int) -> int:
    """Where to divide: after the last line, else sentence, else word that fits; what follows begins with no space."""
    most = max(1, len(_cut(text, room)))
    for end in _ENDS:
        places = [found.end() for found in end.finditer(text, 0, most)]
        if places and places[-1] > most // 2:
            most = places[-1]
            break
    return most + len(text[most:]) - len(text[most:].lstrip())


def _cut(text: str, room: int) -> str:
    """As much of the text as has room when it is escaped."""
    cut = text[: max(room, 0)]
    while len(escaped(cut)) > room:
        cut = cut[: len(cut) - max(1, (len(escaped(cut)) - room) // 5)]
    return cut
