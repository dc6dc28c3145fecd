"""Finds windows and boards by a key, a name, or a part of either such as 'q2'; says which windows are not there."""

import re
from collections.abc import Sequence

from remembrancer.models import Board, Window, WindowState
from remembrancer.rules.nearest_name import nearest_few
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import escape, moment, phrase

MAX_NAME_WORDS = 2
"""The most words that are taken for an unknown name; a longer text is free text."""


def find_windows(windows: Sequence[Window], text: str) -> list[Window]:
    """The windows with this key or title; else those whose key or title has these whole words in it."""
    wanted = _slug(text)
    exact = [window for window in windows if wanted in (_slug(window.key), _slug(window.title))]
    return exact or [window for window in windows if _has_words(window.key, wanted) or _has_words(window.title, wanted)]


def no_such_window(windows: Sequence[Window], named: str) -> str:
    """The sentence that no window is called this, with the titles of those there are, or of the nearest of many."""
    titles = list(dict.fromkeys(window.title for window in windows))
    near = nearest_few(named, titles)
    name = "typed.no_such_window" if len(near) == len(titles) else "typed.no_such_window_of_many"
    return phrase(name, named=escape(named), known=escape(", ".join(near)), count=len(titles))


def must_have_opened(context: Context, window: Window) -> None:
    """Raises NotPossibleError, which says when the window opens, where it is still to open."""
    if window.state == WindowState.SCHEDULED:
        opens = moment(window.opens_at, context.person.time_zone)
        raise NotPossibleError("not_open_yet", window=window.title, opens=opens)


def find_boards(boards: Sequence[Board], text: str) -> list[Board]:
    """The boards with this key, name or channel; else those whose key or name has this text in it."""
    wanted = _slug(text)
    exact = [board for board in boards if wanted in (_slug(board.key), _slug(board.name), _slug(board.channel))]
    return exact or [board for board in boards if wanted and wanted in f"{_slug(board.key)} {_slug(board.name)}"]


def _slug(text: str) -> str:
    return "-".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _has_words(name: str, wanted: str) -> bool:
    """Whether these words stand in the name side by side; 'q2 2019/20' names 2019-20-q2, whose words it has turned."""
    words, slug = wanted.split("-"), _slug(name)
    turned = "-".join([*words[1:], words[0]])
    return bool(wanted) and any(f"-{each}-" in f"-{slug}-" for each in (wanted, turned))
