"""The time zones that there are."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all time zones, cached because listing them reads six hundred files."""
    return frozenset(available_timezones())
