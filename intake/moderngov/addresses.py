"""Where a request may go: an address of the web that was checked, and the time in which its answer must be there."""

import ipaddress
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import httpx

from intake.moderngov.troubles import FetchError


@dataclass(frozen=True)
class Target:
    """An address that was asked for, and the number that its host's name stood for when it was checked.

    The connection goes to that number: a name that stands for another one a moment later gains nothing.
    """

    url: httpx.URL
    number: str

    @property
    def pinned(self) -> httpx.URL:
        return self.url.copy_with(host=self.number)

    @property
    def host(self) -> str:
        """The name that TLS asks for and checks."""
        return self.url.raw_host.decode("ascii").strip("[]")


def target(url: str, allow_private: bool) -> Target:
    """The checked address; FetchError where it is none, or any of its numbers is inside a private network."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise FetchError("site_not_web", url=url[:200]) from None
    if parsed.scheme not in ("https", "http") or not parsed.host or parsed.userinfo:
        raise FetchError("site_not_web", url=str(parsed.copy_with(userinfo=b""))[:200])
    numbers = _numbers(parsed)
    if not allow_private and not all(_is_public(number) for number in numbers):
        raise FetchError("site_private", host=parsed.host[:200])
    return Target(parsed, str(min(numbers, key=lambda number: number.version)))


Number = ipaddress.IPv4Address | ipaddress.IPv6Address


def _numbers(url: httpx.URL) -> list[Number]:
    host = url.raw_host.decode("ascii").strip("[]")
    try:
        known = socket.getaddrinfo(host, url.port or url.scheme, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("site_out_of_reach", error=str(error)[:100]) from None
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in known]


def _is_public(number: Number) -> bool:
    inner = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return bool(number.is_global and not number.is_multicast and (inner is None or _is_public(inner)))


class Deadline:
    """Ends a connection whose answer is not there in time.

    httpx's own limits are for each read, and an answer that drips passes every one of them.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx's `trace` extension: tells of each connection as it is made."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.passed:
                self._end()

    def _end(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
