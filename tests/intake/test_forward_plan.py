"""Meetings and forward plans, as councils keep them, are read whole or not at all."""

from datetime import date
from pathlib import Path

import pytest

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.folder.forward_plan import ForwardPlanRow, Known, read_forward_plan
from remembrancer.intake.folder.meetings import read_meetings
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.tables.column_mapping import TableColumns
from remembrancer.problems import Problems, RefusedError
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind
from tests.conftest import ROOT
from tests.intake.workbooks import save

COMMITTEE = ROOT / "examples" / "kent-2021-22"
BOARD = "asc_cabinet_committee"
TIME = WorkingTime(nation="england-and-wales", zone="Europe/London")
KNOWN = Known(
    boards={BOARD: "Adult Social Care Cabinet Committee"},
    posts=Names({"Head of Property"}),
    refs={"savings-tracker": Names({"S1", "52"})},
)


def plan(path: Path, known: Known = KNOWN, spec: TableColumns | None = None) -> tuple[list[ForwardPlanRow], Problems]:
    problems = Problems()
    return read_forward_plan(path, known, problems, spec), problems


def meetings(path: Path, spec: TableColumns | None = None) -> tuple[list[MeetingEvent], list[str]]:
    problems = Problems()
    return read_meetings(path, KNOWN.boards, TIME, problems, spec), [str(each) for each in problems.found]


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def planned(tmp_path: Path, header: str, line: str) -> tuple[list[ForwardPlanRow], Problems]:
    return plan(write(tmp_path / "forward_plan.csv", f"board,item,recurrence,{header}", f"{BOARD},Report,{line}"))


def test_the_committees_meetings_are_read_without_a_problem() -> None:
    folder = read_folder(COMMITTEE)
    found = [each for each in folder.meetings if each.board == BOARD]
    assert [each.starts_at.date() for each in found if each.starts_at.date() >= date(2021, 3, 5)] == [
        date(2021, 3, 5),
        date(2021, 6, 17),
        date(2021, 9, 29),
        date(2021, 11, 24),
        date(2022, 1, 18),
        date(2022, 3, 4),
        date(2022, 6, 21),
    ]
    assert len(found) == 9
    assert found[3].starts_at.isoformat() == "2021-06-17T09:00:00+00:00"  # 10:00 in London
    assert found[3].uid == f"{BOARD}:ASC-21-06"


def test_the_committees_forward_plan_is_read_without_a_problem_or_a_note() -> None:
    folder = read_folder(COMMITTEE)
    found = folder.forward_plan
    assert folder.problems.found == folder.problems.notes == []
    kinds = [item.recurrence.kind for item in found]
    assert {kind: kinds.count(kind) for kind in RecurrenceKind} == {
        RecurrenceKind.STANDING: 2,
        RecurrenceKind.ANNUAL: 4,
        RecurrenceKind.MONTHS: 1,
        RecurrenceKind.EVERY_OTHER: 1,
        RecurrenceKind.ONE_OFF: 6,
    }
    monitoring = next(item for item in found if item.title.startswith("Strategic Delivery Plan"))
    assert (monitoring.recurrence, monitoring.last_placed, monitoring.meeting_day, monitoring.requested_by) == (
        Recurrence(RecurrenceKind.MONTHS, 6),
        None,
        date(2021, 6, 17),
        "Corporate Board",
    )
    decisions = {item.decision_no: item for item in found if item.key_decision}
    assert set(decisions) == {"20/00127", "21/00033"}
    assert decisions["21/00033"].decision_maker == "Cabinet Member for Adult Social Care and Public Health"


def test_words_that_stand_where_a_meeting_would_are_kept(tmp_path: Path) -> None:
    [item], problems = planned(tmp_path, "meeting", "one-off,ON HOLD – awaiting funding")
    assert (item.meeting_day, item.standing) == (None, "ON HOLD – awaiting funding")
    assert problems.found == []


@pytest.mark.parametrize(
    ("header", "line", "says"),
    [
        ("meeting", "sometimes,2021-06-17", "column recurrence: 'sometimes' does not say how often"),
        ("meeting", "one-off,2021-06-31", "column meeting: 2021-06-31 is no day of any calendar"),
        ("meeting", "one-off,June", "column meeting: 'June' is no date"),
        ("key_decision", "one-off,perhaps", "column key_decision: 'perhaps' is neither yes nor no"),
        ("lead_post", "one-off,Nobody", "column lead_post: nobody holds a post called 'Nobody'"),
        ("programme", "one-off,kpi", "column programme: no programme is called 'kpi'"),
        ("ref", "one-off,S1", "column programme: the ref S1 needs its programme"),
        ("programme,ref", "one-off,savings-tracker,S9", "column ref: no item of the programme has the ref 'S9'"),
    ],
)
def test_each_mistake_in_a_plan_is_placed_and_says_its_fix(tmp_path: Path, header: str, line: str, says: str) -> None:
    _, problems = planned(tmp_path, header, line)
    [found] = problems.found
    assert str(found).startswith(f"forward_plan.csv, row 2, {says}")


def test_an_item_of_a_monitored_programme_is_known_by_its_ref_even_as_52_0(tmp_path: Path) -> None:
    [item], problems = planned(tmp_path, "programme,ref", "annual,savings-tracker,52.0")
    assert (item.programme, item.ref, problems.found) == ("savings-tracker", "52", [])


def test_the_same_item_for_the_same_meeting_twice_is_refused(tmp_path: Path) -> None:
    lines = ["board,item,recurrence,meeting", f"{BOARD},A,one-off,2021-06-17", f"{BOARD},a,one-off,2021-06-17"]
    _, problems = plan(write(tmp_path / "forward_plan.csv", *lines))
    assert "is planned for the same board and meeting already in row 2" in str(problems.found[0])


def test_a_day_on_which_the_board_does_not_meet_is_noted(tmp_path: Path) -> None:
    path = write(tmp_path / "forward_plan.csv", "board,item,recurrence,meeting", f"{BOARD},A,one-off,2021-06-18")
    known = Known(KNOWN.boards, Names(()), {}, {BOARD: [date(2021, 6, 17)]})
    assert "its board has no meeting on that day" in str(plan(path, known)[1].notes[0])


def test_a_councils_own_spreadsheet_is_read_by_its_own_words(tmp_path: Path) -> None:
    spec = TableColumns(
        columns={
            "item": ["Item title"],
            "recurrence": ["Frequency"],
            "meeting": ["Meeting date"],
            "key_decision": ["Key?"],
            "confidential": ["Exempt?"],
        },
        values={"key_decision": {"yes": ["KD"], "no": ["-"]}},
        always={"board": "Adult Social Care Cabinet Committee"},
    )
    rows = [
        ["Forward plan 2021/22", None, None, None, None],
        ["Item title", "Frequency", "Meeting date", "Key?", "Exempt?"],
        ["Day opportunities", "One-off", date(2021, 6, 17), "KD", "Yes"],
        ["Risk register", "Six-monthly", "Thurs 17 June 2021", "-", None],
        ["Market position", "One-off", "TBC", "-", None],
    ]
    found, problems = plan(save(tmp_path / "forward_plan.xlsx", rows, sheet="Plan"), spec=spec)
    assert problems.found == problems.notes == []
    assert [(item.board, item.meeting_day, item.key_decision, item.confidential, item.standing) for item in found] == [
        (BOARD, date(2021, 6, 17), True, True, ""),
        (BOARD, date(2021, 6, 17), False, False, ""),
        (BOARD, None, False, False, "TBC"),
    ]


def test_a_month_is_no_meeting(tmp_path: Path) -> None:
    rows = [["board", "item", "recurrence", "meeting"], [BOARD, "A", "one-off", "June 2021"]]
    _, problems = plan(save(tmp_path / "forward_plan.xlsx", rows, sheet="Plan"))
    assert str(problems.found[0]) == (
        "forward_plan.xlsx, sheet Plan, row 2, column meeting: 'June 2021' is no single day, and here one is needed; "
        "write it as 13/09/2019."
    )


@pytest.mark.parametrize(
    ("line", "where", "says"),
    [
        ("nobody,2021-06-17,10:00,,", "column board", "no board is called 'nobody'"),
        (f"{BOARD},17/06/2021,10:00,,", "column date", "write it as 2021-06-17"),
        (f"{BOARD},,10:00,,", "column date", "is blank"),
        (f"{BOARD},TBC,10:00,,", "column date", "is no date"),
        (f"{BOARD},2021-06-17,25:00,,", "column time", "'25:00' is no time of day"),
        (f"{BOARD},2021-06-17,10,,", "column time", "'10' is no time of day"),
        (f"{BOARD},2021-06-17,10:00,moved,", "column state", "'moved' is no state of a meeting"),
        (f"{BOARD},2021-03-05,14:00,,", "column date", "the meeting is there already in row 2"),
    ],
)
def test_each_mistake_in_a_meeting_is_placed(tmp_path: Path, line: str, where: str, says: str) -> None:
    lines = ["board,date,time,state,id", f"{BOARD},2021-03-05,10:00,,", line]
    found, problems = meetings(write(tmp_path / "meetings.csv", *lines))
    assert len(found) == 1
    assert problems[0].startswith(f"meetings.csv, row 3, {where}")
    assert says in problems[0]


@pytest.mark.parametrize(
    ("text", "clock"),
    [("10:00", "10:00"), ("10am", "10:00"), ("2.15 pm", "14:15"), ("12 p.m.", "12:00"), ("noon", "12:00")],
)
def test_the_time_of_a_meeting_is_by_the_boards_clock(tmp_path: Path, text: str, clock: str) -> None:
    path = write(tmp_path / "meetings.csv", "board,date,time", f"{BOARD},2021-01-20,{text}")
    assert f"{meetings(path)[0][0].starts_at:%H:%M}" == clock


def test_a_meeting_without_a_time_is_of_the_whole_day(tmp_path: Path) -> None:
    [found], _ = meetings(write(tmp_path / "meetings.csv", "board,date", f"{BOARD},2021-01-20"))
    assert found.whole_day
    assert found.starts_at.isoformat() == "2021-01-20T09:00:00+00:00"


def test_a_meeting_with_an_id_is_the_same_when_it_moves(tmp_path: Path) -> None:
    first, _ = meetings(write(tmp_path / "meetings.csv", "board,date,id", f"{BOARD},2021-01-20,M7"))
    second, _ = meetings(write(tmp_path / "meetings.csv", "board,date,id,state", f"{BOARD},2021-02-20,M7,Cancelled"))
    assert first[0].uid == second[0].uid == f"{BOARD}:M7"
    assert second[0].cancelled


def test_the_tables_of_a_folder_join_its_calendars(folder: Path) -> None:
    write(folder / "meetings.csv", "board,date,time,place", "strategic_corporate_board,2019-10-01,10:00,Room 1")
    rows = [
        ["board", "item", "recurrence", "meeting"],
        ["strategic_corporate_board", "A", "one-off", date(2019, 10, 1)],
    ]
    save(folder / "forward_plan.xlsx", rows)
    found = read_folder(folder)
    assert len(found.meetings) == 5
    assert found.meetings[-1].place == "Room 1"
    assert [item.meeting_day for item in found.forward_plan] == [date(2019, 10, 1)]


def test_a_meeting_that_a_calendar_has_too_is_refused(folder: Path) -> None:
    known = read_folder(folder).meetings[0]
    clock = known.starts_at.astimezone(read_folder(folder).organisation.zone)
    write(folder / "meetings.csv", "board,date,time", f"{known.board},{clock:%Y-%m-%d},{clock:%H:%M}")
    with pytest.raises(RefusedError, match=r"row 2, column date: the board has this meeting in a calendar too"):
        read_folder(folder)


def test_a_plan_with_a_problem_refuses_the_whole_folder(folder: Path) -> None:
    write(folder / "forward_plan.csv", "board,item,recurrence", "nobody,A,one-off")
    with pytest.raises(RefusedError, match="no board is called 'nobody'"):
        read_folder(folder)
