"""Reads one table in a process of its own and prints what it took: run as a script with a folder and a file in it."""

import json
import resource
import sys
import time
from pathlib import Path

from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.reader import read_table
from remembrancer.problems import Problems

HOSTILE_SECONDS = 30
"""Of a processor, for input that is made to hurt. It takes one or two here and five on a busy machine; where the work
grows with the square of the input, it takes minutes on any. How fast it is, `make bench` says."""
ITEMS = Wanted("items", ["ref", "title"], ["ref", "title", "lead", "due"])


def peak() -> int:
    """Kilobytes of this process alone; what `getrusage` counts is handed down from the process that started it."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(found[0]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(path: Path) -> None:
    """Prints rows, problems, seconds of this processor and of the clock, and by how many megabytes it grew, as JSON."""
    problems, before = Problems(), peak()
    began, started = time.monotonic(), time.process_time()
    table = read_table(path, ITEMS, problems, spec=TableColumns())
    took = {"seconds": time.process_time() - started, "waited": time.monotonic() - began}
    found = [str(each) for each in problems.found]
    grown = (peak() - before) / 1024
    print(json.dumps({"rows": len(table.rows), "found": found[:5], "grown": grown, **took}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
