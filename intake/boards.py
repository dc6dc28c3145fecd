"""Boards as tables name them."""

from collections.abc import Mapping

from intake.problems import Problems
from intake.rows import Row


def find_board(row: Row, boards: Mapping[str, str], problems: Problems) -> str | None:
    """The key of the board in the column `board`, which gives its key or its name; None and a problem for another."""
    said = row["board"].casefold()
    found = next((key for key, name in boards.items() if said in (key.casefold(), name.casefold())), None)
    if found is None:
        row.wrong(problems, "board", "no_such_board", text=row["board"], known=", ".join(boards))
    return found
