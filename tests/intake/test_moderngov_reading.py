"""A committee system's answers are read as they are meant, whatever the habits of the system that wrote them."""

import codecs
from datetime import date, time

import pytest

from remembrancer.intake.moderngov.parse import read_committees, read_meeting
from remembrancer.intake.moderngov.types import AgendaItem, Committee, LinkedDocument, ListedMeeting, Meeting, Status
from remembrancer.intake.moderngov.values import clock_time, readable, slashed_day, status_of, worded_day
from remembrancer.problems import Problems
from tests.intake.committee_xml import committees, example, item, listed, meeting, meetings, read_listed, row


def committees_of(answer: bytes) -> tuple[list[Committee], list[str]]:
    problems = Problems()
    found = read_committees(answer, problems)
    assert found is not None, problems.found
    return found, [str(note) for note in problems.notes]


def listed_of(answer: bytes | str) -> tuple[list[ListedMeeting], list[str]]:
    problems = Problems()
    found = read_listed(answer if isinstance(answer, bytes) else answer.encode(), problems)
    assert found is not None, problems.found
    return found, [str(note) for note in problems.notes]


def meeting_of(answer: bytes | str) -> tuple[Meeting, list[str]]:
    problems = Problems()
    found = read_meeting(answer if isinstance(answer, bytes) else answer.encode(), problems)
    assert found is not None, problems.found
    return found, [str(note) for note in problems.notes]


def test_committees_are_listed_with_those_that_meet_no_more() -> None:
    found, notes = committees_of(example("committees.xml"))
    assert [(each.id, each.meets) for each in found] == [(134, True), (207, True), (88, False), (91, False)]
    assert found[0] == Committee(134, "Cabinet", "Executive")
    assert (found[2].deleted, found[3].expired) == (True, True)
    assert notes == []


def test_text_that_is_escaped_once_or_twice_too_often_is_read_as_people_read_it() -> None:
    assert committees_of(example("committees.xml"))[0][1].title == "Children's & Families' Committee"
    assert readable("Q&amp;amp;A &lt;br /&gt; &amp;#8211; part 1") == "Q&A – part 1"
    assert readable("rents < £5 & fees > £2") == "rents < £5 & fees > £2"
    assert readable(" two \n lines\tand a\u202ehidden mark ") == "two lines and a hidden mark"


def test_a_list_wrapped_in_a_name_space_is_read_with_counts_that_have_leading_spaces() -> None:
    found, notes = listed_of(example("meetings.xml"))
    assert [(each.id, each.committee) for each in found] == [
        (5501, 134),
        (5502, 134),
        (5503, 134),
        (5610, 207),
        (5611, 207),
    ]
    assert found[0] == ListedMeeting(5501, 134, date(2026, 9, 24), time(10), Status("Confirmed"))
    assert [each.starts for each in found] == [time(10), time(13, 30), time(10), None, time(14)]
    assert notes == []


def test_a_meeting_that_was_moved_keeps_the_day_it_was_moved_from() -> None:
    moved, cancelled = listed_of(example("meetings.xml"))[0][1:3]
    assert (moved.status.moved_from, moved.status.cancelled) == (date(2026, 10, 1), False)
    assert cancelled.status.cancelled


@pytest.mark.parametrize(
    ("text", "cancelled", "moved_from"),
    [
        ("", False, None),
        ("Confirmed", False, None),
        ("CANCELLED", True, None),
        ("Cancelled - lack of business", True, None),
        ("Cancelled;", True, None),
        ("Postponed", True, None),
        ("Confirmed; Rescheduled from 24 September 2026", False, date(2026, 9, 24)),
        ("Provisional;Rescheduled from 24/09/2026", False, date(2026, 9, 24)),
        ("Rescheduled from Thursday, 24th September 2026 at 10.00 am", False, date(2026, 9, 24)),
        ("Cancelled; Rescheduled from 24 September 2026", True, date(2026, 9, 24)),
        ("Rescheduled to 8 October 2026", True, None),
    ],
)
def test_a_status_says_whether_the_meeting_takes_place(text: str, cancelled: bool, moved_from: date | None) -> None:
    assert status_of(text) == (Status(text, cancelled, moved_from), [])


@pytest.mark.parametrize("text", ["Rescheduled from 31 February 2026", "Rescheduled from summer", "Inquorate"])
def test_a_status_that_is_not_known_is_noted_and_the_meeting_counts_as_held(text: str) -> None:
    [found], [note] = listed_of(meetings(listed(5501, status=f"Confirmed; {text}")))
    assert not found.status.cancelled
    assert note.startswith(f"GetMeetings, row 5501, column meetingstatus: '{text.lower()}' is no status that is known")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10.00 am", time(10)),
        ("10.00am", time(10)),
        ("10am", time(10)),
        ("10:30 a.m.", time(10, 30)),
        ("13:30", time(13, 30)),
        ("13:30:00", time(13, 30)),
        ("1.30 pm", time(13, 30)),
        ("2.00 PM", time(14)),
        ("13.30 pm", time(13, 30)),
        ("12.00 noon", time(12)),
        ("12 noon", time(12)),
        ("12.15 am", time(0, 15)),
        ("12.15 pm", time(12, 15)),
        ("noon", time(12)),
        ("Midday", time(12)),
        ("midnight", time(0)),
        ("9.30", time(9, 30)),
    ],
)
def test_a_time_is_read_however_it_is_written(text: str, read: time) -> None:
    assert clock_time(text) == (read, "")
    assert listed_of(meetings(listed(5501, time=text)))[0][0].starts == read


@pytest.mark.parametrize("text", ["25:00", "10.60", "10", "13 am", "0 pm", "100 am", "1000", "ten", "10.00.00.00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert clock_time(text) is None


@pytest.mark.parametrize(("text", "taken"), [("2.00", "02:00"), ("6.30 pm or at the rise of Council", "18:30")])
def test_a_time_that_may_be_misread_is_noted(text: str, taken: str) -> None:
    _, [note] = listed_of(meetings(listed(5501, time=text)))
    assert note.startswith(f"GetMeetings, row 5501, column meetingtime: '{text}' was taken to be {taken};")


def test_words_in_place_of_a_time_are_noted_and_only_the_day_is_known() -> None:
    [found], [note] = listed_of(meetings(listed(5501, time="To be confirmed")))
    assert found.starts is None
    assert "so only the day is known" in note


@pytest.mark.parametrize("text", ["24/09/2026", "24/9/2026", "24/09/2026 00:00:00"])
def test_a_day_has_its_day_first(text: str) -> None:
    assert slashed_day(text) == date(2026, 9, 24)


@pytest.mark.parametrize("text", ["1st Oct 2022", "1 October 2022", "Saturday 1 October 2022", "01 Oct. 2022"])
def test_a_day_in_words_is_read(text: str) -> None:
    assert worded_day(text) == date(2022, 10, 1)


def test_a_meeting_has_its_agenda_and_its_place() -> None:
    found, notes = meeting_of(example("meeting.xml"))
    assert (found.id, found.day, found.starts) == (5501, date(2026, 9, 24), time(10))
    assert found.place == "Council Chamber, Town Hall"
    assert [each.id for each in found.agenda] == [61001, 61002, 61003]
    assert notes == []


def test_a_heading_has_the_number_0() -> None:
    heading, other = meeting_of(example("meeting.xml"))[0].agenda[:2]
    assert (heading.heading, heading.title) == (True, "Matters for decision")
    assert (other.heading, other.number, other.sub_number) == (False, 4, "a")


def test_an_open_item_has_its_open_documents_alone() -> None:
    item = meeting_of(example("meeting.xml"))[0].agenda[1]
    address = "https://democracy.example.org/documents/s90001/Budget.pdf"
    assert item.documents == (LinkedDocument("Budget report", address),)
    assert item.title == "Budget & Council Tax 2027/28"


def test_of_a_restricted_item_only_its_number_is_kept() -> None:
    found = meeting_of(example("meeting.xml"))[0]
    assert found.agenda[2] == AgendaItem(61003, 5, "", "", True)
    assert "SECRET" not in repr(found)
    assert "Ada Brown" not in repr(found)


def test_an_item_that_is_not_marked_counts_as_restricted_and_is_noted() -> None:
    found, [note] = meeting_of(meeting(item(1, "SECRET", isrestricted="")))
    assert (found.agenda[0].restricted, found.agenda[0].title) == (True, "")
    assert note.startswith("GetMeeting, row 5501, column isrestricted: 1 items are not marked")


def test_a_meeting_that_may_not_be_shown_has_numbers_alone() -> None:
    found, _ = meeting_of(meeting(item(1, "SECRET", "7"), isdisplayallowed="False"))
    assert [(each.number, each.title, each.restricted) for each in found.agenda] == [(7, "", True)]


def test_no_problem_says_what_a_restricted_item_is_called() -> None:
    problems = Problems()
    answer = meeting(item(1, "SECRET " * 1000, "-4", isrestricted="True"))
    assert read_meeting(answer.encode(), problems) is None
    assert "SECRET" not in str(problems)


def test_an_address_that_no_browser_should_open_is_left_out_and_noted() -> None:
    values = {"attachmentid": "9", "title": "A", "url": "javascript:alert(1)", "isrestricted": "False"}
    linked = row("linkeddoc", values)
    found, [note] = meeting_of(meeting(item(1, "Minutes", "1", linked)))
    assert found.agenda[0].documents[0].address == ""
    assert "is no web address, and was left out" in note


def test_a_count_that_says_otherwise_is_noted_and_what_is_there_is_read() -> None:
    found, notes = listed_of(meetings(listed(5501), listed(5502), count=7))
    assert len(found) == 2
    said = "it says 7, and 2 are there; those that are there were read."
    assert notes == [
        f"GetMeetings, row 134, column committeemeetingcount: {said}",
        f"GetMeetings, column meetingscount: {said}",
    ]


@pytest.mark.parametrize("answer", ["<getmeetings/>", "<getmeetings><meetingscount> 0</meetingscount></getmeetings>"])
def test_a_list_of_nothing_is_whole(answer: str) -> None:
    assert listed_of(answer) == ([], [])


def test_other_encodings_are_read_as_they_are_declared() -> None:
    text = committees([(134, "Cabinet – Châteaux")])
    for encoding in ("utf-8", "utf-16", "windows-1252"):
        declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        assert committees_of(declared)[0][0].title == "Cabinet – Châteaux"
    marked = codecs.BOM_UTF8 + f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
    assert committees_of(marked)[0][0].title == "Cabinet – Châteaux"
    assert committees_of(b"\r\n " + f'<?xml version="1.0"?>{text}'.encode())[0][0].id == 134


def test_windows_text_that_is_said_to_be_utf_8_is_read_and_noted() -> None:
    answer = '<?xml version="1.0" encoding="utf-8"?>' + committees([(134, "Cabinet – 2026")])
    found, [note] = committees_of(answer.encode("cp1252"))
    assert found[0].title == "Cabinet – 2026"
    assert "said to be UTF-8 text and is not" in note


def test_an_answer_in_an_envelope_of_text_is_opened() -> None:
    inner = '<?xml version="1.0" encoding="utf-16"?>' + committees([(134, "Cabinet")])
    wrapped = f'<string xmlns="http://tempuri.org/">{inner.replace("<", "&lt;")}</string>'
    assert committees_of(wrapped.encode())[0] == [Committee(134, "Cabinet", "Committees")]
