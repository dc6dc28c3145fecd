"""Windows and boards by what people call them: a key, a name, or a part of either such as 'q2'. Pure."""

import re
from collections.abc import Sequence

from remembrancer.models import Board, Window

FEW = 2
"""Words that may be a name which we do not know; more are somebody's own words."""


def windows_called(windows: Sequence[Window], text: str) -> list[Window]:
    """Those with this key or title; where there are none, those of whose key or title it is a part, in whole words."""
    wanted = _plain(text)
    whole = [window for window in windows if wanted in (_plain(window.key), _plain(window.title))]
    return whole or [window for window in windows if _has_words(window.key, wanted) or _has_words(window.title, wanted)]


def boards_called(boards: Sequence[Board], text: str) -> list[Board]:
    """Those with this key, name or channel; where there are none, those of whose key or name it is a part."""
    wanted = _plain(text)
    whole = [board for board in boards if wanted in (_plain(board.key), _plain(board.name), _plain(board.channel))]
    return whole or [board for board in boards if wanted and wanted in f"{_plain(board.key)} {_plain(board.name)}"]


def _plain(text: str) -> str:
    return "-".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _has_words(name: str, wanted: str) -> bool:
    return bool(wanted) and f"-{wanted}-" in f"-{_plain(name)}-"
