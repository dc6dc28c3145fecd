"""`remembrancer plan BOARD`: as a table, JSON, Markdown and a Word document; exempt items are not named."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from remembrancer.cli import app
from remembrancer.cli import plan as plan_command
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Board, Fate, ForwardPlanItem, Meeting
from remembrancer.models.database import make_engine, migrate
from remembrancer.reports.forward_plan.word_document import as_docx
from remembrancer.reports.forward_plan.work_programme import as_json, without_exempt, work_programme
from remembrancer.services.forward_plan import decide
from tests.bot.test_papers import FORWARD
from tests.dialog import london
from tests.rules.test_placing import PUBLISHED, rows

NOW = london("2021-03-08 09:00")
BOARD = "asc-cabinet-committee"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'plan.sqlite'}"
    engine = make_engine(url)
    migrate(engine)
    with Session(engine) as session:
        store(session, read_folder(FORWARD), NOW)
        session.commit()
    engine.dispose()
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setattr(plan_command, "the_moment", lambda: NOW)
    return url


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_published_work_programme_comes_out_of_the_example_meeting_by_meeting(database: str) -> None:
    """The published table of 5 March 2021 (tests/data/committee-2021-22), from the folder through the store."""
    found = json.loads(run(BOARD, "--json"))
    published = {(row["meeting_date"], row["item"]) for row in rows("work_programme.csv")}
    assert PUBLISHED.is_dir()
    assert {(m["day"], item["item"]) for m in found["meetings"] for item in m["items"]} == published


def test_json_gives_each_deadline_with_its_reason(database: str) -> None:
    [june, *_] = json.loads(run(BOARD, "--json"))["meetings"]
    agenda = next(each for each in june["deadlines"] if each["key"] == "agenda")
    assert (agenda["date"], agenda["provisional"]) == ("2021-06-09", False)
    assert "s100B" in agenda["basis"]


def test_the_table_is_printed_with_leads_and_how_each_stands(database: str) -> None:
    shown = run(BOARD)
    assert "Thursday 17 June 2021, 10:00" in shown
    assert "to be confirmed by" in shown


def test_markdown_and_word_hold_the_same_rows(database: str, tmp_path: Path) -> None:
    markdown, word = tmp_path / "plan.md", tmp_path / "plan.docx"
    run(BOARD, "--out", str(markdown))
    run(BOARD, "--out", str(word))
    text, document = markdown.read_text(encoding="utf-8"), Document(BytesIO(word.read_bytes()))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for row in rows("work_programme.csv"):
        assert f"| {row['item']}" in text
        assert any(cell.startswith(row["item"]) for cell in cells)
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"][:2] == [
        "Thursday 17 June 2021, 10:00",
        "Wednesday 29 September 2021, 10:00",
    ]


def test_a_word_tables_first_row_is_marked_as_its_head(database: str) -> None:
    run(BOARD)
    engine = make_engine(database)
    with Session(engine) as session:
        board = session.exec(select(Board).where(Board.key == "asc_cabinet_committee")).one()
        document = Document(BytesIO(as_docx(work_programme(session, board, NOW))))
    engine.dispose()
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    assert document.core_properties.language == "en-GB"


def test_an_exempt_item_is_not_named_unless_one_asks(database: str) -> None:
    engine = make_engine(database)
    with Session(engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "MADE update")).one()
        item.confidential, item.note, item.decision_no = True, "About a contractor", "21/00099"
        session.commit()
    assert "MADE" not in run(BOARD, "--json")
    assert "contractor" not in run(BOARD, "--json")
    assert "21/00099" not in run(BOARD)
    assert "Exempt item" in run(BOARD)
    assert "MADE" in run(BOARD, "--with-exempt")
    with Session(engine) as session:
        board = session.exec(select(Board).where(Board.key == "asc_cabinet_committee")).one()
        assert "MADE" not in json.dumps(as_json(without_exempt(work_programme(session, board, NOW))))
    engine.dispose()


def test_the_table_marks_items_and_names_what_comes_through_a_board(database: str) -> None:
    run(BOARD)
    engine = make_engine(database)
    with Session(engine) as session:
        titles = ("MADE update", "Community Grants update", "Review of KPIs")
        found = [session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == title)).one() for title in titles]
        found[0].key_decision, found[1].confidential = True, True
        of_board = select(Meeting).join(Board).where(Board.key == "asc_cabinet_committee", Meeting.starts_at > NOW)
        june, september, *_ = session.exec(of_board.order_by(col(Meeting.starts_at)))
        decide(session, found[2], june, Fate.MOVED, "Later", NOW, None, september)
        session.commit()
    engine.dispose()
    table = run(BOARD, "--with-exempt")
    cells = " ".join(word for line in table.splitlines() for word in line.split("│")[1:2]).split()
    for mark in (
        "MADE update – key decision",
        "Community Grants update – exempt",
        "Review of KPIs – moved from 17 Jun",
    ):
        assert mark in " ".join(cells)
    through = run("asc-management-team")
    line = "Strategic Delivery Plan (SDP) Monitoring – Head of Performance – on its way to Adult Social Care Cabinet"
    assert f"{line} Committee, 17 Jun 2021" in " ".join(through.split())
    in_june = next(m for m in json.loads(run("asc-management-team", "--json"))["meetings"] if m["day"] == "2021-06-02")
    assert [(each["item"], each["to"]) for each in in_june["through"]] == [
        ("Strategic Delivery Plan (SDP) Monitoring", "asc_cabinet_committee")
    ]


def test_json_and_a_file_are_not_both_given_and_a_file_that_cannot_be_written_is_said(
    database: str, tmp_path: Path
) -> None:
    there = tmp_path / "plan.md"
    result = CliRunner().invoke(app, ["plan", BOARD, "--json", "--out", str(there)])
    assert (result.exit_code, result.stdout, there.exists()) == (1, "", False)
    assert "Give --json or --out, not both" in result.stderr
    result = CliRunner().invoke(app, ["plan", BOARD, "--out", str(tmp_path / "nowhere" / "plan.md")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be written (No such file or directory)" in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_what_waits_for_a_meeting_has_its_note_in_word_as_in_markdown(database: str, tmp_path: Path) -> None:
    markdown, word = tmp_path / "plan.md", tmp_path / "plan.docx"
    engine = make_engine(database)
    with Session(engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "MADE update")).one()
        item.first_on, item.note = date(2030, 1, 1), "When the review is out"
        session.commit()
    engine.dispose()
    for out in (markdown, word):
        run(BOARD, "--out", str(out))
    line = "MADE update: When the review is out"
    assert f"- {line}" in markdown.read_text(encoding="utf-8")
    assert line in [paragraph.text for paragraph in Document(str(word)).paragraphs]


def test_a_board_that_is_not_known_and_a_file_of_another_kind_are_refused(database: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["plan", "cabinet"])
    assert result.exit_code == 1
    assert "There is no board cabinet; the boards are asc_management_team, asc_cabinet_committee." in result.stderr
    result = CliRunner().invoke(app, ["plan", BOARD, "--out", str(tmp_path / "plan.pdf")])
    assert result.exit_code == 1
    assert "end the file's name in .md or .docx" in result.stderr
