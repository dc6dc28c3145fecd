"""Boards as tables name them."""

from collections.abc import Mapping

from remembrancer.intake.tables.rows import Row
from remembrancer.problems import Problems


def find_board(row: Row, boards: Mapping[str, str], problems: Problems) -> str | None:
    """The key of the board in the column `board`, which gives its key or its name; None and a problem for another."""
    found = find_named_board(row["board"], boards)
    if found is None:
        row.wrong(problems, "board", "no_such_board", text=row["board"], known=", ".join(boards))
    return found


def find_named_board(text: str, boards: Mapping[str, str]) -> str | None:
    """The key of the board with this key or name."""
    said = text.casefold()
    return next((key for key, name in boards.items() if said in (key.casefold(), name.casefold())), None)
