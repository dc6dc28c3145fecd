"""A meeting that moves or is cancelled: every date follows, and whoever was told an old one is told the new one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import ForwardPlanItem
from tests.bot.test_papers import FORWARD, HELEN, LEAD, SECRETARY
from tests.conftest import Edit
from tests.dialog import World, fills_in, hold, presses, says, sees_again, waits_until

SDP = "Strategic Delivery Plan (SDP) Monitoring"
MEETING = "asc_cabinet_committee,ASC-21-06,2021-06-17,10:00,"


@pytest.fixture
def example() -> Path:
    return FORWARD


@pytest.fixture
def world(engine: Engine, folder: Path) -> World:
    made = World(engine, folder, at="2021-04-06 08:30")
    made.wait_until("2021-04-21 09:00")
    return made


@pytest.fixture
def load(world: World, folder: Path) -> Callable[[], None]:
    return partial(world.load_again, folder)


def test_a_meeting_that_moves_takes_its_dates_along_and_says_old_and_new(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-24,14:00,")
    load()
    hold(
        world,
        [
            (
                LEAD,
                sees_again(),
                [
                    "has moved** from Thursday 17 June 2021, 10:00 to Thursday 24 June 2021, 14:00",
                    f"- **{SDP}**",
                    "| Agenda setting meeting | 6 May 2021 | 13 May 2021 |",
                    "| Agenda and reports published | 9 Jun 2021 | 16 Jun 2021 |",
                    "Please say by Thursday 13 May 2021.",  # the card that asked follows
                    "not: Please say by Thursday 6 May 2021.",
                ],
            ),
            (
                SECRETARY,
                sees_again(),
                ["has moved** from Thursday 17 June 2021", "| Final report in | 8 Jun 2021 | 15 Jun 2021 |"],
            ),
            (SECRETARY, says("plan asc_cabinet_committee"), ["## Thursday 24 June 2021, 14:00", "not: 17 June"]),
            (LEAD, waits_until("2021-04-28 09:00"), "Please say by Thursday 13 May 2021."),
        ],
    )


@pytest.mark.both_databases
def test_a_meeting_that_moves_twice_is_told_each_time_once(world: World, load: Callable[[], None], edit: Edit) -> None:
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-24,10:00,")
    load()
    load()
    edit("meetings.csv", "ASC-21-06,2021-06-24", "ASC-21-06,2021-06-22")
    load()
    texts = [post.message.text for post in world.posts(LEAD) if "has moved" in post.message.text]
    assert ["from Thursday 17 June 2021" in texts[0], "from Thursday 24 June 2021" in texts[1]] == [True, True]
    assert len(texts) == 2


def test_what_was_to_come_to_a_cancelled_meeting_goes_to_the_next_and_everybody_reads_so(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-17,10:00,cancelled")
    load()
    hold(
        world,
        [
            (
                HELEN,
                sees_again(),
                [
                    "Adult Social Care Cabinet Committee on Thursday 17 June 2021 is cancelled.",
                    "**MADE update** – comes on Wednesday 29 September 2021 now",
                    "⊘ The meeting is cancelled. Nothing more is wanted for it.",
                    "not: Please say by",
                ],
            ),
            (
                SECRETARY,
                sees_again(),
                [
                    "is cancelled.",
                    "**How ASC has responded to covid-19 and transition** – comes on Wednesday 29 September",
                ],
            ),
            (
                SECRETARY,
                says("plan asc_cabinet_committee"),
                ["**MADE update** (once) – Head of Commissioning; moved from 17 Jun 2021"],
            ),
            (HELEN, waits_until("2021-08-04 09:00"), ["MADE update", "Please say by Wednesday 18 August 2021."]),
        ],
    )


def test_a_cancelled_meeting_that_is_held_after_all_has_its_items_back(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    edit("meetings.csv", MEETING, MEETING + "cancelled")
    load()
    edit("meetings.csv", MEETING + "cancelled", MEETING)
    load()
    hold(
        world,
        [
            (HELEN, sees_again(), "on Thursday 17 June 2021, 10:00 is held after all."),
            (SECRETARY, says("plan asc_cabinet_committee"), ["## Thursday 17 June 2021, 10:00", "not: moved from"]),
        ],
    )


@pytest.mark.both_databases
def test_an_answer_survives_the_move(world: World, load: Callable[[], None], edit: Edit) -> None:
    hold(world, [(LEAD, presses("It is coming", SDP), "it is coming")])
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-24,10:00,")
    load()
    hold(world, [(LEAD, waits_until("2021-05-20 09:00"), f"not: **{SDP}**")])


def test_a_key_decision_whose_notice_can_no_longer_be_given_raises_the_alarm_with_the_routes_left(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    edit(
        "forward_plan.csv",
        "asc_cabinet_committee,MADE update,one-off,,2021-06-17,,,",
        "asc_cabinet_committee,MADE update,one-off,,2021-06-17,21/00040,yes,",
    )
    load()
    hold(
        world,
        [
            (
                SECRETARY,
                waits_until("2021-05-06 09:00"),
                ["**Is the notice of the key decision published?** Please say by Wednesday 19 May 2021."],
            ),
            (
                SECRETARY,
                waits_until("2021-05-20 09:00"),
                [
                    "▲ **The notice of a key decision is too late: MADE update** (21/00040)",
                    "**A later date:** publish the notice today, and decide on Friday 18 June 2021 at the earliest.",
                    "**General exception:** in time for this meeting if begun by",
                    "**Special urgency:** in time",
                    "the chair of the council",
                ],
            ),
            (SECRETARY, presses("The notice is published", "MADE"), "On which day was the notice published?"),
            (
                SECRETARY,
                fills_in(published="2021-05-18", decision_maker="Cabinet Member"),
                ["Their title, or the members", "Which documents"],
            ),
            (
                SECRETARY,
                fills_in(
                    published="2021-05-18",
                    decision_maker="Cabinet Member for Adult Social Care",
                    maker_title="Cabinet Member",
                    documents="Decision report",
                    documents_at="the council's website",
                ),
                "MADE update: the notice is recorded as published on Tuesday 18 May 2021.",
            ),
            (SECRETARY, sees_again(), "✓ The notice is published."),
        ],
    )


def test_the_notices_that_papers_need_are_among_the_dates_that_change(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    with Session(world.engine) as session:
        for title, is_key in (("MADE update", True), ("Community Grants update", False)):
            item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == title)).one()
            item.key_decision, item.confidential = is_key, not is_key
        session.commit()
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-24,10:00,")
    load()
    notices = [
        "| Notice of the key decision published | 19 May 2021 | 26 May 2021 |",
        "| Notice of the private meeting published | 19 May 2021 | 26 May 2021 |",
        "with the representations received | 11 Jun 2021 | 18 Jun 2021 |",
    ]
    moved = "has moved** from Thursday 17 June 2021"
    everything = [
        "What comes to it:",
        "- **Review of KPIs**",
        "- **MADE update**; key decision",
        "- **Community Grants update** (exempt)",
    ]
    hold(
        world,
        [
            (SECRETARY, sees_again(), [moved, *everything, *notices]),
            (HELEN, sees_again(), [moved, "What you were asked about:", *notices, "not: Review of KPIs"]),
            (LEAD, sees_again(), [moved, "not: Notice of the key", "not: private meeting"]),
        ],
    )


def test_two_people_whose_numbers_begin_alike_both_hear_of_a_meeting_that_moved(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    more = "".join(f"Person {n},person.{n}@example.org,Post {n},,,,\n" for n in range(3))
    ruth = "Ruth Fairbrass,ruth.fairbrass@example.org,Head of Performance,Corporate Director Adult Social Care,,,\n"
    edit("people.csv", ruth, "")
    people = folder / "people.csv"
    people.write_text(people.read_text(encoding="utf-8") + more + ruth, encoding="utf-8")
    world = World(engine, folder, at="2021-04-06 08:30")
    world.wait_until("2021-04-21 09:00")
    assert (world.person_id(SECRETARY), world.person_id(LEAD)) == (1, 11)
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-24,14:00,")
    world.load_again(folder)
    for who in (LEAD, SECRETARY):
        hold(world, [(who, sees_again(), "has moved** from Thursday 17 June 2021")])


def test_what_was_late_is_not_called_late_once_its_date_is_to_come(
    world: World, load: Callable[[], None], edit: Edit
) -> None:
    world.wait_until("2021-05-07 09:00")
    hold(
        world,
        [
            (HELEN, sees_again(), "2 answers are late"),
            (SECRETARY, sees_again(), "5 papers are past a deadline"),
        ],
    )
    edit("meetings.csv", MEETING, "asc_cabinet_committee,ASC-21-06,2021-06-24,14:00,")
    load()
    hold(
        world,
        [
            (HELEN, sees_again(), "not: 2 answers are late"),
            (SECRETARY, sees_again(), ["None of them is past a deadline now.", "not: 5 papers are past a deadline"]),
        ],
    )
