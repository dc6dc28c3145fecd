"""One request to an address that was checked: the connection goes there and nowhere else, and it ends in time.

httpx would ask for the host's address again, by which time the answer may be another (DNS rebinding). So the
connection is made to the address itself, while Host and the certificate's name stay those of the host.
"""

import ssl
from collections.abc import Iterable, Sequence
from functools import lru_cache
from time import monotonic
from typing import Any

import httpcore
import httpx

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.TimeoutException: httpx.TimeoutException,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.NetworkError: httpx.NetworkError,
    httpcore.ProtocolError: httpx.ProtocolError,
}


@lru_cache(maxsize=1)
def certificates() -> ssl.SSLContext:
    """Whom we take a server's word from: those that the environment or the machine trusts."""
    return httpx.create_ssl_context()


class PinnedTransport(httpx.BaseTransport):
    """Sends to the first of `addresses` that answers, and raises httpx.TimeoutException at `deadline` (monotonic)."""

    def __init__(self, addresses: Sequence[str], tls: ssl.SSLContext, deadline: float) -> None:
        backend = _Pinned(addresses, deadline)
        self._pool = httpcore.ConnectionPool(tls, max_connections=1, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(request.method, url, headers=request.headers.raw, content=b"")
        try:
            response = self._pool.handle_request(asked)
        except tuple(_ERRORS) as error:
            raise _as_httpx(error) from error
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()


def _as_httpx(error: Exception) -> httpx.TransportError:
    made = next(made for kind, made in _ERRORS.items() if isinstance(error, kind))
    return made(str(error) or type(error).__name__)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Any:
        try:
            yield from self._response.iter_stream()
        except tuple(_ERRORS) as error:
            raise _as_httpx(error) from error

    def close(self) -> None:
        self._response.close()


class _Pinned(httpcore.NetworkBackend):
    """Connects to the checked addresses, whatever host is asked for."""

    def __init__(self, addresses: Sequence[str], deadline: float) -> None:
        self._addresses, self._deadline = addresses, deadline
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
        for address in self._addresses:
            try:
                return _Timed(self._inner.connect_tcp(address, port, _left(self._deadline)), self._deadline)
            except httpcore.ConnectError as error:
                last = error
        raise last


class _Timed(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline, so that a server which trickles does not hold us up."""

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
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left
