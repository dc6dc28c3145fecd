"""A real HTTP server on the loopback address that gives calendars, and does to its callers what servers do."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answering:
    """What the server was asked (path and headers, in order), and how it answers: a function of the handler."""

    answer: Callable[["Handler"], None]
    port: int = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/calendar.ics"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answering: Answering

    def do_GET(self) -> None:
        self.answering.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        try:
            self.answering.answer(self)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def gives(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests are quiet."""


@contextmanager
def serving(answer: Callable[[Handler], None], tls: ssl.SSLContext | None = None) -> Iterator[Answering]:
    answering = Answering(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"answering": answering}))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    answering.port = server.server_address[1]
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield answering
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
