"""Fetches one URL by GET, with limits on time and size and a check of every redirect; a feed's with conditions."""

import ssl
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from time import monotonic
from typing import Any

import httpcore
import httpx

from remembrancer.intake.http.address_guard import PrivateAddressError, Resolve, checked_addresses, resolve
from remembrancer.intake.http.pinned_transport import PinnedBackend, trusted_certificates
from remembrancer.wording import phrase

USER_AGENT = "Remembrancer/0.1 (reads calendar feeds)"
ACCEPT_FEED = "text/calendar, text/plain;q=0.5, */*;q=0.1"
MOST_REDIRECTS = 3
MOST_OF_AN_ERROR = 20_000
"""Bytes of an error's page that are kept."""
LONGEST_VALIDATOR = 500
"""The most characters of an ETag or a date that is kept for the next request."""
_SCHEMES = {"webcal": "https", "webcals": "https"}
_REDIRECTS = (301, 302, 303, 307, 308)
_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""The zlib window bits for each content coding that is supported."""
_ERRORS = {401: "refused", 403: "refused", 404: "gone", 410: "gone", 429: "busy", 503: "busy"}


class FetchError(Exception):
    """A fetch failed.

    `name` is the end of a sentence's key in templates/words.yaml: feeds.<name> for a calendar feed,
    problems.site_<name> for a committee system. `values` fill those sentences; of the address they hold only the host,
    because the rest is often a secret. `status` is the HTTP status, None without a response; `retry_after` is in
    seconds, None where the server did not say. `body` is the beginning of the response's body.
    """

    def __init__(
        self, name: str, status: int | None = None, retry_after: float | None = None, body: bytes = b"", **values: Any
    ) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.retry_after = retry_after
        self.body = body
        minutes = round((retry_after or 0) / 60)
        later = phrase("problems.later_minutes", count=minutes) if minutes > 1 else phrase("problems.later")
        self.values = {"status": status, "later": later, **values}


@dataclass(frozen=True)
class Limits:
    """The limits of one fetch with all its redirects.

    `seconds` run from the first connection to the last byte; `largest` is in bytes of the body once unpacked.
    """

    seconds: float = 20
    largest: int = 10 * 1024 * 1024
    allow_private: bool = False
    allow_http: bool = False
    allow_password: bool = False


@dataclass(frozen=True)
class Fetched:
    """The body of a response, and its headers for the next conditional request."""

    body: bytes
    etag: str | None = None
    last_modified: str | None = None


def fetch(
    url: str,
    limits: Limits,
    *,
    agent: str,
    accept: str = "*/*",
    etag: str | None = None,
    last_modified: str | None = None,
    tls: ssl.SSLContext | None = None,
    ask: Resolve = resolve,
) -> Fetched:
    """Fetch a URL. Raises only FetchError, whatever a server, the network or the address does.

    With `etag` and `last_modified` of the last response, an unchanged body raises FetchError with the status 304. At
    most three redirects are followed, each checked as the first URL is; none may lead from https to http or hold a
    password, and the password of `url` is sent to its own host only. Proxies of the environment are ignored, because
    they would resolve names again after the check. `ask` resolves names.
    """
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {"User-Agent": agent, "Accept": accept, "Accept-Encoding": "gzip"}
    headers |= {name: value for name, value in asked.items() if value}
    with _errors_named("?", agent, limits):
        first = here = _checked(url, limits)
    both = b64encode(f"{first.username}:{first.password}".encode()).decode()
    password = {"Authorization": f"Basic {both}"} if first.userinfo else {}
    lookup = partial(checked_addresses, allow_private=limits.allow_private, ask=ask)
    backend = PinnedBackend(lookup, monotonic() + limits.seconds)
    with httpcore.ConnectionPool(tls or trusted_certificates(), network_backend=backend) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            sent = headers | (password if here.netloc == first.netloc else {})
            with _errors_named(here.host[:100], agent, limits):
                # The URL as httpx parsed it, because a second parser could see another host in it.
                target = httpcore.URL(scheme=here.raw_scheme, host=here.raw_host, port=here.port, target=here.raw_path)
                raw = httpx.Request("GET", here, headers=sent).headers.raw
                with pool.stream("GET", target, headers=raw) as response:
                    found = httpx.Headers(response.headers)
                    if response.status not in _REDIRECTS or "Location" not in found:
                        return _fetched(response, found, limits)
                    here = _redirected(here, found["Location"], limits)
    raise FetchError("too_many_redirects", host=here.host[:100], most=MOST_REDIRECTS)


def fetch_feed(
    url: str,
    limits: Limits,
    etag: str | None = None,
    last_modified: str | None = None,
    tls: ssl.SSLContext | None = None,
    ask: Resolve = resolve,
) -> Fetched | None:
    """Fetch a feed; return None where it has not changed since `etag` and `last_modified`.

    Raises FetchError.
    """
    try:
        conditions = {"etag": etag, "last_modified": last_modified}
        return fetch(url, limits, agent=USER_AGENT, accept=ACCEPT_FEED, **conditions, tls=tls, ask=ask)
    except FetchError as error:
        if error.status == 304 and (etag or last_modified):
            return None
        raise


def why_not_fetched(error: FetchError) -> str:
    """Return the sentence that says why a feed could not be fetched."""
    return phrase(f"feeds.{error.name}", **error.values)


def _checked(text: str, limits: Limits) -> httpx.URL:
    scheme, colon, rest = text.strip().partition(":")
    try:
        url = httpx.URL(f"{_SCHEMES.get(scheme.lower(), scheme.lower())}{colon}{rest}")
    except (httpx.InvalidURL, ValueError):
        # The messages of these errors may contain the URL, which is often a secret.
        raise FetchError("not_an_address") from None
    if url.scheme not in ("https", "http") or not url.host or (url.userinfo and not limits.allow_password):
        raise FetchError("not_an_address")
    if url.scheme == "http" and not limits.allow_http:
        raise FetchError("not_encrypted", host=url.host[:100])
    return url


def _redirected(here: httpx.URL, location: str, limits: Limits) -> httpx.URL:
    """Return the URL that a redirect leads to, or refuse it."""
    try:
        text = str(here.copy_with(userinfo=b"").join(location))
    except (httpx.InvalidURL, ValueError):
        raise FetchError("not_an_address") from None
    there = _checked(text, replace(limits, allow_password=False))
    if here.scheme == "https" and there.scheme == "http":
        raise FetchError("less_safe")
    return there


@contextmanager
def _errors_named(host: str, agent: str, limits: Limits) -> Iterator[None]:
    """Convert every error of a request to a FetchError that names the host."""
    try:
        yield
    except FetchError as error:
        error.values = {"host": host, "agent": agent, **error.values}
        raise
    except httpcore.TimeoutException:
        raise FetchError("too_slow", host=host, seconds=round(limits.seconds)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise FetchError("no_answer", host=host, error=text[:120]) from None
    except PrivateAddressError:
        raise FetchError("private_address", host=host) from None
    except (OSError, UnicodeError):
        raise FetchError("no_such_host", host=host) from None


def _fetched(response: httpcore.Response, headers: httpx.Headers, limits: Limits) -> Fetched:
    """Return the body of a successful response. Raises FetchError for another status."""
    if response.status != httpx.codes.OK:
        page = b""
        with suppress(FetchError, zlib.error):
            page = _body(response, headers, MOST_OF_AN_ERROR)
        wait = _seconds(headers.get("Retry-After", ""))
        raise FetchError(_ERRORS.get(response.status, "status"), response.status, wait, page)
    body = _body(response, headers, limits.largest + 1)
    if len(body) > limits.largest:
        raise FetchError("too_large", megabytes=f"{limits.largest / 1024 / 1024:.2g}")
    return Fetched(body, _validator(headers, "ETag"), _validator(headers, "Last-Modified"))


def _body(response: httpcore.Response, headers: httpx.Headers, most: int) -> bytes:
    """Return up to `most` bytes of the decoded body, and never decode more than twice that."""
    coding = headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", *_WBITS):
        raise FetchError("coding", coding=coding[:40])
    packed = zlib.decompressobj(_WBITS[coding]) if coding in _WBITS else None
    body = bytearray()
    for part in response.iter_stream():
        body += packed.decompress(part, most) if packed else part
        if len(body) >= most:
            return bytes(body[:most])
    if packed and not packed.eof:
        raise zlib.error("incomplete")
    return bytes(body)


def _validator(headers: httpx.Headers, name: str) -> str | None:
    """Return a header for the next conditional request; None for one that is too long or not printable ASCII."""
    value: str | None = headers.get(name)
    return value if value and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None


def _seconds(text: str) -> float | None:
    """Parse Retry-After as seconds or a date (RFC 9110, 10.2.3); None where it is neither."""
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
