"""Parsers as bad as a file can make them, which tests run in a child process."""

import os
import signal
import sys
import tempfile
import time

from remembrancer.intake.child_process import ParserError


def size(data: bytes) -> int:
    return len(data)


def words(data: bytes) -> dict[str, list[str]]:
    return {"words": data.decode().split()}


def parent(_: bytes) -> int:
    return os.getppid()


def descriptors(_: bytes) -> int:
    return len(os.listdir("/dev/fd"))


def allocates(_: bytes) -> None:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def loops(_: bytes) -> None:
    while True:
        pass


def sleeps(_: bytes) -> None:
    time.sleep(600)


def ignores_signals(_: bytes) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    time.sleep(600)


def exits(_: bytes) -> None:
    sys.exit(0)


def recurses(data: bytes) -> int:
    return recurses(data) + 1


def gives_a_function(_: bytes) -> object:
    return lambda: None


def dies(_: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def gives_a_lot(_: bytes) -> bytes:
    return b"x" * 50_000_000


def breaks(_: bytes) -> None:
    raise KeyError("of a library")


def refuses(_: bytes) -> None:
    raise ParserError("too_many_columns", columns=500)


def writes(data: bytes) -> int:
    with tempfile.TemporaryFile(buffering=0) as file:
        return file.write(data)
