"""Splits a message that is too large for a platform at natural places, without loss."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from remembrancer.bot.platform.markdown import Node, Run, Runs, is_title, merge_runs, table_as_list, to_plain_text

ITEM_MARGIN = 60  # characters for a bullet or number, its indentation, and the gap above
_ENDS = (re.compile(r"\n"), re.compile(r"[.!?;]\s"), re.compile(r"\s"))


@dataclass(frozen=True)
class Splitter:
    """Splits nodes into groups that a platform accepts.

    `room`: the text that a group may have, in the units of `measure`; `fits`: whether the platform accepts a group.
    """

    room: int
    fits: Callable[[Sequence[Node]], bool]
    measure: Callable[[str], int]

    def split(self, nodes: Sequence[Node]) -> list[tuple[Node, ...]]:
        """Divide nodes into groups that each fit. A long text starts in the room that its title's group has left."""
        groups: list[tuple[Node, ...]] = [()]
        for node in nodes:
            left = self.room - ITEM_MARGIN - self.measure(to_plain_text(groups[-1]))
            first = left if left > self.room // 3 else self.room - ITEM_MARGIN
            for each in [node] if self.fits([node]) else self._split_node(node, first):
                if groups[-1] and not self.fits([*groups[-1], each]):
                    full, leading = _split_before_lead(groups[-1])
                    groups[-1:] = [full, leading] if self.fits([*leading, each]) else [groups[-1], ()]
                groups[-1] += (each,)
        return groups

    def _split_node(self, node: Node, first: int) -> Iterator[Node]:
        if node.kind == "table":
            yield from self._split_table(node)
            return
        for number, runs in enumerate(self._split_runs(node.runs, first)):
            yield replace(node, runs=runs) if number == 0 else Node("paragraph", runs)

    def _split_table(self, node: Node) -> Iterator[Node]:
        """Split a table into several, each with the head; a row that is too large alone becomes lines."""
        head, *rows = node.rows
        table_rows: list[tuple[Runs, ...]] = []
        for row in rows:
            if table_rows and not self.fits([replace(node, rows=(head, *table_rows, row))]):
                yield replace(node, rows=(head, *table_rows))
                table_rows = []
            if self.fits([replace(node, rows=(head, row))]):
                table_rows.append(row)
            else:
                for line in table_as_list(replace(node, rows=(head, row))):
                    yield from [line] if self.fits([line]) else self._split_node(line, self.room - ITEM_MARGIN)
        if table_rows:
            yield replace(node, rows=(head, *table_rows))

    def _split_runs(self, runs: Runs, first: int) -> Iterator[Runs]:
        """Split runs into lengths that each fit the room."""
        current: list[Run] = []
        left = first
        for run in runs:
            text = run.text
            while self.measure(text) > left:
                place = self._split_position(text, left)
                yield merge_runs([*current, Run(text[:place], run.style)])
                text, current, left = text[place:], [], self.room - ITEM_MARGIN
            current.append(Run(text, run.style))
            left -= self.measure(text)
        if merge_runs(current):
            yield merge_runs(current)

    def _split_position(self, text: str, room: int) -> int:
        """Return where to split: after the last line, else sentence, else word that fits.

        The rest never starts with a space.
        """
        length = max(1, len(self._longest_prefix(text, room)))
        for end in _ENDS:
            places = [found.end() for found in end.finditer(text, 0, length)]
            if places and places[-1] > length // 2:
                length = places[-1]
                break
        return length + len(text[length:]) - len(text[length:].lstrip())

    def _longest_prefix(self, text: str, room: int) -> str:
        """Return the longest beginning of the text that fits the room."""
        cut = text[: max(room, 0)]
        while self.measure(cut) > room:
            cut = cut[: len(cut) - max(1, (self.measure(cut) - room) // 5)]
        return cut


def _split_before_lead(group: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Split a full group before the title, or the sentence before a list, that leads to what follows."""
    end = len(group)
    while end > 1 and (is_title(group[end - 1]) or group[end - 1].text.endswith(":")):
        end -= 1
    leads = end > 1 or not is_title(group[0])
    return (group[:end], group[end:]) if leads else (group, ())
