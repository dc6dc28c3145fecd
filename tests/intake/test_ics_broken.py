"""Broken calendars: each is a problem with its place and a fix, nothing is loaded, and it ends in time and memory.

Properties are tried in this process: a child process adds only its limits, which the calendars made to break reach.
"""

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from remembrancer.intake.calendars.ics_reader import MOST_EVENTS, MOST_PROBLEMS, SECONDS, read_events
from remembrancer.intake.calendars.sources import source_of
from remembrancer.intake.child_process import CLOCK, GRACE
from remembrancer.intake.folder.reader import read_folder
from remembrancer.problems import Problems, RefusedError
from remembrancer.rules.organisation import CalendarSpec, EventPattern
from tests.conftest import ROOT
from tests.intake.bombs import BOMBS
from tests.intake.calendars import BOARD, ORGANISATION, SPEC, calendar, event, read, read_bounded
from tests.profiles import thoroughness

CORPUS = sorted((ROOT / "tests" / "data" / "broken-ics").glob("*.ics"))


def test_there_are_at_least_sixty_broken_calendars() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_each_broken_calendar_is_a_problem_that_says_where_and_what_to_do(path: Path) -> None:
    data = path.read_bytes()
    windows, meetings, problems = read(data)
    assert windows == []
    assert {meeting.uid for meeting in meetings} <= {"good@example.org", "inner@example.org"}
    assert 1 <= len(problems.found) <= 2
    for problem in problems.found:
        assert problem.file == "calendar.ics"
        assert any(word in problem.text for word in (";", "again", "correct", "end it", "choose one"))
    if path.stem.partition("-")[0] in ("event", "rule"):
        assert "good@example.org" in {meeting.uid for meeting in meetings}, "the others are read all the same"
        assert problems.found[0].row == data.splitlines().index(b"BEGIN:VEVENT") + 1
        assert "UID a@example.org" in problems.found[0].text or "uid" in path.stem
        assert "Planning" in problems.found[0].text or "summary" in path.stem


@pytest.mark.parametrize("path", CORPUS[::6], ids=lambda path: path.stem)
def test_a_folder_with_a_broken_calendar_is_refused_whole(folder: Path, path: Path) -> None:
    text = (folder / "organisation.yaml").read_text("utf-8")
    events = "    events:\n      - meeting: asch_cabinet_committee\n        summary: Committee\n"
    (folder / "organisation.yaml").write_text(f"{text}  - file: broken.ics\n{events}", "utf-8")
    (folder / "broken.ics").write_bytes(path.read_bytes())
    with pytest.raises(RefusedError) as refused:
        read_folder(folder)
    assert {problem.file for problem in refused.value.problems.found} == {"broken.ics"}


TOO_MANY, LINES_TOO_MANY = "more than 40000 events and alarms", "more than 400000 lines"
TOO_LONG, OURS_TOO_MANY = "takes too long, at 'Planning Committee'", "more than 10000 windows and meetings"
SAYS = {
    "a clock of too many rules": TOO_LONG,
    "a thousand million times": "repeats by the hour or oftener",
    "a title of ten megabytes": "cannot be told from one of ours",
    "alarms in alarms": TOO_MANY,
    "an attachment of short folds": LINES_TOO_MANY,
    "broken events": TOO_MANY,
    "calendars in calendars": TOO_MANY,
    "carriage returns": LINES_TOO_MANY,
    "categories": "more than 300 MB",
    "dates over and over": OURS_TOO_MANY,
    "editions of one event": TOO_MANY,
    "empty lines": LINES_TOO_MANY,
    "endless series": OURS_TOO_MANY,
    "ends of nothing": TOO_MANY,
    "events in events": TOO_MANY,
    "events that are nothing": TOO_MANY,
    "every second": "repeats by the hour or oftener",
    "every second of a day": "repeats by the hour or oftener",
    "exceptions over and over": OURS_TOO_MANY,
    "more events than any calendar": LINES_TOO_MANY,
    "more events than are read": TOO_MANY,
    "one line": "ends in the middle",
    "properties": LINES_TOO_MANY,
    "quotes": "too long",
    "rules that never come true": TOO_LONG,
    "short lines": LINES_TOO_MANY,
    "too large": "larger than 10 MB",
}
"""What is said of calendars that are made to hurt; the others of them are read."""


EVERY_TIME = ("as many events as are read", "editions of one event", "a clock of many rules")
"""Those that take the most memory and the most time, and one that is honest; the others take their turn at night."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in EVERY_TIME else pytest.mark.nightly) for name in sorted(BOMBS)]
)
def test_the_worst_calendars_are_read_or_refused_and_this_process_is_none_the_worse(name: str) -> None:
    data = BOMBS[name]()
    began, worked = time.monotonic(), time.process_time()
    windows, meetings, problems = read_bounded(data)
    took, worked = time.monotonic() - began, time.process_time() - worked
    assert took < CLOCK * SECONDS + GRACE
    assert worked < took / 2, "the work is the child's; this process hands the bytes over"
    assert [SAYS[name] in each.text for each in problems.found[:1]] == [True] * (name in SAYS)
    assert len(windows) + len(meetings) <= MOST_EVENTS or problems.found
    assert len(problems.found) <= MOST_PROBLEMS + 1
    assert len(problems.notes) <= MOST_PROBLEMS + 1


def test_what_a_child_process_reads_is_what_is_read_here() -> None:
    data = calendar(event("RRULE:FREQ=WEEKLY;COUNT=4"), event(uid="b@example.org", start="DTSTART:noon"))
    assert read_bounded(data.encode()) == read(data)


def test_a_calendar_that_never_ends_is_given_up_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that tries every way to divide a title would be at it for years."""
    monkeypatch.setattr("remembrancer.intake.calendars.ics_reader.SECONDS", 1)
    spec = CalendarSpec(file="calendar.ics", events=[EventPattern(meeting=BOARD, summary="(a+)+$")])
    [problem] = read_bounded(calendar(event(summary="a" * 60 + "b")).encode(), spec)[2].found
    assert "more than 1 seconds" in problem.text


def test_a_fault_of_the_reader_is_said_to_be_one_and_is_logged() -> None:
    problems = Problems()
    no_hours: Any = None
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    source = replace(source_of(SPEC, ORGANISATION, None), time=no_hours)
    with capture_logs() as logged:
        assert read_events(calendar(event()).encode(), source, problems) == ([], [])
    assert "a fault of this program" in problems.found[0].text
    assert "AttributeError" in logged[0]["detail"]


LINES = calendar(
    event("RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20260113T100000Z", "SEQUENCE:1", "DTEND:20260106T113000Z"),
    event("RECURRENCE-ID:20260120T100000Z", "STATUS:CANCELLED", "DURATION:PT1H"),
    event(uid="b@example.org", start="DTSTART;VALUE=DATE:20260106", summary="Update risks"),
).split("\r\n")


@given(st.data())
@thoroughness(3)
def test_no_damage_whatever_is_an_exception(data: st.DataObject) -> None:
    """Lines are taken out, doubled, moved, cut and written over, and the whole is cut off anywhere."""
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(lines) - 1))
        damage = data.draw(st.sampled_from(["out", "twice", "moved", "cut", "written over", "value"]))
        line = lines.pop(number)
        if damage == "twice":
            lines[number:number] = [line, line]
        elif damage == "moved":
            lines.insert(data.draw(st.integers(0, len(lines))), line)
        elif damage == "cut":
            lines.insert(number, line[: data.draw(st.integers(0, len(line)))])
        elif damage == "written over":
            lines.insert(number, data.draw(st.text(max_size=40)))
        elif damage == "value":
            lines.insert(
                number, line.partition(":")[0] + ":" + data.draw(st.text("0123456789TZP;=,-/MDAILYFREQ", max_size=30))
            )
        if not lines:
            return
    whole = "\r\n".join(lines).encode("utf-8", "surrogatepass")
    read(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole)


@given(st.binary(max_size=300) | st.text(max_size=300))
@thoroughness(2)
def test_no_bytes_and_no_text_are_an_exception(data: bytes | str) -> None:
    read(data)
    inside = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Committee\r\n" + inside + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


PARTS = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "BYHOUR",
    "WKST",
]
VALUES = [
    "YEARLY",
    "MONTHLY",
    "WEEKLY",
    "DAILY",
    "HOURLY",
    "SECONDLY",
    "MO",
    "-1SU",
    "53FR",
    "20270101",
    "20270101T000000Z",
]


@given(
    st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(VALUES) | st.integers(-400, 400).map(str)), max_size=6)
)
@thoroughness(3)
def test_no_rule_whatever_is_an_exception_or_goes_on_for_ever(parts: list[tuple[str, str]]) -> None:
    read(calendar(event("RRULE:" + ";".join(f"{name}={value}" for name, value in parts))))
