"""A chat platform in a process of its own: it takes every post, and writes each down before it answers.

It does not look whether it had a post before: what is posted twice stands in its log twice. It takes a few
milliseconds before and after writing, so that whoever posts may be killed at any point.

    python -m tests.delivery.receiver LOG SEED     (prints its port)
"""

import hashlib
import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

SLOWEST = 0.004
"""Seconds."""


class Book:
    """What was posted, in the order in which it came; every line is on the disk before its post is answered."""

    def __init__(self, log: Path, seed: int) -> None:
        self._file = log.open("ab")
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._ids: dict[tuple[str, str], int] = {}
        self._count = 0
        self.busy = 0

    def pause(self) -> None:
        with self._lock:
            seconds = self._random.uniform(0, SLOWEST)
        time.sleep(seconds)

    def add(self, post: dict[str, Any]) -> int:
        with self._lock:
            self._count += 1
            text = hashlib.sha256(json.dumps(post["message"], sort_keys=True).encode()).hexdigest()
            named = {name: post[name] for name in ("key", "conversation", "perhaps_again")}
            line = {"id": self._count, **named, "text": text, "at": time.monotonic()}
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self._ids.setdefault((post["conversation"], post["key"]), self._count)
            return self._count

    def find(self, conversation: str, key: str) -> int | None:
        with self._lock:
            return self._ids.get((conversation, key))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self._lock:
            self.busy += 1
        yield
        with self._lock:
            self.busy -= 1


class Receiver(ThreadingHTTPServer):
    """`busy` counts the connections that are not done with; they are counted in the order in which they came."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, book: Book) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.book = book

    def process_request(self, request: Any, client_address: Any) -> None:
        arrived = self.book.at_work()
        arrived.__enter__()
        threading.Thread(target=self._serve, args=(request, client_address, arrived), daemon=True).start()

    def _serve(self, request: Any, client_address: Any, arrived: Any) -> None:
        self.process_request_thread(request, client_address)
        arrived.__exit__(None, None, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed meanwhile: nobody is left to tell."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/update":
            return self._answer({})
        self.server.book.pause()
        number = self.server.book.add(content)
        self.server.book.pause()
        return self._answer({"id": str(number)})

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/busy":
            return self._answer({"others": self.server.book.busy - 1})
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        found = self.server.book.find(asked["conversation"], asked["key"])
        return self._answer({"id": None if found is None else str(found)})

    def _answer(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The book is the log."""


def main(log: str, seed: str) -> None:
    receiver = Receiver(Book(Path(log), int(seed)))
    print(receiver.server_port, flush=True)
    receiver.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
