"""Where a request may go: an address of the web, and the numbers of its host, each of them checked."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from remembrancer.intake.http.address_guard import PrivateAddressError, Resolve, checked, resolve
from remembrancer.intake.moderngov.troubles import FetchError

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Target:
    """An address that was asked for, and the numbers that its host's name stood for when it was checked.

    The connection goes to one of those: a name that stands for another one a moment later gains nothing.
    """

    url: httpx.URL
    numbers: Sequence[str]


def target(url: str, allow_private: bool, ask: Resolve = resolve) -> Target:
    """The checked address; FetchError where it is none, or any of its numbers is inside a private network."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise FetchError("site_not_web", url=url[:200]) from None
    if parsed.scheme not in _PORTS or not parsed.host or parsed.userinfo:
        raise FetchError("site_not_web", url=str(parsed.copy_with(userinfo=b""))[:200])
    try:
        return Target(parsed, checked(parsed.host, parsed.port or _PORTS[parsed.scheme], allow_private, ask))
    except PrivateAddressError:
        raise FetchError("site_private", host=parsed.host[:200]) from None
    except (OSError, UnicodeError) as error:
        raise FetchError("site_out_of_reach", error=str(error)[:100]) from None
