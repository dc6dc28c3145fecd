"""Broken calendars: each is a problem with its place and a fix, nothing is loaded, and it ends in time and memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.intake.folder.reader import read_folder
from remembrancer.problems import RefusedError
from tests.conftest import ROOT
from tests.intake.bombs import BOMBS
from tests.intake.calendars import calendar, event, read
from tests.profiles import thoroughness

CORPUS = sorted((ROOT / "tests" / "data" / "broken-ics").glob("*.ics"))
SECONDS, MEGABYTES = 2, 200
SLACK = 2
"""This machine may be busy with others' work while it measures; the limit is for one that is not."""
NOT_READ_ON = {"event-summary-windows-text"}


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
    if path.stem.partition("-")[0] in ("event", "rule") and path.stem not in NOT_READ_ON:
        assert "good@example.org" in {meeting.uid for meeting in meetings}, "the others are read all the same"
        begins = data.decode("utf-8").splitlines().index("BEGIN:VEVENT") + 1
        assert problems.found[0].row == begins


@pytest.mark.parametrize("path", CORPUS[::6], ids=lambda path: path.stem)
def test_a_folder_with_a_broken_calendar_is_refused_whole(folder: Path, path: Path) -> None:
    text = (folder / "organisation.yaml").read_text("utf-8")
    events = "    events:\n      - meeting: asch_cabinet_committee\n        summary: Committee\n"
    (folder / "organisation.yaml").write_text(f"{text}  - file: broken.ics\n{events}", "utf-8")
    (folder / "broken.ics").write_bytes(path.read_bytes())
    with pytest.raises(RefusedError) as refused:
        read_folder(folder)
    assert {problem.file for problem in refused.value.problems.found} == {"broken.ics"}


MEASURE = """
import json, sys, time
from tests.intake.bombs import BOMBS
from tests.intake.calendars import calendar, event, read
data = BOMBS[sys.argv[1]]()
read(calendar(event()))
began = time.process_time()
windows, meetings, problems = read(data)
took = time.process_time() - began
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
print(json.dumps([took, peak, len(windows) + len(meetings), len(problems.found), len(problems.notes)]))
"""


def measured(name: str) -> list[float]:
    """Seconds of the processor, megabytes at the peak of a process of its own, events, problems, notes."""
    done = subprocess.run([sys.executable, "-c", MEASURE, name], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures: list[float] = json.loads(done.stdout)
    return figures


EVERY_TIME = ("as many events as are read", "editions of one event", "a clock of many rules")
"""Those that take the most memory and the most time, and one that is honest; the others take their turn at night."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in EVERY_TIME else pytest.mark.nightly) for name in sorted(BOMBS)]
)
def test_the_worst_calendars_end_within_two_seconds_and_two_hundred_megabytes(name: str) -> None:
    seconds, megabytes, events, problems, notes = measured(name)
    assert seconds < SECONDS * SLACK
    assert megabytes < MEGABYTES
    assert events <= 10_000
    assert problems <= 52
    assert notes <= 52


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
