"""The work programme of 2021/22 in the sandbox: agenda setting, drafts, publication, and a meeting that moves."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from remembrancer.bot.sandbox.demo import Demo
from remembrancer.models import Board, Meeting, OutgoingMessage
from remembrancer.web.app import demo_app
from remembrancer.web.sandbox_outbox import sent_messages
from tests.bot.test_papers import FORWARD, LEAD, SECRETARY
from tests.web.visitor import Client, person_id

RUTH, JOANNA, ASIF = "Ruth Fairbrass", "Joanna Pell", "Asif Chaudhry"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(FORWARD, tmp_path)
    yield made
    made.close()


def told(demo: Demo, who: str) -> str:
    posts = demo.chat.posts(f"{who}@example.org")
    return "\n\n".join(post.message.text for post in posts if post.author == "Remembrancer")


def until(demo: Demo, day: str) -> None:
    demo.run_to(datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=LONDON))


def test_the_whole_year_runs_with_agenda_setting_drafts_publication_and_a_moved_meeting(demo: Demo) -> None:
    until(demo, "2021-08-23")
    assert "has moved** from Wednesday 29 September 2021, 10:00 to Wednesday 6 October 2021" in told(demo, SECRETARY)
    assert "| Agenda and reports published | 21 Sep 2021 | 28 Sep 2021 |" in told(demo, SECRETARY)
    assert "has moved**" in told(demo, LEAD)
    until(demo, "2022-06-22")
    shown = told(demo, SECRETARY)
    with Session(demo.engine) as session:
        meetings = session.exec(
            select(Meeting)
            .join(Board)
            .where(Board.key == "asc_cabinet_committee", Meeting.starts_at > datetime(2021, 4, 6, tzinfo=LONDON))
            .order_by(col(Meeting.starts_at))
        ).all()
        kinds = set(session.exec(select(OutgoingMessage.kind)))
        shown_in_outbox = {(each.what, *each.because) for each in sent_messages(session)}
    assert len(meetings) == 6
    # Agenda setting for the meeting that moved was past, and is to come again.
    assert shown.count("# Agenda setting: Adult Social Care Cabinet Committee") == 7
    assert shown.count("Publish the agenda and reports by") == 6
    assert kinds >= {"papers", "agenda_pack", "publish_agenda", "meeting_moved"}
    assert {
        ("Papers for boards", "Is it coming?", "leads the item"),
        ("Agenda-setting pack", "the agenda is to be set", "is the board's secretary"),
        ("Changed dates of a meeting", "a meeting has moved, or is cancelled, or is held after all"),
    } <= shown_in_outbox


def test_the_pages_say_what_people_do_for_a_forward_plan_and_offer_what_makes_sense(demo: Demo) -> None:
    client = Client(demo_app(demo))
    first = client.get("/").text
    for text in (
        "Brings papers to the boards",
        "Keeps the boards’ forward plans",
        "Write <strong>plan</strong>",
        "Write <strong>preview</strong>",
    ):
        assert text in first
    for text in ("A manager", "<strong>windows</strong>", "<strong>status</strong>"):
        assert text not in first
    pages = {name: client.get(f"/people/{person_id(demo, name)}").text for name in (RUTH, JOANNA, ASIF)}
    offered = {name: re.findall(r'<button name="command" value="(\w+)"', page) for name, page in pages.items()}
    assert offered == {
        RUTH: ["my", "away", "calendar", "help"],
        JOANNA: ["plan", "my", "calendar", "help"],
        ASIF: ["people", "pilot", "preview", "help"],
    }
    assert "<dt>Keeps the forward plan of</dt>" in pages[JOANNA]
    assert "<dd>Review of KPIs</dd>" in pages[RUTH]


def test_a_visitor_may_begin_again_and_the_meeting_moves_again(demo: Demo) -> None:
    until(demo, "2021-08-23")
    demo.restart()
    assert "has moved" not in told(demo, SECRETARY)
    until(demo, "2021-08-23")
    assert "has moved" in told(demo, SECRETARY)
