"""What is wrong with a folder is listed whole: file, row, column, and words that say the fix."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from remembrancer.intake.folder.reader import read_folder
from remembrancer.problems import RefusedError
from tests.conftest import EXAMPLE, Edit
from tests.profiles import thoroughness

HALF = "[asch_cabinet_committee, {board: strategic_corporate_board, hears: {activity_type: [Transformation]}}]"


def problems(folder: Path) -> list[str]:
    """The problems as they are printed; empty where the folder is read."""
    try:
        read_folder(folder, with_responses=True)
    except RefusedError as refused:
        return [str(problem) for problem in refused.problems.found]
    return []


def only_problem(folder: Path) -> str:
    found = problems(folder)
    assert len(found) == 1, found
    return found[0]


def test_the_example_is_read_without_a_problem_or_a_note() -> None:
    folder = read_folder(EXAMPLE, with_responses=True)
    assert folder.problems.notes == []
    assert (len(folder.people), len(folder.items), len(folder.windows), len(folder.meetings)) == (23, 17, 4, 4)


def test_an_all_day_window_opens_in_the_morning_and_closes_in_the_evening_of_its_last_day() -> None:
    window = next(w for w in read_folder(EXAMPLE).windows if w.key == "2019-20-q2")
    assert window.opens_at.isoformat() == "2019-08-30T08:00:00+00:00"  # 09:00 in London
    assert window.closes_at.isoformat() == "2019-09-13T16:00:00+00:00"  # 17:00; DTEND is the day after
    assert (window.title, window.year) == ("Quarter 2 2019/20", 2019)


def test_a_window_that_begins_at_a_weekend_opens_on_the_monday(folder: Path, edit: Edit) -> None:
    edit("calendar.ics", "DTSTART;VALUE=DATE:20190830", "DTSTART;VALUE=DATE:20190831")
    window = next(w for w in read_folder(folder).windows if w.key == "2019-20-q2")
    assert window.opens_at.isoformat() == "2019-09-02T08:00:00+00:00"


def test_an_event_is_known_by_its_category_as_well(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", "summary: ^Adult Social Care and Health Cabinet Committee$", "categories: ^Committee$")
    assert len(read_folder(folder).meetings) == 4
    edit("calendar.ics", "CATEGORIES:Committee", "CATEGORIES:Private,Committee")
    assert len(read_folder(folder).meetings) == 4
    edit("organisation.yaml", "categories: ^Committee$", "categories: ^Board$")
    assert read_folder(folder).meetings == []


def test_a_repeating_meeting_is_read_with_all_its_dates(folder: Path, edit: Edit) -> None:
    edit("calendar.ics", "UID:asch-20190927@example.org", "UID:asch-20190927@example.org\r\nRRULE:FREQ=MONTHLY;COUNT=3")
    found = read_folder(folder)
    assert [m.starts_at.isoformat() for m in found.meetings if m.uid.startswith("asch-20190927")] == [
        "2019-09-27T09:00:00+00:00",
        "2019-10-27T10:00:00+00:00",  # ten o'clock in London, whether it is summer time or not
        "2019-11-27T10:00:00+00:00",
    ]
    assert found.problems.notes == []


def test_a_post_nobody_holds_is_named_with_its_row(folder: Path, edit: Edit) -> None:
    edit("items.csv", "Market Shaping Manager", "Market Shaper")
    found = only_problem(folder)
    assert found.startswith("items.csv, row 5, column lead_post: nobody holds a post called 'Market Shaper'")
    assert "add a row for the post" in found


def test_a_vacant_post_is_no_problem_where_people_csv_names_it(folder: Path, edit: Edit) -> None:
    edit("people.csv", "Helen Marsh,helen.marsh@example.org,Market Shaping", ",,Market Shaping")
    edit("people.csv", " helen.marsh@example.org", "")
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2019-02-30", "2019-02-30 is no day of any calendar"),
        ("next spring", "'next spring' is no date; write dates as 2019-09-13"),
        ("43830", "43830 is a spreadsheet's day number (2019-12-31?); format the column as text"),
        ("31/12/2019", "31/12/2019 could be read two ways; write it as 2019-12-31"),
    ],
)
def test_a_date_that_is_no_date_says_how_to_write_it(folder: Path, edit: Edit, text: str, says: str) -> None:
    edit("items.csv", "2019-12-31", text)
    found = only_problem(folder)
    assert found.startswith("items.csv, row 7, column original_end_date: ")
    assert says in found


def test_a_ref_that_is_there_twice_names_both_rows(folder: Path, edit: Edit) -> None:
    edit("items.csv", "strategic-delivery-plan,46,", "strategic-delivery-plan,45,")
    found = next(each for each in problems(folder) if each.startswith("items.csv"))
    assert found.startswith("items.csv, row 3, column ref: the ref 45 is there already in row 2")


def test_refs_that_differ_by_their_capitals_alone_are_refused(folder: Path, edit: Edit) -> None:
    edit("items.csv", "strategic-delivery-plan,45,", "strategic-delivery-plan,S1,")
    edit("items.csv", "strategic-delivery-plan,46,", "strategic-delivery-plan,s1,")
    [found] = [each for each in problems(folder) if each.startswith("items.csv")]
    assert found.startswith("items.csv, row 3, column ref: the ref s1 differs from that in row 2 by its capitals alone")


def test_a_window_that_closes_before_it_opens_is_refused_with_its_line(folder: Path, edit: Edit) -> None:
    edit("calendar.ics", "DTEND;VALUE=DATE:20190914", "DTEND;VALUE=DATE:20190830")
    found = [each for each in problems(folder) if each.startswith("calendar.ics")]
    assert len(found) == 1
    line = 1 + (folder / "calendar.ics").read_text("utf-8").splitlines().index("UID:sdp-2019-20-q2@example.org") - 1
    assert found[0].startswith(
        f"calendar.ics, row {line}, column DTEND: the window 'Strategic Delivery Plan monitoring"
    )
    assert "closes before it opens" in found[0]


def test_a_byte_order_mark_is_noted_and_passed_over(folder: Path) -> None:
    path = folder / "people.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    notes = [str(note) for note in read_folder(folder).problems.notes]
    assert len(notes) == 1
    assert notes[0].startswith("people.csv, row 1: begins with a byte-order mark")
    assert "nothing needs doing" in notes[0]


def test_windows_text_names_the_word_the_row_and_the_column(folder: Path) -> None:
    path = folder / "people.csv"
    path.write_bytes(path.read_bytes().replace(b"Ruth Fairbrass", "Zoë Fairbrass".encode("cp1252")))
    found = next(each for each in problems(folder) if each.startswith("people.csv"))
    assert found.startswith("people.csv, row 15, column name: 'Zoë' is not UTF-8 text")
    assert "save the file as 'CSV UTF-8 (comma delimited)'" in found


def test_utf_16_text_says_how_to_save_it(folder: Path) -> None:
    path = folder / "items.csv"
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    assert "items.csv, row 1: the file is UTF-16 text" in "\n".join(problems(folder))


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "says"),
    [
        ("people.csv", "priya.raman@example.org", "priya.raman", "row 8, column email", "is no e-mail address"),
        ("people.csv", "Ruth Fairbrass,", ",", "row 15, column name", "both a name and an email"),
        ("people.csv", ",director,", ",boss,", "row 2, column roles", "no role is called 'boss'"),
        ("people.csv", "2019-09-02/2019-09-06 ", "2019-09-06/2019-09-02 ", "row 17, column leave", "before it begins"),
        ("people.csv", "09-06 helen.marsh@", "09-06 nobody@", "row 17, column leave", "nobody in people.csv"),
        ("people.csv", "Health,,,director,", "Health,,Europe/Kent,director,", "row 2, column time_zone", "Europe/Kent"),
        ("items.csv", "programme,ref", "program,ref", "row 1, column programme", "there is no column programme"),
        ("items.csv", "strategic-delivery-plan,45", "strategic,45", "row 2, column programme", "no programme"),
        ("items.csv", ",outcome,", ",outcomes,", "column outcomes", "has no fact called outcomes"),
        ("organisation.yaml", "nation: england-and-wales", "nation: kent", "row 4, column nation", "nation"),
        ("organisation.yaml", "kind: corporate_board", "kind: board", "row", "no board kind is called board"),
        ("organisation.yaml", "secretary: Democratic", "secretary: Undemocratic", "column asch", "does not name"),
        ("organisation.yaml", "time_zone: Europe/London", "time_zone: London", "column time_zone", "Europe/London"),
        ("organisation.yaml", "working_hours:", "office_hours:", "row", "office_hours"),
        ("organisation.yaml", "(?P<quarter>[1-4])", "(?P<quarter>[1-4]", "row", "not a pattern"),
        ("organisation.yaml", "q{quarter}", "q{period}", "column SUMMARY", "uses period"),
        ("organisation.yaml", "boards:\n  - key", "boards\n  - key", "row", "cannot be read as YAML"),
        (
            "responses/2019-20-q2.csv",
            "Capacity;",
            "Capability;",
            "column issues",
            "'Capability' is none of the answers",
        ),
        ("responses/2019-20-q2.csv", "\n45,", "\n44,", "column activity_number", "no item of the programme"),
        ("responses/2019-20-q2.csv", "go_live=2020-04-06", "go_live=soon", "column milestones", "'soon' is no date"),
        ("calendar.ics", "BEGIN:VCALENDAR", "BEGIN:CALENDAR", "calendar.ics", "iCalendar"),
        ("organisation.yaml", "q{quarter}", "q{0}", "column SUMMARY", "cannot be made"),
        ("organisation.yaml", "q{quarter}", "q{quarter", "column SUMMARY", "cannot be made"),
        ("organisation.yaml", "(?P<year>\\d{4})", "(?P<year>20)19", "column SUMMARY", "four digits"),
    ],
)
def test_each_mistake_is_placed_and_says_its_fix(
    folder: Path, edit: Edit, file: str, old: str, new: str, where: str, says: str
) -> None:
    edit(file, old, new)
    assert any(where in each and says in each for each in problems(folder)), problems(folder)


def test_every_problem_of_every_file_is_listed_at_once(folder: Path, edit: Edit) -> None:
    edit("items.csv", "2019-12-31", "soon")
    edit("people.csv", "priya.raman@example.org", "priya")
    edit("calendar.ics", "DTEND;VALUE=DATE:20190615", "DTEND;VALUE=DATE:20190531")
    files = {each.split(",")[0] for each in problems(folder)}
    assert files >= {"items.csv", "people.csv", "calendar.ics"}


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "items.csv").unlink()
    assert any(each.startswith("items.csv: the file is missing") for each in problems(folder))


def test_a_programme_of_the_folder_goes_before_the_shipped_one(folder: Path) -> None:
    shipped = (EXAMPLE.parent.parent / "programmes" / "strategic-delivery-plan.yaml").read_text("utf-8")
    (folder / "programmes").mkdir()
    own = folder / "programmes" / "strategic-delivery-plan.yaml"
    own.write_text(shipped.replace("late_working_days: 5", "late_working_days: 2"), encoding="utf-8")
    assert read_folder(folder).programmes["strategic-delivery-plan"].chase.late_working_days == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("status: delivery", "status: outcome", "no question is called outcome"),
        ("figure: activity_type}", "figure: delivered}", "no figure is called delivered"),
        (
            "status: delivery",
            "status: issue_detail",
            "the question issue_detail is the status, and needs options of its own",
        ),
        ("is: [remedial_action, unlikely]", "is: [remedial, unlikely]", "no option of delivery is called remedial"),
        ("than: original_end_date,", "than: new_end_date,", "no fact is called new_end_date"),
        (
            "key: half_way, at: half-way, to: lead",
            "key: opening, at: half-way, to: lead",
            "two steps are called",
        ),
        ("{unchanged: true}", "{unchanged: true, question: delivery, is: [on_track]}", "exactly one of"),
        ('hour: "10:00", to: secretary', 'hour: "10:00", to: lead', "goes to the secretary"),
        ("figure: revised_end_date}", "note: x}", "needs a figure"),
        ("among: due_in_year", "among: due", "no group is called due"),
        ("at: opening, to: lead", "at: opening, working_days_before_close: 1, to: lead", "exactly one of at"),
    ],
)
def test_a_programme_that_does_not_hang_together_is_refused(folder: Path, old: str, new: str, says: str) -> None:
    shipped = (EXAMPLE.parent.parent / "programmes" / "strategic-delivery-plan.yaml").read_text("utf-8")
    assert old in shipped
    (folder / "programmes").mkdir()
    own = folder / "programmes" / "strategic-delivery-plan.yaml"
    own.write_text(shipped.replace(old, new, 1), encoding="utf-8")
    assert any(says in each for each in problems(folder)), problems(folder)


def test_a_column_that_no_question_has_is_noted(folder: Path, edit: Edit) -> None:
    edit("responses/2019-20-q2.csv", ",mitigating_actions,", ",mitigations,")
    notes = [str(note) for note in read_folder(folder, with_responses=True).problems.notes]
    assert len(notes) == 1
    assert notes[0].startswith("responses/2019-20-q2.csv, row 1, column mitigations: no question is called mitigations")


def test_a_mistake_in_a_programme_names_its_line_and_blames_no_item(folder: Path) -> None:
    shipped = (EXAMPLE.parent.parent / "programmes" / "strategic-delivery-plan.yaml").read_text("utf-8")
    (folder / "programmes").mkdir()
    own = folder / "programmes" / "strategic-delivery-plan.yaml"
    own.write_text(shipped.replace("of: mitigating_actions,", "of: mitigations,"), encoding="utf-8")
    found = problems(folder)
    assert not any(each.startswith("items.csv") for each in found)
    assert any("programmes/strategic-delivery-plan.yaml" in each and "mitigations" in each for each in found)


@thoroughness(0.6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    junk=st.binary(max_size=400),
    at=st.integers(0, 400),
    file=st.sampled_from(["people.csv", "items.csv", "calendar.ics", "organisation.yaml"]),
)
def test_no_junk_in_a_file_is_more_than_a_listed_problem(folder: Path, junk: bytes, at: int, file: str) -> None:
    path, clean = folder / file, (EXAMPLE / file).read_bytes()
    path.write_bytes(clean[:at] + junk + clean[at:])
    try:
        problems(folder)
    finally:
        path.write_bytes(clean)


def test_a_board_may_hear_a_slice_by_the_programmes_facts(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", "[asch_cabinet_committee]", HALF)
    [programme] = read_folder(folder).organisation.programmes
    assert [(hearing.board, hearing.hears) for hearing in programme.boards] == [
        ("asch_cabinet_committee", {}),
        ("strategic_corporate_board", {"activity_type": ["Transformation"]}),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("activity_type", "kind", "no fact called kind, so no slice can be made by it"),
        ("Transformation", "Transforming", "no item of strategic-delivery-plan is in the slice"),
        ("strategic_corporate_board", "nowhere", "no board has the key nowhere"),
    ],
)
def test_a_slice_that_cannot_be_made_is_refused(folder: Path, edit: Edit, old: str, new: str, says: str) -> None:
    edit("organisation.yaml", "[asch_cabinet_committee]", HALF.replace(old, new))
    with pytest.raises(RefusedError, match=says):
        read_folder(folder)
