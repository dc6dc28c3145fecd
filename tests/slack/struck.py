"""How often each class of fault struck, over all seeds of a run and whatever processes they ran in."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.slack.strict.faults import CALLS, DELIVERIES

Struck = Callable[[int, Mapping[str, int]], None]
"""Notes what struck in a seed."""

FOLDER = "struck"
ENOUGH = 25
"""Seeds: in so many, each class must strike."""


def note(place: Path, seed: int, counts: Mapping[str, int]) -> None:
    folder = place / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{seed}.json").write_text(json.dumps(counts), encoding="utf-8")


def summed(place: Path) -> tuple[int, Counter[str]]:
    """Of how many seeds there is a note, and the sums of each class."""
    files = list((place / FOLDER).glob("*.json"))
    every = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return len(files), sum(map(Counter, every), Counter(dict.fromkeys((*CALLS, *DELIVERIES), 0)))


def never(place: Path) -> list[str]:
    """The classes that ought to have struck and did not."""
    seeds, sums = summed(place)
    return [name for name in (*CALLS, *DELIVERIES) if seeds >= ENOUGH and not sums[name]]
