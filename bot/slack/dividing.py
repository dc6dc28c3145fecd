"""What is too large for one message of Slack, divided at natural places; nothing of it is lost."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.slack.content import Node, Run, Runs, in_lines, merged
from bot.slack.limits import MESSAGE_CHARACTERS, TABLE_CHARACTERS, TABLE_ROWS, characters
from bot.slack.markup import Block, blocks_of, escaped, fallback_of, is_title, table_characters

BLOCKS = 45  # of the fifty that Slack takes
CHARACTERS = MESSAGE_CHARACTERS - 1000
MARKS = 60  # characters for a mark and an indentation, and the gap above
_ENDS = (re.compile(r"\n"), re.compile(r"[.!?;]\s"), re.compile(r"\s"))


def fits(blocks: Sequence[Block], text: str, room: int) -> bool:
    """Whether blocks and their text are one message, of so many characters of text at most."""
    tables = sum(block["type"] == "table" for block in blocks)
    return len(blocks) <= BLOCKS and tables <= 1 and characters(list(blocks)) <= CHARACTERS and len(text) <= room


def nodes_fit(nodes: Sequence[Node], room: int) -> bool:
    """Whether nodes are one message; a table too large to be one is to be divided, though it would fit as lines."""
    return all(map(_is_whole, nodes)) and fits(blocks_of(nodes), fallback_of(nodes), room)


def _is_whole(node: Node) -> bool:
    return len(node.rows) <= TABLE_ROWS and table_characters(node) <= TABLE_CHARACTERS


def divided(nodes: Sequence[Node], room: int) -> list[tuple[Node, ...]]:
    """Groups of nodes, each of which fits one message. A long text begins in what room its title's message has."""
    groups: list[tuple[Node, ...]] = [()]
    for node in nodes:
        left = room - MARKS - len(fallback_of(groups[-1]))
        first = left if left > room // 3 else room - MARKS
        for each in [node] if nodes_fit([node], room) else _parts(node, room, first):
            if groups[-1] and not nodes_fit([*groups[-1], each], room):
                full, leading = _led(groups[-1])
                groups[-1:] = [full, leading] if nodes_fit([*leading, each], room) else [groups[-1], ()]
            groups[-1] += (each,)
    return groups


def _led(group: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """A full group, and what goes on to the next because it leads to it: a title, or a sentence before a list."""
    end = len(group)
    while end > 1 and (is_title(group[end - 1]) or group[end - 1].text.endswith(":")):
        end -= 1
    leads = end > 1 or not is_title(group[0])
    return (group[:end], group[end:]) if leads else (group, ())


def _parts(node: Node, room: int, first: int) -> Iterator[Node]:
    if node.kind == "table":
        yield from _tables(node, room)
        return
    for number, runs in enumerate(_lengths(node.runs, room - MARKS, first)):
        yield replace(node, runs=runs) if number == 0 else Node("paragraph", runs)


def _tables(node: Node, room: int) -> Iterator[Node]:
    """The table's rows in several tables, each with the head; a row that is too large alone is lines."""
    head, *rows = node.rows
    held: list[tuple[Runs, ...]] = []
    for row in rows:
        if held and not nodes_fit([replace(node, rows=(head, *held, row))], room):
            yield replace(node, rows=(head, *held))
            held = []
        if nodes_fit([replace(node, rows=(head, row))], room):
            held.append(row)
        else:
            yield from _lines(replace(node, rows=(head, row)), room)
    if held:
        yield replace(node, rows=(head, *held))


def _lines(table: Node, room: int) -> Iterator[Node]:
    for line in in_lines(table):
        yield from [line] if nodes_fit([line], room) else _parts(line, room, room - MARKS)


def _lengths(runs: Runs, room: int, first: int) -> Iterator[Runs]:
    """The runs in lengths of at most so many characters, as they are when escaped."""
    taken: list[Run] = []
    left = first
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
