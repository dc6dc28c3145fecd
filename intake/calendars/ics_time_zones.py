"""Time zones by the names that calendars give them, where those are not IANA's (RFC 5545, 3.2.19)."""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from remembrancer.rules.calendar.time_zones import known_zones

_OF_MICROSOFT = {"tzone://microsoft/utc": "UTC", "(utc) coordinated universal time": "UTC"}
_CITIES = re.compile(r"\((?:UTC|GMT)[^)]*\)(?:[^:,]*:)?(.+)")
"""Exchange's '(UTC+00:00) Dublin, Edinburgh, Lisbon, London'."""


def plain_name(tzid: str) -> str:
    """The name of a zone; some programs quote and escape it in one place and not in the other."""
    return tzid.replace("\\", "").strip().strip('"').strip()


@lru_cache(maxsize=1_000)
def iana_name(name: str) -> str | None:
    """The IANA name of a zone known by it, by Microsoft's name, by '/vendor/' and it, or by the first known city."""
    parts = name.strip("/").split("/")[-6:]
    tails = ["/".join(parts[start:]) for start in range(len(parts) if name.startswith("/") else 1)]
    named = (WINDOWS_TO_OLSON.get(tail) or _OF_MICROSOFT.get(tail.lower(), tail) for tail in (name, *tails))
    found = _CITIES.match(name)
    cities = (_cities().get(city.strip().lower()) for city in found[1].split(",")) if found else ()
    return next((known for each in named if (known := _by_name(each))), None) or next(filter(None, cities), None)


def _by_name(name: str) -> str | None:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _names().get(name.lower()) if name else None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.lower(): name for name in known_zones()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    return {name.rpartition("/")[2].lower().replace("_", " "): name for name in sorted(known_zones())}
