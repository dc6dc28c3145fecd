"""Measures the house: lines, files, private functions that are called once, and what one reply passes through.

Run as `python -m tests.house`. What is measured is the source outside tests/, in the folder that holds this file.
"""

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from remembrancer.models.database import create_tables, make_engine
from tests.dialog import LEAD, World, presses

ROOT = Path(__file__).resolve().parent.parent
NOT_SOURCE = ("tests", ".venv", "build", "out", "dist")


def sources() -> list[Path]:
    found = (path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in NOT_SOURCE)
    return sorted(path for path in found if not path.relative_to(ROOT).parts[0].startswith("."))


def private_functions(path: Path) -> tuple[int, int]:
    """Counts the private functions of a file, and those that are named once more in it: called once."""
    text = path.read_text(encoding="utf-8")
    names = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("_")
        and not node.name.startswith("__")
    ]
    uses = Counter(re.findall(r"\w+", text))
    return len(names), sum(uses[name] == 2 for name in names)


def one_reply() -> tuple[int, int, int]:
    """The files, functions and calls of ours behind one press of 'No change', with what follows from it."""
    engine = make_engine("sqlite://")
    create_tables(engine)
    world = World(engine, until="2019-09-02 10:00")
    seen: Counter[tuple[str, str]] = Counter()

    def trace(frame: FrameType, event: str, _argument: Any) -> None:
        file = frame.f_code.co_filename
        path = Path(file)
        if event == "call" and path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] not in NOT_SOURCE:
            seen[file, frame.f_code.co_qualname] += 1

    sys.setprofile(trace)
    try:
        presses("No change")(world, LEAD)
    finally:
        sys.setprofile(None)
    return len({file for file, _ in seen}), len(seen), seen.total()


def main() -> None:
    files = sources()
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    private, once = (sum(each) for each in zip(*map(private_functions, files), strict=True))
    print(f"source: {lines} lines in {len(files)} files")
    print(f"private functions: {private}, of which {once} are called once")
    print("one reply: {} files, {} functions, {} calls".format(*one_reply()))
    fullest = Counter(path.parent.relative_to(ROOT) for path in files if path.name != "__init__.py").most_common(3)
    print("fullest folders: " + ", ".join(f"{folder or '.'} {count}" for folder, count in fullest))


if __name__ == "__main__":
    main()
