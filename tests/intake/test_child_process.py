"""What a parser in a child process may take, and that the process which asked is none the worse for it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from remembrancer.intake.child_process import CLOCK, ParserError, ParserStoppedError, run_bounded
from tests.conftest import ROOT
from tests.intake import parsers
from tests.intake.limits import HOSTILE_SECONDS

ENFORCED = sys.platform == "linux"  # whether the kernel holds a process to its memory
bounded = partial(run_bounded, seconds=10, megabytes=200)

SCRIPT = """
import os, sys
from intake.child_process import run_bounded
from tests.intake.parsers import size
print("main", run_bounded(size, b"1234", seconds=10, megabytes=200), flush=True)
{end}
"""


def processes() -> dict[int, int]:
    """The parent of every process."""
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return {int(pid): int(parent) for pid, parent in (line.split() for line in lines.splitlines())}


def the_server() -> int:
    """The process that forks the children."""
    bounded(parsers.size, b"")
    return bounded(parsers.parent, b"")


def children_of_the_server() -> list[int]:
    server = the_server()
    return [pid for pid, parent in processes().items() if parent == server]


def script(folder: Path, end: str) -> subprocess.Popen[str]:
    """A command that calls a parser and ends as it is told; it has no `if __name__ == "__main__"`."""
    path = folder / "script.py"
    path.write_text(SCRIPT.format(end=end), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_value_comes_back_whole() -> None:
    assert bounded(parsers.size, b"x" * 5_000_000) == 5_000_000
    assert bounded(parsers.words, b"one two") == {"words": ["one", "two"]}


STOPPED: dict[str, tuple[Callable[[bytes], Any], str]] = {
    "takes all the memory": (parsers.allocates, "memory" if ENFORCED else "time"),
    "never ends": (parsers.loops, "time"),
    "waits for what never comes": (parsers.sleeps, "time"),
    "waits and will not hear of it": (parsers.ignores_signals, "time"),
    "gives back fifty megabytes": (parsers.gives_a_lot, "memory"),
    "gives back what cannot be pickled": (parsers.gives_a_function, "crash"),
    "is killed": (parsers.dies, "crash"),
    "ends the process": (parsers.exits, "crash"),
    "calls itself for ever": (parsers.recurses, "crash"),
    "writes a file": (parsers.writes, "crash"),
}


@pytest.mark.parametrize("name", sorted(STOPPED))
def test_a_parser_is_stopped_that(name: str) -> None:
    function, reason = STOPPED[name]
    started = time.monotonic()
    tracemalloc.start()
    with pytest.raises(ParserStoppedError) as caught:
        run_bounded(function, b"x", seconds=1, megabytes=100)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.reason == reason
    assert time.monotonic() - started < CLOCK + HOSTILE_SECONDS
    assert peak < 40_000_000


def test_more_bytes_than_the_child_may_hold_stop_it() -> None:
    try:
        outcome: int | str = run_bounded(parsers.size, b"x" * 80_000_000, seconds=10, megabytes=40)
    except ParserStoppedError as error:
        outcome = error.reason
    assert outcome == ("memory" if ENFORCED else 80_000_000)


def test_a_refusal_of_the_parser_is_raised_with_its_values() -> None:
    with pytest.raises(ParserError) as caught:
        bounded(parsers.refuses, b"")
    assert (caught.value.name, caught.value.values) == ("too_many_columns", {"columns": 500})


def test_an_exception_of_a_library_is_a_crash_with_its_place_and_without_its_words() -> None:
    with pytest.raises(ParserStoppedError) as caught:
        bounded(parsers.breaks, b"")
    assert caught.value.reason == "crash"
    assert "in breaks" in caught.value.detail
    assert caught.value.detail.endswith("KeyError")


def test_two_hundred_calls_leave_no_process_and_no_descriptor_behind() -> None:
    server = the_server()
    before = (len(os.listdir("/dev/fd")), bounded(parsers.descriptors, b""))
    for number in range(200):
        with pytest.raises(ParserError if number % 2 else ParserStoppedError):
            bounded(parsers.refuses if number % 2 else parsers.dies, b"x" * 1_000)
    assert (len(os.listdir("/dev/fd")), bounded(parsers.descriptors, b"")) == before
    assert the_server() == server
    assert len(children_of_the_server()) <= 1  # that which was asked last may be at its end


def test_threads_get_each_its_own_answer() -> None:
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda n: bounded(parsers.size, b"x" * n), range(100))) == list(range(100))


def test_an_event_loop_goes_on_while_a_thread_waits_for_a_parser() -> None:
    async def both() -> list[int]:
        calls = [asyncio.to_thread(run_bounded, parsers.size, b"x" * n, seconds=10, megabytes=200) for n in range(20)]
        return await asyncio.gather(*calls)

    assert asyncio.run(both()) == list(range(20))


def test_a_server_that_was_killed_is_started_again() -> None:
    killed = the_server()
    os.kill(killed, signal.SIGKILL)
    assert the_server() not in (killed, os.getpid())


def test_calls_share_the_server_that_imported_the_parsers_module() -> None:
    assert len({the_server() for _ in range(5)}) == 1


def test_the_command_that_calls_is_not_imported_by_the_child(tmp_path: Path) -> None:
    with script(tmp_path, "") as command:
        assert command.communicate(timeout=60) == ("main 4\n", "")


@pytest.mark.parametrize("end", ["", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_no_process_outlives_the_command(tmp_path: Path, end: str) -> None:
    """Whatever it started has its standard error, so that this is at its end when the last of them is gone."""
    with script(tmp_path, end) as command:
        assert command.communicate(timeout=60) == ("main 4\n", "")
