"""How long calendars take to read, and what a look costs with many forward plans, in seconds of work.

intake/calendars/ics_reader.py holds the limits of reading.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from remembrancer.intake.calendars.ics_recurrence import Horizon
from remembrancer.models.database import create_tables, make_engine
from remembrancer.scheduler.simulate import PLATFORM, RecordingTransport
from remembrancer.scheduler.tick import tick
from tests.intake.bombs import BOMBS
from tests.intake.calendars import calendar, event, read, read_bounded
from tests.large_plans import BOARDS, ITEMS, NOW, load, write_folder

TWENTY_YEARS = Horizon(datetime(2006, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC))


def singles(count: int) -> list[str]:
    """Events as calendar programs export them, spread over nine years."""
    more = ("DTSTAMP:20250101T090000Z", "SEQUENCE:1", "LOCATION:Council Chamber", "DESCRIPTION:Agenda\\nMinutes")
    return [
        event(
            *more, uid=f"{n}@example.org", start=f"DTSTART;TZID=Europe/London:20{20 + n % 9}{1 + n % 12:02d}10T100000"
        )
        for n in range(count)
    ]


def large() -> bytes:
    """Twenty years of a weekly series and 5,000 single events."""
    series = event("RRULE:FREQ=WEEKLY", uid="weekly@example.org", start="DTSTART;TZID=Europe/London:20060105T100000")
    return calendar(series, *singles(5_000)).encode()


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor, the best of three: what the work costs, whatever else the machine does."""
    found = []
    for _ in range(3):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def hostile(name: str) -> None:
    """What becomes of a calendar that is made to hurt, and in what time of the clock, its child process included."""
    data = BOMBS[name]()
    began = time.monotonic()
    windows, meetings, problems = read_bounded(data)
    took = time.monotonic() - began
    says = problems.found[0].text if problems.found else "read"
    print(f"{name:45} {took:6.2f} s {len(windows) + len(meetings):6} events  {says[:90]}")


def council(folder: Path, with_plans: bool) -> Engine:
    """A large council in SQLite, where all that is due now has been said."""
    folder.mkdir()
    engine = make_engine(f"sqlite:///{folder / 'council.sqlite'}")
    create_tables(engine)
    load(engine, write_folder(folder, with_plans))
    tick(engine, {PLATFORM: RecordingTransport()}, NOW)
    return engine


def looks() -> None:
    """What a look costs when nothing is due: with forward plans against without."""
    with TemporaryDirectory() as folder:
        plain, planned = (council(Path(folder, str(plans)), plans) for plans in (False, True))
        without = timed(lambda: tick(plain, {PLATFORM: RecordingTransport()}, NOW))
        whole = timed(lambda: tick(planned, {PLATFORM: RecordingTransport()}, NOW))
    name = f"a look, {BOARDS} boards, {BOARDS * ITEMS} items"
    print(f"{name:45} {whole:6.2f} s {whole - without:6.2f} s more than without the plans")


def measure(words: Sequence[str] = ()) -> None:
    """`words`: only those bombs whose names have them all."""
    looks()
    data, small = large(), calendar(*singles(500)).encode()
    _, meetings, problems = read(data, horizon=TWENTY_YEARS)
    seconds = timed(lambda: read(data, horizon=TWENTY_YEARS))
    print(f"{'20 years weekly and 5,000 events':45} {seconds:6.2f} s {len(meetings):6} meetings")
    assert problems.found == []
    began = time.monotonic()
    read_bounded(small)
    print(f"{'500 events in a child process, by the clock':45} {time.monotonic() - began:6.2f} s")
    ratio = timed(lambda: read(calendar(*singles(5_000)))) / timed(lambda: read(small))
    print(f"{'5,000 events against 500':45} {ratio:6.1f} times as long")
    for name in sorted(BOMBS):
        if all(word in name for word in words):
            hostile(name)
