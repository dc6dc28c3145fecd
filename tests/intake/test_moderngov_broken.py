"""Whatever comes in place of an answer: its problems are named, nothing of it is kept, and it costs little."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.intake.moderngov.parse import read_committees, read_meeting
from remembrancer.intake.moderngov.plan_items import read_plan_items
from remembrancer.intake.moderngov.plans import read_plans
from remembrancer.intake.moderngov.xml_row import MOST_PROBLEMS
from remembrancer.problems import Problems
from tests.conftest import ROOT, skip_or_fail
from tests.intake.committee_xml import committees, example, item, listed, meeting, meetings, read_listed
from tests.intake.limits import HOSTILE_SECONDS

Reader = Callable[[bytes, Problems], Any]
MOST_BYTES = 200_000_000
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><getmeetings>&i;</getmeetings>"
)
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><committees><committee>&f;</committee></committees>'
DTD = '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><committees/>'
WITHOUT_ID = "<committees><committee><committeetitle>Cabinet</committeetitle></committee></committees>"
ONE = listed(5501)


def once(old: str, new: str, whole: str) -> str:
    assert old in whole
    return whole.replace(old, new, 1)


SMALL: list[tuple[str, Reader, str, str]] = [
    ("nothing", read_listed, "", "GetMeetings: the answer is empty"),
    ("white space", read_listed, " \r\n\t ", "GetMeetings: the answer is empty"),
    ("truncated", read_listed, meetings(ONE)[:-30], "cannot be read as XML (unclosed token"),
    ("cut in the middle of a tag", read_listed, meetings(ONE)[:90], "cannot be read as XML (unclosed token"),
    ("a bare text", read_listed, "Service unavailable", "cannot be read as XML (syntax error"),
    ("JSON", read_committees, '{"committees": []}', "cannot be read as XML"),
    ("two roots", read_committees, "<committees/><committees/>", "junk after document element"),
    ("billion laughs", read_listed, BOMB, "defines a document type or entities"),
    ("an external entity", read_committees, FILE, "defines a document type or entities"),
    ("an external document type", read_committees, DTD, "defines a document type or entities"),
    ("an unknown entity", read_committees, "<committees>&nbsp;</committees>", "undefined entity"),
    ("a character that XML forbids", read_committees, "<committees>\x0b</committees>", "invalid token"),
    ("an unknown encoding", read_committees, "<?xml version='1.0' encoding='klingon'?><committees/>", "klingon"),
    ("an encoding that is too wide", read_committees, "<?xml version='1.0' encoding='gb2312'?><committees/>", "multi-"),
    ("the wrong root", read_committees, meetings(ONE), "is 'getmeetings' where 'committees' was asked for"),
    ("a fault in XML", read_meeting, "<soap><fault>no</fault></soap>", "is 'soap' where 'meeting' was asked for"),
    ("an error in words", read_listed, "<getmeetings>Timeout expired.</getmeetings>", "('Timeout expired.')"),
    ("an unknown row", read_listed, "<getmeetings><row/></getmeetings>", "column row: is there where 'committee'"),
    ("rows that are missing", read_listed, meetings(count=5), "it says 5, and none is there"),
    ("an empty meeting", read_meeting, "<meeting/>", "column meetingid: '' is no number"),
    ("an id that is no number", read_listed, meetings(listed("x1")), "row 1, column meetingid: 'x1' is no number"),
    ("an id that is negative", read_listed, meetings(listed(-5)), "column meetingid: '-5' is no number"),
    ("an id that is 0", read_listed, meetings(listed(0)), "column meetingid: '0' is no number"),
    ("an id as long as a telephone book", read_listed, meetings(listed("9" * 5000)), "column meetingid: '9999"),
    ("an id in other digits", read_listed, meetings(listed("५५०१")), "column meetingid: '५५०१' is no number"),
    ("a committee without an id", read_committees, WITHOUT_ID, "row 1, column committeeid: '' is no number"),
    ("a committee twice", read_committees, committees([(7, "A"), (7, "B")]), "row 7, column committeeid: 7 is there"),
    ("a meeting twice", read_listed, meetings(ONE, ONE), "row 5501, column meetingid: 5501 is there twice"),
    ("an item twice", read_meeting, meeting(item(1), item(1)), "column agendaitemid: 1 is there twice"),
    ("a day twice", read_listed, once("<meetingtime>", "<meetingdate/><meetingtime>", meetings(ONE)), "there twice"),
    (
        "an impossible day",
        read_listed,
        meetings(listed(5, "31/02/2026")),
        "row 5, column meetingdate: 31/02/2026 is no",
    ),
    ("the American order", read_listed, meetings(listed(5, "09/24/2026")), "09/24/2026 is no day of any calendar"),
    ("a day of another age", read_listed, meetings(listed(5, "01/01/0001")), "01/01/0001 is no day of any calendar"),
    ("an ISO day", read_listed, meetings(listed(5, "2026-09-24")), "'2026-09-24' is no day written as 24/09/2026"),
    ("no day", read_listed, meetings(listed(5, "")), "row 5, column meetingdate: '' is no day"),
    ("no hour of any day", read_listed, meetings(listed(5, time="25:00")), "column meetingtime: '25:00' is no time"),
    ("a negative count", read_listed, meetings(ONE, count=-1), "column meetingscount: '-1' is no number"),
    ("a flag that is none", read_meeting, meeting(isdisplayallowed="maybe"), "'maybe' is neither True nor False"),
    ("a mark that is none", read_meeting, meeting(item(1, isrestricted="maybe")), "column isrestricted: 'maybe'"),
    ("a negative number", read_meeting, meeting(item(1, "A", "-3")), "column agendaitemnumber: '-3' is no number"),
    ("elements in a title", read_meeting, once("Minutes", "<b>x</b>", meeting(item(1))), "holds elements where text"),
    ("elements in a day", read_listed, once("24/09/2026", "<d>1</d>", meetings(ONE)), "column meetingdate: holds"),
    ("a title that is a book", read_meeting, meeting(item(1, "x" * 60_000)), "holds more than 1000 characters"),
    ("nested rubbish", read_listed, "<getmeetings>" + "<a>" * 100 + "</a>" * 100 + "</getmeetings>", "more than 40"),
]


@pytest.mark.parametrize(("reader", "answer", "says"), [case[1:] for case in SMALL], ids=[case[0] for case in SMALL])
def test_what_is_wrong_with_an_answer_is_said_and_nothing_of_it_is_kept(reader: Reader, answer: str, says: str) -> None:
    problems = Problems()
    assert reader(answer.encode(), problems) is None
    assert any(says in str(problem) for problem in problems.found), [str(each) for each in problems.found]


def test_the_problems_that_the_document_shows_are_said_so() -> None:
    shown = (ROOT / "docs/committee-system.md").read_text(encoding="utf-8")
    problems = Problems()
    read_listed(meetings(listed(5501, "31/02/2026")).encode(), problems)
    read_committees(example("switched_off.html"), problems)
    assert "```text\n" + "\n".join(str(each) for each in problems.found) + "\n```" in shown


def test_every_bad_row_is_named_at_once() -> None:
    problems = Problems()
    bad = meetings(listed(1, "31/02/2026"), ONE, listed(3, time="99"), listed("x"))
    assert read_listed(bad.encode(), problems) is None
    assert [(each.row, each.column) for each in problems.found] == [
        (1, "meetingdate"),
        (3, "meetingtime"),
        (4, "meetingid"),
    ]


def test_a_web_page_in_place_of_an_answer_is_named_by_its_title() -> None:
    page = b"<html><head><title>Just a moment...</title></head></html>"
    for text in (page, b"<!DOCTYPE html>\r\n" + page, b"\xef\xbb\xbf" + page):
        problems = Problems()
        assert read_listed(text, problems) is None
        assert str(problems.found[0]).startswith("GetMeetings: a web page ('Just a moment...') came in place")


def test_a_service_that_is_switched_off_is_said_to_be() -> None:
    problems = Problems()
    assert read_committees(example("switched_off.html"), problems) is None
    assert "does not offer its web service to programs" in str(problems.found[0])


def rows(count: int) -> bytes:
    return meetings(*(listed(id) for id in range(1, count + 1))).encode()


HUGE: list[tuple[str, Reader, Callable[[], bytes]]] = [
    ("a million rows", read_listed, lambda: b"<getmeetings>" + b"<meeting/>" * 1_000_000),
    ("more rows than are read", read_listed, lambda: rows(30_000)),
    ("small elements", read_listed, lambda: b"<getmeetings>" + b"<a/>" * 1_900_000 + b"</getmeetings>"),
    ("elements in elements", read_listed, lambda: b"<a>" * 2_600_000),
    ("a text of megabytes", read_meeting, lambda: meeting(item(1, "x" * 7_000_000)).encode()),
    ("entities of megabytes", read_meeting, lambda: meeting(item(1, "&amp;" * 700_000)).encode()),
    ("a tag of megabytes", read_listed, lambda: b"<getmeetings " + b'a="1" ' * 1_200_000 + b"/>"),
    ("long tags", read_listed, lambda: b"<getmeetings>" + (b"<a " + b"b" * 90_000 + b"='1'/>") * 80),
    ("nothing but bad rows", read_listed, lambda: meetings(*[listed("x", "y", "99")] * 18_000).encode()),
    ("open brackets", read_listed, lambda: b"<" * 7_900_000),
    ("a comment that does not end", read_listed, lambda: b"<getmeetings><!--" + b"-" * 7_900_000),
    ("a document type that does not end", read_listed, lambda: b"<!DOCTYPE x [" + b"<!ENTITY a 'b'>" * 500_000),
    ("zeros", read_listed, lambda: b"\0" * 7_900_000),
    ("paragraphs", read_plan_items, lambda: b"<p>x" * 480_000),
    ("links", read_plans, lambda: b"<a href='mgListPlanItems.aspx'>x" * 59_000),
    ("labels", read_plan_items, lambda: b"<p>Decision due: soon" * 59_000),
    ("open boxes", read_plan_items, lambda: b"<div>" * 59_000),
    ("dashes", read_plan_items, lambda: b"<p>" + b" - 1 May 2022 (" * 130_000),
    ("a page of megabytes", read_plans, lambda: b"x" * 9_000_000),
]


@pytest.mark.parametrize(("reader", "made"), [case[1:] for case in HUGE], ids=[case[0] for case in HUGE])
def test_what_is_huge_is_refused_soon_with_few_problems(reader: Reader, made: Callable[[], bytes]) -> None:
    answer, problems = made(), Problems()
    started = process_time()
    assert reader(answer, problems) is None
    assert process_time() - started < HOSTILE_SECONDS
    assert problems.found
    assert len(problems.found) <= MOST_PROBLEMS + 1


STATUS = Path("/proc/self/status")


def most_memory() -> int:
    """The most bytes that this process ever held, those of lxml and expat too; getrusage counts its parent's."""
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text(encoding="utf-8"))
    return int(found[1]) * 1024 if found else 0


def read_all_that_is_huge() -> None:
    """In a process of its own: prints by how many bytes the most that it ever held grew."""
    before = most_memory()
    for _, reader, made in HUGE:
        reader(made(), Problems())
    print(most_memory() - before)


def test_what_is_huge_takes_no_more_memory_than_it_may() -> None:
    if not STATUS.exists():
        skip_or_fail("this system does not say how much memory a process has held")
    code = "from tests.intake.test_moderngov_broken import read_all_that_is_huge as read; read()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < MOST_BYTES


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_bytes_raise_an_exception(answer: bytes) -> None:
    for reader in (read_committees, read_listed, read_meeting, read_plans, read_plan_items):
        problems = Problems()
        assert reader(answer, problems) is not None or problems.found


@given(st.data())
def test_no_answer_that_was_damaged_raises_an_exception(data: st.DataObject) -> None:
    whole = bytearray(example(data.draw(st.sampled_from(["meetings.xml", "meeting.xml", "plan_items.html"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    for reader in (read_listed, read_meeting):
        problems = Problems()
        assert (reader(bytes(whole), problems) is None) == bool(problems.found)
    problems = Problems()  # of a plan's page, one decision alone may be unreliable: its problem names the row
    plan = read_plan_items(bytes(whole), problems)
    assert (plan is None) == any(problem.row is None for problem in problems.found)
