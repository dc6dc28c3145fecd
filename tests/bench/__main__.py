"""`make bench` prints what work costs, and ratios of two ways that were measured in one run.

Nothing fails here: a machine that is busy is slow. `python -m tests.bench sending` measures that alone.
"""

import sys
from collections.abc import Callable, Mapping

from tests.bench import calendars, hearing, matching, memory, paced, sending, startup

PARTS: Mapping[str, Callable[[], None]] = {
    "calendars": calendars.measure,
    "hearing": hearing.measure,
    "matching": matching.measure,
    "sending": sending.measure,
    "paced": paced.measure,
    "memory": memory.measure,
    "startup": startup.measure,
}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
