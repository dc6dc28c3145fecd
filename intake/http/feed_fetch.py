"""Fetches calendar feeds with conditional requests."""

import ssl

from remembrancer.intake.http.address_guard import Resolve, resolve
from remembrancer.intake.http.errors import FetchError
from remembrancer.intake.http.fetch import Fetched, Limits, fetch
from remembrancer.wording import phrase

USER_AGENT = "Remembrancer/0.1 (reads calendar feeds)"
ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"


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
        return fetch(
            url,
            limits,
            agent=USER_AGENT,
            accept=ACCEPT,
            etag=etag,
            last_modified=last_modified,
            tls=tls,
            ask=ask,
        )
    except FetchError as error:
        if error.status == 304 and (etag or last_modified):
            return None
        raise


def why_not_fetched(error: FetchError) -> str:
    """Return the sentence that says why a feed could not be fetched."""
    return phrase(f"feeds.{error.name}", **error.values)
