"""How often each class of fault struck, over all seeds of a run and whatever processes they ran in."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

Struck = Callable[[int, Mapping[str, int]], None]
"""Notes what struck in a seed."""


@dataclass(frozen=True)
class Storm:
    """One platform's. In so many seeds as are `enough`, each class must strike."""

    name: str
    classes: Sequence[str]
    enough: int

    def noting(self, factory: pytest.TempPathFactory) -> Struck:
        """Where each seed of a run, in whatever process, notes what struck."""
        place = factory.getbasetemp()
        return partial(self.note, place.parent if "PYTEST_XDIST_WORKER" in os.environ else place)

    def note(self, place: Path, seed: int, counts: Mapping[str, int]) -> None:
        folder = place / f"struck in {self.name}"
        folder.mkdir(exist_ok=True)
        (folder / f"{seed}.json").write_text(json.dumps(counts), encoding="utf-8")

    def summed(self, place: Path) -> tuple[int, Counter[str]]:
        """Of how many seeds there is a note, and the sums of each class."""
        files = list((place / f"struck in {self.name}").glob("*.json"))
        every = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        return len(files), sum(map(Counter, every), Counter(dict.fromkeys(self.classes, 0)))

    def never(self, place: Path) -> list[str]:
        """The classes that ought to have struck and did not."""
        seeds, sums = self.summed(place)
        return [name for name in self.classes if seeds >= self.enough and not sums[name]]

    def finish(self, session: pytest.Session) -> None:
        """A class of fault that never struck was not tested, whatever passed."""
        place = _of_run(session.config)
        if place is not None and self.never(place):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def report(self, terminal: pytest.TerminalReporter, config: pytest.Config) -> None:
        place = _of_run(config)
        seeds, sums = self.summed(place) if place else (0, Counter[str]())
        if seeds:
            terminal.section(f"faults that struck in {seeds} quarters in {self.name}")
            for name in self.classes:
                terminal.write_line(f"{sums[name]:6} {name}{'' if sums[name] else '  NEVER'}")


def _of_run(config: pytest.Config) -> Path | None:
    """Where the notes of a whole run are; None in a process that is a part of it."""
    place: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return None if "PYTEST_XDIST_WORKER" in os.environ else place
