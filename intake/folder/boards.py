"""Finds boards by the key or name in a table."""

from collections.abc import Mapping

from remembrancer.intake.folder.names import Names
from remembrancer.intake.tables.rows import Row


def find_board(row: Row, boards: Mapping[str, str]) -> str | None:
    """Return the key of the board in the column `board`; None and a problem where no board has this key or name."""
    found = find_named_board(row["board"], boards)
    if found is None:
        row.wrong("board", "no_such_board", **board_values(row["board"], boards))
    return found


def find_named_board(text: str, boards: Mapping[str, str]) -> str | None:
    """Return the key of the board with this key or name, in any case; None where there is none."""
    wanted = text.casefold()
    return next((key for key, name in boards.items() if wanted in (key.casefold(), name.casefold())), None)


def board_values(text: str, boards: Mapping[str, str]) -> dict[str, str]:
    """Return what the problem `no_such_board` says of a name that no board has."""
    return {"text": text, "known": ", ".join(boards), "near": Names([*boards, *boards.values()]).nearest(text)}
