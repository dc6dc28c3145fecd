"""What is too large for one message of a platform, divided at natural places; nothing of it is lost."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from remembrancer.bot.platform.markdown import Node, Run, Runs, in_lines, is_title, merged, plain

MARKS = 60  # characters for a mark and an indentation, and the gap above
_ENDS = (re.compile(r"\n"), re.compile(r"[.!?;]\s"), re.compile(r"\s"))


@dataclass(frozen=True)
class Divider:
    """What a platform takes at once: nodes that fit, of so much room for text, as it measures text."""

    room: int
    fits: Callable[[Sequence[Node]], bool]
    measure: Callable[[str], int]

    def divided(self, nodes: Sequence[Node]) -> list[tuple[Node, ...]]:
        """Groups of nodes that each fit. A long text begins in what room its title's group has."""
        groups: list[tuple[Node, ...]] = [()]
        for node in nodes:
            left = self.room - MARKS - self.measure(plain(groups[-1]))
            first = left if left > self.room // 3 else self.room - MARKS
            for each in [node] if self.fits([node]) else self._parts(node, first):
                if groups[-1] and not self.fits([*groups[-1], each]):
                    full, leading = _led(groups[-1])
                    groups[-1:] = [full, leading] if self.fits([*leading, each]) else [groups[-1], ()]
                groups[-1] += (each,)
        return groups

    def _parts(self, node: Node, first: int) -> Iterator[Node]:
        if node.kind == "table":
            yield from self._tables(node)
            return
        for number, runs in enumerate(self._lengths(node.runs, first)):
            yield replace(node, runs=runs) if number == 0 else Node("paragraph", runs)

    def _tables(self, node: Node) -> Iterator[Node]:
        """The table's rows in several tables, each with the head; a row that is too large alone is lines."""
        head, *rows = node.rows
        held: list[tuple[Runs, ...]] = []
        for row in rows:
            if held and not self.fits([replace(node, rows=(head, *held, row))]):
                yield replace(node, rows=(head, *held))
                held = []
            if self.fits([replace(node, rows=(head, row))]):
                held.append(row)
            else:
                yield from self._lines(replace(node, rows=(head, row)))
        if held:
            yield replace(node, rows=(head, *held))

    def _lines(self, table: Node) -> Iterator[Node]:
        for line in in_lines(table):
            yield from [line] if self.fits([line]) else self._parts(line, self.room - MARKS)

    def _lengths(self, runs: Runs, first: int) -> Iterator[Runs]:
        """The runs in lengths that each have room."""
        taken: list[Run] = []
        left = first
        for run in runs:
            text = run.text
            while self.measure(text) > left:
                place = self._place(text, left)
                yield merged([*taken, Run(text[:place], run.style)])
                text, taken, left = text[place:], [], self.room - MARKS
            taken.append(Run(text, run.style))
            left -= self.measure(text)
        if merged(taken):
            yield merged(taken)

    def _place(self, text: str, room: int) -> int:
        """Where to divide: after the last line, else sentence, else word that fits; no space begins what follows."""
        most = max(1, len(self._cut(text, room)))
        for end in _ENDS:
            places = [found.end() for found in end.finditer(text, 0, most)]
            if places and places[-1] > most // 2:
                most = places[-1]
                break
        return most + len(text[most:]) - len(text[most:].lstrip())

    def _cut(self, text: str, room: int) -> str:
        """As much of the text as has room."""
        cut = text[: max(room, 0)]
        while self.measure(cut) > room:
            cut = cut[: len(cut) - max(1, (self.measure(cut) - room) // 5)]
        return cut


def _led(group: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """A full group, and what goes on to the next because it leads to it: a title, or a sentence before a list."""
    end = len(group)
    while end > 1 and (is_title(group[end - 1]) or group[end - 1].text.endswith(":")):
        end -= 1
    leads = end > 1 or not is_title(group[0])
    return (group[:end], group[end:]) if leads else (group, ())
