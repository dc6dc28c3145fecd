"""What fits one message of Slack, and what does not, divided."""

from collections.abc import Sequence

from bot.content import Node
from bot.dividing import Divider
from bot.slack.limits import MESSAGE_CHARACTERS, TABLE_CHARACTERS, TABLE_ROWS, characters
from bot.slack.markup import Block, blocks_of, escaped, fallback_of, table_characters

BLOCKS = 45  # of the fifty that Slack takes
CHARACTERS = MESSAGE_CHARACTERS - 1000


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
    """Groups of nodes, each of which fits one message."""
    divider = Divider(room, lambda group: nodes_fit(group, room), lambda text: len(escaped(text)))
    return divider.divided(nodes)
