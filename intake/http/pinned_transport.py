"""Connects only to IP addresses that were checked, and ends every read and write at a deadline.

A client that resolved the host again after the check could get other addresses (DNS rebinding). So the check is made
where the connection is made, while the Host header and the certificate's name stay those of the host. httpcore's own
timeouts restart with every byte, so they would not stop a server that sends slowly.
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
    """Return a TLS context with the certificates that the environment or the machine trusts."""
    return httpx.create_ssl_context()


class PinnedBackend(httpcore.NetworkBackend):
    """A network backend that connects to the first address of `lookup` that answers.

    `lookup` returns the checked addresses of a host, and its errors are passed on. After `deadline` (monotonic) the
    backend raises httpcore.ReadTimeout.
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
    """A connection that ends every read and write at the deadline."""

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
