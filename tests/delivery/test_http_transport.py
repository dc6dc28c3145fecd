"""What the receiver's transport makes of each way in which HTTP can fail."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import CannotKnowError, SendError, Trouble
from tests.delivery.http_transport import Find, HttpTransport
from tests.delivery.running import receiver

HELLO = message("Hello")


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A server for one connection, which it answers with these bytes; with None, not at all while the block lasts."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                if answer is None:
                    over.wait()
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def trouble_with(port: int) -> SendError:
    with pytest.raises(SendError) as raised:
        HttpTransport(port, timeout=0.2).send("someone", "key", HELLO, False)
    return raised.value


def test_a_refused_connection_reached_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert trouble_with(port).trouble == Trouble.AGAIN


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", Trouble.DOUBT),
        (b"HTTP/1.1 200", Trouble.DOUBT),
        (None, Trouble.DOUBT),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", Trouble.DOUBT),
        (b"HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n", Trouble.AGAIN),
        (b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n", Trouble.BROKEN),
        (b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", Trouble.OURS),
    ],
)
def test_what_was_heard_decides_what_it_was(answer: bytes | None, kind: Trouble) -> None:
    with listening(answer) as port:
        assert trouble_with(port).trouble == kind


def test_a_platform_says_when_to_try_again() -> None:
    with listening(b"HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n") as port:
        assert trouble_with(port).retry_after == 7


def test_the_receiver_keeps_every_post_and_finds_the_first_of_its_key(tmp_path: Path) -> None:
    with receiver(tmp_path) as running:
        transport = HttpTransport(running.port)
        first = transport.send("someone", "key", HELLO, False)
        transport.send("someone", "key", HELLO, True)
        assert transport.find("someone", "key") == first
        assert transport.find("someone else", "key") is None
        assert HttpTransport(running.port, Find.DISABLED).find("someone", "key") is None
        with pytest.raises(CannotKnowError):
            HttpTransport(running.port, Find.CANNOT_KNOW).find("someone", "key")
        assert [(post.key, post.perhaps_again) for post in running.posts()] == [("key", False), ("key", True)]
