"""This module connects to the addresses that were checked, and ends every step at a deadline.

A client that asked for the host's addresses again after the check could be given others (DNS rebinding). So the check
is made where the connection is: what was checked is what is connected to, while Host and the certificate's name stay
those of the host. httpcore's own timeouts begin anew with every byte, so they would not end a server that trickles.
"""

import ssl
from collections.abc import Iterable
from functools import lru_cache
from time import monotonic
from typing import Any

import httpcore
import httpx

from remembrancer.intake.http.address_guard import Resolve


@lru_cache(maxsize=1)
def trusted_certificates() -> ssl.SSLContext:
    """Return the certificates that the environment or the machine trusts."""
    return httpx.create_ssl_context()


class PinnedBackend(httpcore.NetworkBackend):
    """This network backend connects to the first address of `lookup` that answers.

    After `deadline` (monotonic) it raises httpcore.ReadTimeout. `lookup` gives the checked addresses of a host; what it
    raises is raised.
    """

    def __init__(self, lookup: Resolve, deadline: float) -> None:
        self._lookup, self._deadline = lookup, deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError("no address")
        for address in self._lookup(host, port):
            try:
                return _DeadlineStream(self._inner.connect_tcp(address, port, _left(self._deadline)), self._deadline)
            except httpcore.ConnectError as error:
                last = error
        raise last


class _DeadlineStream(httpcore.NetworkStream):
    """This connection ends every read and write at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left
