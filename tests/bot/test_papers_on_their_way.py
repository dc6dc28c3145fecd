"""A paper on its way through two boards: asked for each in time, by its dates, and told when its way changes.

MADE update comes to the committee on Thursday 17 June 2021, whose final report is due on 8 June. Before, it goes to the
corporate board, which has to meet by 4 June: it meets on the 3rd, with a draft by 26 May and papers by 28 May. And
before that to the management team, which has to meet by 26 May: it meets on the 19th, with papers by the 14th.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from icalendar import Calendar, Component
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Meeting, OutgoingMessage, PaperAnswer, Person, Prompt
from remembrancer.models.message import MeetingDay
from remembrancer.reports.calendar_feed import feed
from remembrancer.scheduler.preview.filters import Wanted, outlook
from tests.bot.test_papers import ADMIN, FORWARD, HELEN, LEAD, SECRETARY
from tests.conftest import Edit
from tests.dialog import Act, World, fills_in, hold, presses, says, sees_again, waits_until

MADE = "MADE update"
TEAM_NAME = "Adult Social Care Management Team"
TEAM, OTHER_TEAM = "asc_management_team,MT-21-05b,2021-05-19,09:30,", "asc_management_team,MT-21-06,2021-06-02,09:30,"
COMMITTEE = "asc_cabinet_committee,ASC-21-06,2021-06-17,10:00,"
BOARD = "corporate_board,CB-21-06,2021-06-03,14:00,"
TO_COMMITTEE = "on its way to Adult Social Care Cabinet Committee on Thursday 17 June 2021."
KEEPER = "fiona.kerr"
CORPORATE_BOARD = """  - key: corporate_board
    name: Corporate Board
    kind: management_team
    channel: "#corporate-board"
    secretary: Head of Strategy and Risk
    rules:
      agenda: {used: false}
      draft: {name: Draft in, kind: first_draft, count: 5, unit: working_days, basis: "The board's own rule"}
      papers: {name: Papers in, kind: final_report, count: 3, unit: working_days, basis: "The board's own rule"}
  - key: asc_cabinet_committee
"""
TEAM_ASKED = [
    f"**{MADE}**",
    f"For {TEAM_NAME} on Wednesday 19 May 2021, 09:30, {TO_COMMITTEE}",
    "**Is the final report in?** Please say by Friday 14 May 2021.",
]


@pytest.fixture
def example() -> Path:
    return FORWARD


@pytest.fixture
def world(engine: Engine, folder: Path, edit: Edit) -> World:
    edit("organisation.yaml", "  - key: asc_cabinet_committee\n", CORPORATE_BOARD)
    edit("meetings.csv", OTHER_TEAM, f"{TEAM}\n{OTHER_TEAM}\n{BOARD}\ncorporate_board,CB-21-06b,2021-06-10,14:00,")
    edit("meetings.csv", COMMITTEE, f"{COMMITTEE}\nasc_cabinet_committee,ASC-21-07,2021-07-22,10:00,")
    way = f"{MADE},one-off,,2021-06-17,,,,Head of Commissioning,"
    edit("forward_plan.csv", way, f"{way}asc_management_team > corporate_board")
    made = World(engine, folder, at="2021-04-06 08:30")
    made.wait_until("2021-04-21 09:00")
    hold(made, [(HELEN, presses("It is coming", each), "it is coming") for each in (MADE, "Grants")])
    return made


@pytest.fixture
def load(world: World, folder: Path) -> Callable[[], None]:
    return partial(world.load_again, folder)


def labels(world: World, who: str) -> list[str]:
    return [button.label for part in world.posts(who)[-1].message.parts for button in part.buttons]


def about_last(text: str) -> Act:
    """In the thread of the newest card."""
    return lambda world, who: world.incoming(who, "text", text=text, about=str(world.posts(who)[-1].id))


def test_a_lead_is_asked_for_each_board_on_the_way_by_its_own_dates(world: World) -> None:
    card = world.posts(HELEN)[0].message.text
    assert card.count("Please say by") == 0
    hold(
        world,
        [
            (HELEN, waits_until("2021-05-10 17:00"), ""),
            (HELEN, waits_until("2021-05-11 09:00"), ["1 question for you", *TEAM_ASKED]),
        ],
    )
    assert labels(world, HELEN) == ["The final report is in", "Not yet"]
    hold(
        world,
        [
            (HELEN, presses("The final report is in", TEAM_NAME), "the final report is in. Thank you."),
            (HELEN, sees_again(), ["all answered", "✓ The final report is in."]),
            (HELEN, waits_until("2021-05-24 17:00"), f"not: **{MADE}**"),  # what the team had is the draft
            (
                HELEN,
                waits_until("2021-05-25 09:00"),
                [
                    f"For Corporate Board on Thursday 3 June 2021, 14:00, {TO_COMMITTEE}",
                    "**Is the final report in?** Please say by Friday 28 May 2021.",
                ],
            ),
            (HELEN, presses("The final report is in", "Corporate Board"), "the final report is in"),
            (HELEN, waits_until("2021-06-01 09:00"), [f"**{MADE}**", "**Is it cleared?** Please say by Friday 4 June"]),
            (HELEN, presses("It is cleared", MADE), "it is cleared"),
            (HELEN, waits_until("2021-06-03 09:00"), "**Is the final report in?** Please say by Tuesday 8 June 2021."),
            (HELEN, presses("The final report is in", MADE), "the final report is in"),
        ],
    )
    with Session(world.engine) as session:
        query = select(PaperAnswer.stage, Meeting.uid).join(Meeting, col(Meeting.id) == PaperAnswer.meeting_id)
        said = [(stage, uid.rpartition(":")[2]) for stage, uid in session.exec(query.order_by(col(PaperAnswer.id)))][2:]
    assert said == [("final", "MT-21-05b"), ("final", "CB-21-06"), ("cleared", "ASC-21-06"), ("final", "ASC-21-06")]


def test_the_first_card_says_the_way_and_that_it_has_all_its_dates(world: World) -> None:
    shown = world.incoming(SECRETARY, "text", text="plan asc_cabinet_committee")
    made = next(line for text in shown for line in text.splitlines() if MADE in line)
    assert f"; first {TEAM_NAME}, 19 May 2021; first Corporate Board, 3 Jun 2021" in made
    assert f"; {TEAM_NAME}: final report due 14 May 2021" in made


def test_what_is_late_for_a_board_on_the_way_is_told_to_the_secretary_who_keeps_the_plan_alone(world: World) -> None:
    world.wait_until("2021-05-11 09:00")
    hold(
        world,
        [
            (HELEN, presses("Not yet", TEAM_NAME), "What is it waiting for"),
            (HELEN, fills_in(reason="Finance has it."), "the secretary is told"),
            (
                SECRETARY,
                sees_again(),
                [
                    f"{TEAM_NAME}, Wednesday 19 May 2021",
                    TO_COMMITTEE[:-1].replace("Thursday ", "").replace("June", "Jun"),
                    "Finance has it.",
                ],
            ),
            (HELEN, waits_until("2021-05-17 09:00"), ["1 answer is late", "It was due on Friday 14 May 2021."]),
            (SECRETARY, sees_again(), ["1 paper is past a deadline", TO_COMMITTEE[:-1], "lead: Head of Commissioning"]),
            (SECRETARY, says("plan asc_cabinet_committee"), f"▲ **{MADE}**"),
            (HELEN, waits_until("2021-05-27 09:00"), "It was due on Wednesday 26 May 2021."),
            (KEEPER, sees_again(), f"not: {MADE}"),
        ],
    )
    assert not [post for post in world.posts(KEEPER) if MADE in post.message.text]


@pytest.mark.both_databases
def test_a_paper_is_answered_for_a_board_once_however_often_it_is_pressed_and_by_nobody_else(world: World) -> None:
    world.wait_until("2021-05-11 09:00")
    button = next(b for b in world.buttons(HELEN) if b.label == "The final report is in")
    placing, stage, meeting = button.value.split(".")
    assert stage == "final"

    def press(who: str, value: str, action: str = button.action) -> str:
        return world.incoming(who, "press", action=action, value=value)[0]

    for who in (LEAD, ADMIN, KEEPER):
        assert press(who, button.value).startswith("There is nothing here for you to do"), who
    for value in (
        f"{placing}.coming.{meeting}",
        f"{placing}.notice.{meeting}",
        f"{placing}.final.x",
        f"{placing}.final.9999",
    ):
        assert press(HELEN, value).startswith("There is nothing here for you to do"), value
    for action in ("paper_move", "paper_withdraw", "paper_notice"):
        assert press(HELEN, button.value, action).startswith("There is nothing here for you to do"), action
    assert "the final report is in" in press(HELEN, button.value)
    assert "was said already" in press(HELEN, button.value)
    with Session(world.engine) as session:
        said = session.exec(select(PaperAnswer).where(PaperAnswer.stage == "final")).all()
    assert [(str(each.meeting_id), each.is_so) for each in said] == [(meeting, True)]


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("yes", f"{MADE}: the final report is in"),
        ("not yet, because finance has the figures", "the secretary is told"),
        ("not yet", "What is it waiting for"),
        ("next meeting please", "answer where it is asked about for the last board"),
        ("withdrawn", "answer where it is asked about for the last board"),
    ],
)
def test_a_card_for_a_board_on_the_way_is_answered_in_words(world: World, text: str, shows: str) -> None:
    world.wait_until("2021-05-11 09:00")
    hold(world, [(HELEN, about_last(text), shows)])


def test_a_meeting_on_the_way_that_moves_says_old_and_new_dates_and_its_cards_follow(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    world.wait_until("2021-05-11 09:00")
    edit("meetings.csv", TEAM, TEAM.replace("05-19,09:30", "05-25,14:00"))
    load()
    hold(
        world,
        [
            (
                HELEN,
                sees_again(),
                [
                    f"**{TEAM_NAME} has moved** from Wednesday 19 May 2021, 09:30 to Tuesday 25 May 2021, 14:00",
                    f"- **{MADE}**, {TO_COMMITTEE[:-1]}",
                    "| Papers in | 14 May 2021 | 20 May 2021 |",
                    "Please say by Thursday 20 May 2021.",
                    "not: Please say by Friday 14 May",
                ],
            ),
            (SECRETARY, sees_again(), "has moved** from Wednesday 19 May"),  # she is the team's secretary too
            (HELEN, waits_until("2021-05-17 09:00"), ["1 question for you", "say by Thursday 20 May 2021."]),
        ],
    )
    assert not [post for post in world.posts(KEEPER) if "has moved" in post.message.text]


def test_a_meeting_on_the_way_that_moves_too_far_leaves_no_meeting_in_time_until_there_is_one(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    world.wait_until("2021-05-11 09:00")
    moved = TEAM.replace("05-19", "05-27")
    edit("meetings.csv", TEAM, moved)
    load()
    load()
    hold(
        world,
        [
            (
                HELEN,
                sees_again(),
                [
                    f"▲ **{TEAM_NAME} has no meeting in time any more.** It was on the way on Wednesday 19 May",
                    "| Papers in | 14 May 2021 | – |",
                    "⊘ It does not come to this meeting any more.",
                    "not: Please say by",
                ],
            ),
            (HELEN, waits_until("2021-05-17 09:00"), f"not: {TEAM_NAME}"),
            (SECRETARY, says("plan asc_cabinet_committee"), f"first {TEAM_NAME}, ▲ which has no meeting in time"),
        ],
    )
    edit("meetings.csv", moved, f"{moved}\nasc_management_team,MT-21-05c,2021-05-26,09:30,")
    load()
    said = [post.message.text for post in world.posts(HELEN) if "on the way" in post.message.text]
    assert len(said) == 2
    assert f"**{TEAM_NAME} on Wednesday 26 May 2021, 09:30** is the meeting on the way now." in said[1]
    assert "| Papers in | – | 21 May 2021 |" in said[1]
    hold(world, [(HELEN, waits_until("2021-05-18 09:00"), "Please say by Friday 21 May 2021.")])


def test_when_the_last_meeting_moves_so_that_another_is_in_time_whoever_was_asked_is_told_once(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    world.wait_until("2021-05-11 09:00")
    button = next(b for b in world.buttons(HELEN) if b.label == "The final report is in")
    edit("meetings.csv", COMMITTEE, COMMITTEE.replace("06-17", "06-29"))
    load()
    load()
    shown = world.incoming(HELEN, "press", action=button.action, value=button.value)
    assert f"{MADE} does not come to that meeting of {TEAM_NAME} any more." in shown[0]
    hold(
        world,
        [
            (
                HELEN,
                sees_again(),
                [
                    "Cabinet Committee has moved** from Thursday 17 June 2021, 10:00 to Tuesday 29 June 2021",
                    f"**{TEAM_NAME} on Wednesday 2 June 2021, 09:30** is the meeting on the way now, not Wednesday 19",
                    f"- **{MADE}**, on its way to Adult Social Care Cabinet Committee on Tuesday 29 June 2021",
                    "| Papers in | 14 May 2021 | 27 May 2021 |",
                    "⊘ It does not come to this meeting any more.",
                ],
            ),
            (HELEN, waits_until("2021-05-24 09:00"), f"For {TEAM_NAME} on Wednesday 2 June 2021, 09:30"),
        ],
    )
    told = [post for post in world.posts(HELEN) if "is the meeting on the way now" in post.message.text]
    assert len(told) == 1


def test_a_board_that_has_heard_it_is_not_asked_again_when_the_last_meeting_moves(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    world.wait_until("2021-05-11 09:00")
    hold(world, [(HELEN, presses("The final report is in", TEAM_NAME), "the final report is in")])
    world.wait_until("2021-05-20 09:00")
    edit("meetings.csv", COMMITTEE, COMMITTEE.replace("06-17", "06-29"))
    load()
    world.wait_until("2021-06-01 17:00")
    assert not [post for post in world.posts(HELEN) if f"{TEAM_NAME} on Wednesday 2 June" in post.message.text]


def test_a_paper_that_is_moved_takes_its_way_along_and_nothing_is_asked_for_the_old_one(world: World) -> None:
    world.wait_until("2021-05-11 09:00")
    shown = world.incoming(SECRETARY, "text", text="plan asc_cabinet_committee")
    assert any(MADE in text for text in shown)
    presses("Withdraw an item", "17 June 2021")(world, SECRETARY)
    item = next(c.key for f in world.forms[SECRETARY].fields if f.key == "item" for c in f.choices if MADE in c.word)
    hold(
        world,
        [
            (SECRETARY, fills_in(item=item, scope="meeting", reason="The chair asked."), MADE),
            (
                HELEN,
                sees_again(),
                ["Joanna Pell has withdrawn it", "⊘ Withdrawn from Adult Social Care Cabinet Committee"],
            ),
            (HELEN, waits_until("2021-06-02 09:00"), f"not: {MADE}"),
        ],
    )


def test_a_cancelled_last_meeting_is_told_to_whoever_was_asked_for_a_board_on_the_way_alone(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    world.wait_until("2021-05-10 10:00")
    hold(world, [(HELEN, says("I am away from 11 May to 18 May"), "You are away")])
    stand_in = "margaret.linden"
    hold(world, [(stand_in, waits_until("2021-05-11 09:00"), TEAM_ASKED)])
    edit("meetings.csv", COMMITTEE, COMMITTEE + "cancelled")
    load()
    hold(
        world,
        [(stand_in, sees_again(), ["Thursday 17 June 2021 is cancelled.", f"- **{MADE}**", "not: Please say by"])],
    )


def feed_of(session: Session, now: datetime) -> list[Component]:
    helen = session.exec(select(Person).where(Person.email == f"{HELEN}@example.org")).one()
    return Calendar.from_ical(feed(session, helen, now)).walk("VEVENT")


def test_the_preview_and_the_calendar_show_what_is_asked_for_boards_on_the_way(world: World) -> None:
    now = datetime(2021, 5, 10, 12, tzinfo=UTC)
    world.wait_until("2021-05-10 13:00")
    with Session(world.engine) as session:
        to_come = [each for each in outlook(session, now, Wanted(days=3)) if each.to == f"{HELEN}@example.org"]
        events = feed_of(session, now)
        session.rollback()
    told = [(item.ref, item.meeting) for each in to_come for item in each.items]
    assert told == [(MADE, MeetingDay(board="asc_management_team", day=date(2021, 5, 19)))]
    shown = {str(each["summary"]): each.decoded("dtstart").isoformat() for each in events}
    assert shown[f"Is the final report in? {MADE}, {TEAM_NAME}"] == "2021-05-14"
    assert shown[f"Is the draft in? {MADE}, Corporate Board"] == "2021-05-26"
    assert shown[f"Is the final report in? {MADE}, Corporate Board"] == "2021-05-28"
    assert shown[f"Is the final report in? {MADE}"] == "2021-06-08"
    hold(world, [(HELEN, says("my"), "Nothing is wanted"), (HELEN, waits_until("2021-05-11 09:00"), TEAM_ASKED)])
    hold(world, [(HELEN, says("my"), TEAM_ASKED), (HELEN, presses("The final report is in", TEAM_NAME), "Thank you")])
    with Session(world.engine) as session:
        summaries = [str(each["summary"]) for each in feed_of(session, now)]
    assert f"Is the final report in? {MADE}, {TEAM_NAME}" not in summaries
    assert f"Is the draft in? {MADE}, Corporate Board" not in summaries


@pytest.mark.both_databases
def test_each_is_asked_once_however_often_one_looks(world: World) -> None:
    world.wait_until("2021-05-27 09:00")
    with Session(world.engine) as session:
        before = session.exec(select(OutgoingMessage.key)).all()
        asked = session.exec(select(Prompt.meeting_id).distinct()).all()
    world.look()
    world.look()
    with Session(world.engine) as session:
        assert session.exec(select(OutgoingMessage.key)).all() == before
    assert len(asked) >= 3
