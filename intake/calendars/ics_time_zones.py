"""Which clock a TZID means: an IANA name, a Windows name, or the calendar's own VTIMEZONE (RFC 5545, 3.2.19 and 3.6.5).

A name that is known goes before the calendar's own definition of it: programs write theirs for a few years only.
"""

import io
import re
from collections.abc import Sequence
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from remembrancer.intake.calendars.ics_lines import Block, Line

MOST_RULES = 6
"""Clocks have two rules, winter and summer; each costs time whenever a moment is looked up."""
MOST_LINES_OF_A_ZONE = 600
_LONG_AGO = re.compile(r"(DTSTART[^:]*:)(?:0\d{3}|1[0-8]\d{2}|19[0-6]\d)(?=\d{4})", re.IGNORECASE)
_YEARLY = re.compile(
    r"RRULE:(?:(?:FREQ=YEARLY|INTERVAL=1|BYMONTH=\d+|BYDAY=[+-]?\d*[A-Z]{2}|WKST=[A-Z]{2}|UNTIL=\w+);?)+$",
    re.IGNORECASE,
)
_ASKED = ("BEGIN", "END", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE")


class Zones:
    """The clocks of one file. `find` answers None for a name that nobody knows."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._defined = {name: block for block in blocks if (name := _value(block, "TZID"))}
        self._found: dict[str, tzinfo | None] = {}

    def find(self, tzid: str) -> tzinfo | None:
        if tzid not in self._found:
            self._found[tzid] = self._look_up(tzid.strip().strip('"').strip())
        return self._found[tzid]

    def _look_up(self, name: str) -> tzinfo | None:
        known = _known_by_name(name)
        if known is not None or name not in self._defined:
            return known
        block = self._defined[name]
        return _known_by_name(_value(block, "X-LIC-LOCATION")) or _as_defined(block)


def _known_by_name(name: str) -> ZoneInfo | None:
    """By its IANA or Windows name; of a globally unique one ('/vendor/Europe/London'), what it ends with."""
    parts = name.strip("/").split("/")[-6:]
    tails = ["/".join(parts[start:]) for start in range(len(parts) if name.startswith("/") else 1)]
    for tail in tails:
        known = _names().get(WINDOWS_TO_OLSON.get(tail, tail).lower())
        if known:
            return ZoneInfo(known)
    return None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _as_defined(block: Block) -> tzinfo | None:
    """The zone as the calendar defines it; None where that cannot be used."""
    if block.troubles or not _is_small(block.lines):
        return None
    # Outlook's clocks begin in 1601. No moment before 1970 is looked up, and every year costs time at each look-up.
    texts = [(line.name, _LONG_AGO.sub(r"\g<1>1970", line.text)) for line in block.lines if line.name in _ASKED]
    lines = [f"{name}:{line.partition(':')[2]}" for name, line in texts]
    text = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:defined", *lines, "END:VTIMEZONE", ""])
    try:
        zone: tzinfo = tzical(io.StringIO(text)).get()
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None
    return zone


def _is_small(lines: Sequence[Line]) -> bool:
    rules = [line.text for line in lines if line.name == "RRULE"]
    dates = sum(line.text.count(",") + 1 for line in lines if line.name == "RDATE")
    if len(lines) > MOST_LINES_OF_A_ZONE or len(rules) > MOST_RULES or dates > MOST_LINES_OF_A_ZONE:
        return False
    return all(_YEARLY.match(rule) for rule in rules)


def _value(block: Block, name: str) -> str:
    found = next((line.text for line in block.lines if line.name == name), "")
    return found.partition(":")[2].strip()
