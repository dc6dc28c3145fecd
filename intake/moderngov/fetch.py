"""Fetches one address: checked, and bounded in size and time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

import httpx

from remembrancer.intake.http.address_guard import Resolve, resolve
from remembrancer.intake.http.pinned_transport import PinnedTransport, certificates
from remembrancer.intake.moderngov.addresses import Target, target
from remembrancer.intake.moderngov.troubles import FetchError

PRODUCT = "Remembrancer/0.1"
MOST_REDIRECTS = 3
MOST_OF_AN_ERROR = 20_000


def checked_get(
    url: str, *, allow_private: bool, timeout: float, limit: int, agent: str = PRODUCT, ask: Resolve = resolve
) -> bytes:
    """The body at `url`, by GET; FetchError where there is none.

    `timeout` is in seconds, for everything from the first connection to the last byte; `limit` is in bytes. At most
    three redirects are followed, each checked as the first address is, and none from https to http. Proxies of the
    environment are not used: a proxy would look the name up again, after the check. `ask` resolves names.
    """
    deadline = monotonic() + timeout
    for _ in range(MOST_REDIRECTS + 1):
        there = target(url, allow_private, ask)
        with _troubles(timeout), _asked(there, deadline, agent) as response:
            if not response.has_redirect_location:
                return _body(response, limit)
            url = str(there.url.join(response.headers["location"]))
        if there.url.scheme == "https" and not url.startswith("https://"):
            raise FetchError("site_less_safe", url=url[:200])
    raise FetchError("site_moved_on", count=MOST_REDIRECTS)


@contextmanager
def _asked(there: Target, deadline: float, agent: str) -> Iterator[httpx.Response]:
    # A packed answer can be small on its way and large in memory, so none is asked for.
    headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
    transport = PinnedTransport(there.numbers, certificates(), deadline)
    with (
        httpx.Client(transport=transport, headers=headers, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", there.url) as response,
    ):
        yield response


@contextmanager
def _troubles(timeout: float) -> Iterator[None]:
    """Whatever the network does, said as a FetchError."""
    try:
        yield
    except httpx.TimeoutException:
        raise FetchError("site_too_slow", seconds=round(timeout)) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise FetchError("site_out_of_reach", error=str(error)[:100] or type(error).__name__) from None


def _body(response: httpx.Response, limit: int) -> bytes:
    if response.status_code != 200:
        raise _failure(response, _read(response, MOST_OF_AN_ERROR))
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise FetchError("site_packed", encoding=encoding[:40])
    body = _read(response, limit + 1)
    if len(body) > limit:
        raise FetchError("site_too_large", limit=f"{limit / 1_000_000:g}")
    return body


def _read(response: httpx.Response, most: int) -> bytes:
    """How the body begins, as it came."""
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) >= most:
            break
    return bytes(body[:most])


def _failure(response: httpx.Response, body: bytes) -> FetchError:
    status = response.status_code
    if status == 403:
        return FetchError("site_refused", status, body=body, agent=response.request.headers["User-Agent"])
    if status == 404:
        return FetchError("site_not_there", status, body=body)
    name = "site_busy" if status in (429, 503) else "site_failed"
    return FetchError(name, status, _seconds(response.headers.get("retry-after", "")), body)


def _seconds(text: str) -> float | None:
    """Retry-After: seconds, or a moment (RFC 9110, 10.2.3). None where it is neither."""
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
