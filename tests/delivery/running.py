"""A receiver that runs in a process of its own, and what its log says."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.conftest import ROOT

POLL = 0.001
"""Seconds."""


@dataclass(frozen=True)
class Post:
    """A line of the receiver's log. `at` is in seconds, by the machine's monotonic clock."""

    id: int
    key: str
    conversation: str
    perhaps_again: bool
    text: str
    at: float


@dataclass(frozen=True)
class Running:
    """A running receiver."""

    port: int
    log: Path

    def posts(self) -> list[Post]:
        return [Post(**json.loads(line)) for line in self.log.read_bytes().splitlines()]

    def count(self) -> int:
        return self.log.read_bytes().count(b"\n")

    def pace(self) -> float:
        """How many seconds there were between posts of late."""
        times = [post.at for post in self.posts()[-15:]]
        return median(after - before for before, after in pairwise(times)) if len(times) > 1 else 0.02

    def is_quiet(self) -> bool:
        """Whether it is done with every connection that was made before this one."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/busy")
            return bool(json.loads(connection.getresponse().read())["others"] == 0)
        finally:
            connection.close()


@contextmanager
def receiver(folder: Path, seed: int = 1) -> Iterator[Running]:
    """A receiver with a log in this folder; it ends with the block."""
    log = folder / "receiver.jsonl"
    command = [sys.executable, "-m", "tests.delivery.receiver", str(log), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield Running(int(process.stdout.readline()), log)
        finally:
            process.kill()


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until it is so. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(POLL)
