"""Calendars that are made to take for ever or to fill the memory: made when they are wanted, being large."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.intake.calendars import calendar, event

MEGABYTE = 1024 * 1024
FIRST = datetime(2025, 1, 1, 9)  # noqa: DTZ001  (written as wall-clock time)
BEGIN = b"BEGIN:VCALENDAR\r\n"


def _local(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def _many(count: int, *more: str) -> bytes:
    return calendar(*(event(*more, uid=f"{n}@example.org") for n in range(count))).encode()


def _changes(count: int, futures: bool = False) -> bytes:
    how = ";RANGE=THISANDFUTURE" if futures else ""
    dates = [FIRST + timedelta(days=n) for n in range(count)]
    changed = [event(f"RECURRENCE-ID{how}:{_local(date)}", start=f"DTSTART:{_local(date)}") for date in dates]
    return calendar(event("RRULE:FREQ=DAILY", start=f"DTSTART:{_local(FIRST)}"), *changed).encode()


def _dates(name: str, count: int) -> str:
    return f"{name}:" + ",".join(_local(FIRST + timedelta(hours=7 * n)) for n in range(count))


def _zone(rules: int) -> bytes:
    rule = (
        "DTSTART:16010101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0{}00\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={}"
    )
    parts = [f"BEGIN:STANDARD\r\n{rule.format(n % 9, 1 + n % 12)}\r\nEND:STANDARD" for n in range(rules)]
    whole = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:Own", *parts, "END:VTIMEZONE"])
    events = [
        event(uid=f"{n}", start=f"DTSTART;TZID=Own:2{n % 100 + 80:03d}0106T{n % 24:02d}0000") for n in range(9_000)
    ]
    return calendar(whole, *events).encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "endless series": lambda: _many(300, "RRULE:FREQ=DAILY"),
    "rules that never come true": lambda: _many(5_000, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "rules that come true once in a while": lambda: _many(100, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"),
    "every second": lambda: _many(5_000, "RRULE:FREQ=SECONDLY"),
    "every second of a day": lambda: _many(500, "RRULE:FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60)))),
    "a thousand million times": lambda: _many(2_000, "RRULE:FREQ=HOURLY;COUNT=1000000000"),
    "as many events as are read": lambda: _many(10_000, "DTEND:20260107T100000Z", "LOCATION:County Hall"),
    "more events than are read": lambda: _many(40_000),
    "more events than any calendar": lambda: _many(110_000)[: 10 * MEGABYTE],
    "broken events": lambda: calendar(*["BEGIN:VEVENT\r\nSUMMARY:Committee\r\nEND:VEVENT"] * 90_000).encode(),
    "events that are nothing": lambda: calendar(*["BEGIN:VEVENT\r\nEND:VEVENT"] * 190_000).encode(),
    "one series changed every day": lambda: _changes(999),
    "one series changed too often": lambda: _changes(9_000),
    "changes from a date on": lambda: _changes(50, futures=True),
    "too many changes from a date on": lambda: _changes(990, futures=True),
    "five thousand dates": lambda: _many(1, _dates("RDATE", 4_990)),
    "dates over and over": lambda: _many(110, _dates("RDATE", 4_990)),
    "exceptions over and over": lambda: _many(110, "RRULE:FREQ=DAILY", _dates("EXDATE", 4_990)),
    "editions of one event": lambda: calendar(*[event("SEQUENCE:1")] * 50_000).encode(),
    "categories": lambda: _many(1, *["CATEGORIES:" + "a," * 1_000] * 5_000),
    "long titles": lambda: calendar(*[event(summary="\\,x" * 1_600 + "Committee")] * 2_000).encode()[: 10 * MEGABYTE],
    "a title of ten megabytes": lambda: calendar(event(summary="x" * (9 * MEGABYTE))).encode(),
    "an attachment of nine megabytes": lambda: calendar(event("ATTACH:" + "QUJD" * (9 * MEGABYTE // 4))).encode(),
    "an attachment of short folds": lambda: calendar(event("ATTACH:x" + "\r\n y" * 2 * MEGABYTE)).encode(),
    "properties": lambda: calendar(event(*["X-A:b"] * 1_000_000)).encode(),
    "empty lines": lambda: BEGIN + b"\n" * (10 * MEGABYTE - 100),
    "short lines": lambda: BEGIN + b"a\n" * (5 * MEGABYTE - 100),
    "one line": lambda: BEGIN + b"a" * (10 * MEGABYTE - 100),
    "carriage returns": lambda: b"BEGIN:VCALENDAR\r" + b"\r" * (10 * MEGABYTE - 100),
    "too large": lambda: BEGIN + b"a" * (40 * MEGABYTE),
    "events in events": lambda: BEGIN + b"BEGIN:VEVENT\r\n" * 390_000,
    "calendars in calendars": lambda: BEGIN * 190_000 + b"END:VCALENDAR\r\n" * 190_000,
    "alarms in alarms": lambda: BEGIN + b"BEGIN:VEVENT\r\n" + b"BEGIN:VALARM\r\n" * 390_000,
    "ends of nothing": lambda: BEGIN + b"END:VEVENT\r\n" * 390_000,
    "quotes": lambda: calendar(event('LOCATION;X="' + '";"' * 30_000 + ":x")).encode(),
    "a clock of many rules": lambda: _zone(6),
    "a clock of too many rules": lambda: _zone(600),
    "astral letters": lambda: calendar(event("DESCRIPTION:" + "\U0001f4c5" * (2 * MEGABYTE))).encode(),
}
