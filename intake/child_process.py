"""Runs a parser on bytes that strangers wrote in a child process, which may take only so much memory and time.

A server process is started at the first call and forks a child for each, so that a call costs some milliseconds.
multiprocessing has such a server too; its children import the caller's `__main__`, which is the whole command here.
"""

import atexit
import gc
import importlib
import json
import math
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, NoReturn, TypeVar

T = TypeVar("T")
Reason = Literal["time", "memory", "crash"]
MOST_ANSWERED = 16_000_000  # bytes of the pickled value, so that it stays within some tens of megabytes here
CLOCK = 3  # seconds of the clock for each of the processor, since others may want it too
GRACE = 5.0  # seconds that a child may need to be scheduled and to end, beside those that it is given
IMPORT_SECONDS = 60.0
CHUNK = 1 << 16
LENGTH = 8  # bytes before an answer, which say how long it is
STARTED = b"."


class ParserError(Exception):
    """A parser refuses what it was given; `name` is the sentence in words.yaml and `values` are what it holds.

    `row` is the row that is wrong, None where the whole is.
    """

    def __init__(self, name: str, /, row: int | None = None, **values: Any) -> None:
        super().__init__(name)
        self.name, self.row = name, row
        self.values = values


class ParserStoppedError(Exception):
    """A parser took too long ("time"), took or gave back too much ("memory"), or died of something else ("crash").

    `detail` is the traceback of an exception, without its message, which may quote what only its reader may see.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def run_bounded(function: Callable[[bytes], T], data: bytes, *, seconds: float, megabytes: int) -> T:
    """Return `function(data)`, computed in a child process that the kernel kills when it exceeds its limits.

    `function` is at the top level of a module; what it returns is plain data that can be pickled, 16 MB at most.
    `seconds` are of the processor, and thrice as many of the clock. `megabytes` are the address space that the child
    may take besides what it starts with; macOS does not enforce that, so that there only the time and the size of the
    answer are bounded. Blocks: in asyncio call it in a thread. Raises ParserStoppedError, and a ParserError where
    `function` raised one.
    """
    order = {
        "module": function.__module__,
        "function": function.__qualname__,
        "seconds": seconds,
        "megabytes": megabytes,
    }
    started = time.monotonic()
    with _FORK_SERVER.start_child(json.dumps(order).encode()) as pipe:
        try:
            answer = _exchange(pipe, data, started + CLOCK * seconds + GRACE)
        except TimeoutError:
            raise ParserStoppedError("time") from None
    if not answer:
        raise ParserStoppedError("time" if time.monotonic() - started >= seconds else "crash")
    # The child is a fork of our own code, and what it was given is data to it: nobody else writes this pickle.
    outcome, value = pickle.loads(answer)
    if outcome == "stopped":
        raise ParserStoppedError(*value)
    if outcome == "refused":
        raise value
    result: T = value
    return result


def _exchange(pipe: socket.socket, data: bytes, deadline: float) -> bytes:
    """What the child answers to these bytes; nothing where it died first."""
    pipe.settimeout(_left(deadline))
    with suppress(BrokenPipeError, ConnectionResetError):  # it died, or answered before it had read everything
        pipe.sendall(data)
        pipe.shutdown(socket.SHUT_WR)
    answer = bytearray()
    with suppress(ConnectionResetError):
        while chunk := pipe.recv(CHUNK):
            answer += chunk
            if len(answer) > MOST_ANSWERED:
                raise ParserStoppedError("memory")
            pipe.settimeout(_left(deadline))
    length = int.from_bytes(answer[:LENGTH], "big")
    return bytes(answer[LENGTH:]) if len(answer) == LENGTH + length else b""


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


class _ForkServer:
    """The server process as this process knows it; it is started when it is first wanted, and again if it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start_child(self, order: bytes) -> socket.socket:
        """A socket to a new child that does what is ordered."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                try:
                    self._send(order, theirs)
                except OSError:
                    self._stop()
                    self._send(order, theirs)
        except OSError:
            ours.close()
            raise
        return ours

    def _send(self, order: bytes, pipe: socket.socket) -> None:
        """Waits until it was received: macOS may drop a descriptor that is closed on its way."""
        control = self._control or self._start()
        socket.send_fds(control, [order], [pipe.fileno()])
        if control.recv(1) != STARTED:
            raise ConnectionError("the process that starts children has ended")

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(IMPORT_SECONDS)
        code = f"import sys; sys.path[:] = sys.argv[2:]; from {__name__} import serve; serve(int(sys.argv[1]))"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", code, str(theirs.fileno()), *sys.path],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the command, whose end then ends this one
            )
        self._control = ours
        return ours

    def _stop(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None

    def close(self) -> None:
        with self._lock:
            self._stop()


_FORK_SERVER = _ForkServer()
atexit.register(_FORK_SERVER.close)


def serve(control: int) -> None:
    """Fork a child for each order that comes, until the process that gives them is gone.

    The module that holds the function is imported here once, so that no child needs to.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    with socket.socket(fileno=control) as orders:
        while True:
            message, descriptors, _, _ = socket.recv_fds(orders, 4096, 1)
            if not message:
                return
            order = json.loads(message)
            function = getattr(importlib.import_module(order["module"]), order["function"])
            gc.freeze()
            if os.fork() == 0:
                orders.close()
                _work(socket.socket(fileno=descriptors[0]), function, order["seconds"], order["megabytes"])
            os.close(descriptors[0])
            orders.sendall(STARTED)


def _work(pipe: socket.socket, function: Callable[[bytes], object], seconds: float, megabytes: int) -> NoReturn:
    """What a child does; it never returns to the server's loop."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # The kernel holds this process to its limits, whatever its code does.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, CLOCK * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds),) * 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            with open("/proc/self/statm", encoding="ascii") as pages:
                own = int(pages.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (own + megabytes * 1_000_000,) * 2)
        answer = _answer(pipe, function)
        pipe.sendall(len(answer).to_bytes(LENGTH, "big") + answer)
    finally:
        os._exit(0)


def _answer(pipe: socket.socket, function: Callable[[bytes], object]) -> bytes:
    try:
        with pipe.makefile("rb") as incoming:
            data = incoming.read()
        return pickle.dumps(("value", function(data)))
    except ParserError as error:
        return pickle.dumps(("refused", error))
    except MemoryError:
        return pickle.dumps(("stopped", ("memory",)))
    except Exception as error:  # noqa: BLE001  (the edge of the process: whatever a library raised, the caller is told)
        where = "".join(traceback.format_tb(error.__traceback__))
        return pickle.dumps(("stopped", ("crash", f"{where}{type(error).__qualname__}")))
