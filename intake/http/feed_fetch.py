"""Fetching a calendar feed: what its address gives now, nothing where nothing changed, or what was wrong."""

import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

import httpx

from remembrancer.intake.http.address_guard import PrivateAddressError, Resolve, checked, resolve
from remembrancer.intake.http.pinned_transport import PinnedTransport, certificates
from remembrancer.wording import say

USER_AGENT = "Remembrancer/0.1 (reads calendar feeds)"
MOST_REDIRECTS = 3
_ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
_SCHEMES = {"webcal": "https", "webcals": "https"}
_PORTS = {"https": 443, "http": 80}
_CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""How zlib reads each content coding that is understood (its wbits)."""


@dataclass(frozen=True)
class Limits:
    """How long and how much: seconds for all of it, bytes of the body once unpacked; and what else is allowed."""

    seconds: float = 20
    largest: int = 10 * 1024 * 1024
    allow_private: bool = False
    allow_http: bool = False


@dataclass(frozen=True)
class Fetched:
    """The body, and what to ask by next time."""

    body: bytes
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class NotModified:
    """It is as it was."""


@dataclass(frozen=True)
class FeedError:
    """Why there is nothing: `text` is a sentence, `feeds.<name>`. Of the address it names the host alone."""

    name: str
    text: str


Answer = Fetched | NotModified | FeedError


class _Failed(Exception):  # noqa: N818
    """Carries a FeedError out of the middle of a fetch."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.error = FeedError(name, say(f"feeds.{name}", **values))


def fetch(
    url: str,
    limits: Limits,
    etag: str | None = None,
    last_modified: str | None = None,
    tls: ssl.SSLContext | None = None,
    ask: Resolve = resolve,
) -> Answer:
    """What the address gives; `etag` and `last_modified` are what it said last time.

    `ask` answers which IP addresses a host has; each, and that of each redirect, is checked before it is connected to.
    Nothing of the environment is used (no proxy, no password file) but the certificates it names; no cookies are kept.
    Raises nothing that a server, a network or the address can cause.
    """
    fetching = _Fetching(limits, tls or certificates(), ask)
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    try:
        return fetching.follow(url, {name: value for name, value in asked.items() if value})
    except _Failed as failed:
        return failed.error
    except httpx.TimeoutException:
        return _Failed("too_slow", host=fetching.host, seconds=limits.seconds).error
    except httpx.HTTPError as error:
        return _Failed("no_answer", host=fetching.host, error=_in_short(error)).error
    except (httpx.InvalidURL, ValueError):
        # What these say may repeat the address, which is often a secret.
        return _Failed("not_an_address", host=fetching.host).error


class _Fetching:
    """One fetch, over its redirects."""

    def __init__(self, limits: Limits, tls: ssl.SSLContext, ask: Resolve) -> None:
        self.limits, self.tls, self.ask = limits, tls, ask
        self.deadline = monotonic() + limits.seconds
        self.host = "?"

    def follow(self, url: str, headers: dict[str, str]) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._hop(self._allowed(url), headers)
            if not isinstance(answer, str):
                return answer
            url = answer
        raise _Failed("too_many_redirects", host=self.host, most=MOST_REDIRECTS)

    def _allowed(self, text: str) -> httpx.URL:
        scheme, colon, rest = text.strip().partition(":")
        url = httpx.URL(f"{_SCHEMES.get(scheme.lower(), scheme.lower())}{colon}{rest}")
        self.host = url.host[:100] or "?"
        if url.scheme not in _PORTS or not url.host:
            raise _Failed("not_an_address", host=self.host)
        if url.scheme == "http" and not self.limits.allow_http:
            raise _Failed("not_encrypted", host=self.host)
        return url

    def _hop(self, url: httpx.URL, headers: dict[str, str]) -> Answer | str:
        """One request: the answer, or where it sends us."""
        transport = PinnedTransport(self._addresses(url), self.tls, self.deadline)
        every = {"User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **headers}
        with (
            httpx.Client(transport=transport, trust_env=False, follow_redirects=False) as client,
            client.stream("GET", url, headers=every) as response,
        ):
            if response.has_redirect_location:
                return str(url.join(response.headers["Location"]))
            return self._answer(response)

    def _addresses(self, url: httpx.URL) -> list[str]:
        try:
            return checked(url.host, url.port or _PORTS[url.scheme], self.limits.allow_private, self.ask)
        except PrivateAddressError as error:
            raise _Failed("private_address", host=self.host) from error
        except (OSError, UnicodeError) as error:
            raise _Failed("no_such_host", host=self.host) from error

    def _answer(self, response: httpx.Response) -> Answer:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return NotModified()
        if response.status_code != httpx.codes.OK:
            name = {401: "refused", 403: "refused", 404: "gone", 410: "gone"}.get(response.status_code, "status")
            raise _Failed(name, host=self.host, status=response.status_code)
        body = bytearray()
        for part in self._unpacked(response):
            body += part
            if len(body) > self.limits.largest:
                raise _Failed("too_large", host=self.host, megabytes=round(self.limits.largest / 1024 / 1024, 1))
        return Fetched(bytes(body), _header(response, "ETag"), _header(response, "Last-Modified"))

    def _unpacked(self, response: httpx.Response) -> Iterator[bytes]:
        """The body's parts, each unpacked no further than one byte beyond what is allowed."""
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding in ("identity", ""):
            yield from response.iter_raw()
            return
        if coding not in _CODINGS:
            raise _Failed("coding", host=self.host, coding=coding[:40])
        packed = zlib.decompressobj(_CODINGS[coding])
        try:
            for part in response.iter_raw():
                yield packed.decompress(part, self.limits.largest + 1)
        except zlib.error as error:
            raise _Failed("no_answer", host=self.host, error=_in_short(error)) from error
        if not packed.eof:
            raise _Failed("no_answer", host=self.host, error="incomplete")


def _header(response: httpx.Response, name: str) -> str | None:
    """A header to be sent back one day; one that is too long to be meant is forgotten."""
    value: str | None = response.headers.get(name)
    return value if value and len(value) <= 500 and value.isascii() and value.isprintable() else None


def _in_short(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
