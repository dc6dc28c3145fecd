"""Papers for a board, in chat: who is asked what and when, what they say, and what the secretary then reads."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import ForwardPlanItem, OutgoingMessage, PaperAnswer
from remembrancer.services.sending import end_pilot, resume, set_pilot
from tests.conftest import ROOT
from tests.dialog import Act, World, fills_in, hold, presses, says, sees_again, waits_until

FORWARD = ROOT / "examples" / "kent-2021-22"
LEAD, SECRETARY, ADMIN, HELEN, DIRECTOR = (
    "ruth.fairbrass",
    "joanna.pell",
    "asif.chaudhry",
    "helen.marsh",
    "margaret.linden",
)
SDP = "Strategic Delivery Plan (SDP) Monitoring"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, FORWARD, at="2021-04-06 08:30")


@pytest.mark.both_databases
def test_a_lead_is_asked_ten_working_days_before_agenda_setting_whether_it_is_coming(world: World) -> None:
    hold(
        world,
        [
            (LEAD, waits_until("2021-04-20 17:00"), ""),
            (
                LEAD,
                waits_until("2021-04-21 09:00"),
                [
                    "2 questions for you",
                    SDP,
                    "Adult Social Care Cabinet Committee, Thursday 17 June 2021, 10:00",
                    "**Is it coming?** Please say by Thursday 6 May 2021.",
                    "six weeks before the meeting.",
                    "First through Adult Social Care Management Team on 2 Jun 2021 (papers in by 27 May 2021).",
                    "Then: the draft by 1 Jun 2021; clearance by 4 Jun 2021; the final report by 8 Jun 2021.",
                    "Review of KPIs",
                ],
            ),
            (LEAD, presses("It is coming", SDP), f"{SDP}: it is coming. Thank you."),
            (LEAD, sees_again(), ["1 question for you", "✓ It is coming."]),
            (LEAD, presses("It is coming", "KPIs"), "it is coming"),
            (LEAD, sees_again(), ["all answered", "not: Please say by"]),
            (LEAD, waits_until("2021-05-21 17:00"), ""),
            (LEAD, waits_until("2021-05-24 09:00"), ["**Is the draft in?** Please say by Tuesday 1 June 2021."]),
        ],
    )


def test_who_does_not_answer_is_reminded_and_then_the_secretary_sees_what_is_late(world: World) -> None:
    hold(
        world,
        [
            (HELEN, waits_until("2021-05-05 09:00"), ["a reminder:", "2 answers are still to come"]),
            (SECRETARY, waits_until("2021-05-06 08:00"), ""),
            (HELEN, waits_until("2021-05-07 09:00"), ["2 answers are late", "It was due on Thursday 6 May 2021."]),
            (SECRETARY, sees_again(), ["5 papers are past a deadline", "lead: Head of Commissioning"]),
            (SECRETARY, presses("It is coming", "MADE"), "MADE update: it is coming"),
            (HELEN, sees_again(), "✓ It is coming."),
        ],
    )


def test_not_yet_is_kept_with_its_words_and_the_secretary_hears_of_it(world: World) -> None:
    world.wait_until("2021-05-24 09:00")
    hold(
        world,
        [
            (LEAD, presses("Not yet", SDP), "What is it waiting for"),
            (LEAD, fills_in(reason=" "), "Say in a few words"),
            (LEAD, fills_in(reason="Finance has the *figures*."), "the secretary is told"),
            (SECRETARY, sees_again(), ['says "not yet"', r"Finance has the \*figures\*"]),
            (LEAD, sees_again(), r"○ Not yet: Finance has the \*figures\*."),
            (LEAD, presses("The draft is in", SDP), "the draft is in"),
        ],
    )
    with Session(world.engine) as session:
        said = session.exec(select(PaperAnswer).order_by(col(PaperAnswer.id))).all()
    assert [(answer.stage, answer.is_so) for answer in said] == [("draft", False), ("draft", True)]


@pytest.mark.both_databases
def test_a_lead_moves_a_paper_to_the_next_meeting_and_everybody_reads_where_it_is(world: World) -> None:
    world.wait_until("2021-04-21 09:00")
    hold(
        world,
        [
            (LEAD, presses("Move to another meeting", "KPIs"), ["Which meeting?", "Why does it move?"]),
            (LEAD, fills_in(), "Say in a few words"),
            (LEAD, fills_in(reason="The indicators change in July."), "comes on Wednesday 29 September 2021 now"),
            (LEAD, sees_again(), "→ Moved to another meeting: The indicators change in July."),
            (SECRETARY, sees_again(), "Ruth Fairbrass has moved it to Wednesday 29 September 2021: The indicators"),
            (
                SECRETARY,
                says("plan asc_cabinet_committee"),
                "**Review of KPIs** (once) – Head of Performance; moved from 17 Jun 2021",
            ),
            (LEAD, waits_until("2021-08-04 09:00"), ["Review of KPIs", "by Wednesday 18 August 2021"]),
            (
                SECRETARY,
                waits_until("2021-08-18 09:00"),
                [
                    "## Slipped",
                    "– was to come on Thursday 17 June 2021; moved by Ruth Fairbrass: The indicators",
                ],
            ),
        ],
    )


def test_a_paper_is_withdrawn_from_a_meeting_and_comes_again_when_it_would(world: World) -> None:
    world.wait_until("2021-04-21 09:00")
    hold(
        world,
        [
            (LEAD, presses("Withdraw", SDP), "Why is it withdrawn?"),
            (LEAD, fills_in(reason="Reporting is suspended."), "does not come on Thursday 17 June 2021"),
            (LEAD, sees_again(), "⊘ Withdrawn from this meeting: Reporting is suspended."),
            (SECRETARY, sees_again(), "Ruth Fairbrass has withdrawn it"),
            (LEAD, presses("It is coming", "KPIs"), "Thank you"),
        ],
    )


def test_nobody_else_can_answer_for_a_paper(world: World) -> None:
    world.wait_until("2021-04-21 09:00")
    button = next(b for b in world.buttons(LEAD) if b.label == "It is coming")
    for who in (HELEN, ADMIN):
        shown = world.incoming(who, "press", action=button.action, value=button.value)
        assert shown[0].startswith("There is nothing here for you to do"), who
    shown = world.incoming(DIRECTOR, "press", action=button.action, value=button.value)
    assert "it is coming" in shown[0]
    shown = world.incoming(LEAD, "press", action=button.action, value=button.value)
    assert "was said already" in shown[0]


def test_a_paper_of_a_meeting_that_has_begun_is_asked_for_no_more(world: World) -> None:
    world.wait_until("2021-04-21 09:00")
    button = next(b for b in world.buttons(LEAD) if b.label == "It is coming")
    world.wait_until("2021-06-17 10:00")
    shown = world.incoming(LEAD, "press", action=button.action, value=button.value)
    assert "has begun" in shown[0]
    hold(world, [(LEAD, sees_again(), ["nothing more is wanted", "The meeting has begun."])])


def test_the_secretary_gets_the_pack_on_the_morning_of_agenda_setting_and_is_reminded_to_publish(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, waits_until("2021-05-05 17:00"), ""),
            (
                SECRETARY,
                waits_until("2021-05-06 09:00"),
                [
                    "# Agenda setting: Adult Social Care Cabinet Committee",
                    "**Agenda and reports published:** Wednesday 9 June 2021",
                    f"**{SDP}** (every 6 months) – Head of Performance; first Adult Social Care Manag",
                    "**Verbal Updates by the Cabinet Member and Corporate Director** (every meeting)",
                ],
            ),
            (SECRETARY, waits_until("2021-06-08 09:00"), "Publish the agenda and reports by Wednesday 9 June 2021."),
        ],
    )


@pytest.mark.both_databases
def test_each_is_said_once_however_often_one_looks(world: World) -> None:
    world.wait_until("2021-05-07 09:00")
    with Session(world.engine) as session:
        before = session.exec(select(OutgoingMessage.key)).all()
    world.look()
    world.look()
    with Session(world.engine) as session:
        assert session.exec(select(OutgoingMessage.key)).all() == before


def test_a_vacant_post_and_a_lead_on_leave_are_no_black_hole(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("I am away until 30 April"), "You are away"),
            (DIRECTOR, waits_until("2021-04-21 09:00"), [SDP, "Is it coming?"]),
            (LEAD, sees_again(), f"not: **{SDP}**"),
        ],
    )


@pytest.mark.parametrize("title", ["Draft Revenue and Capital Budget and MTFP"])
def test_items_hold_what_the_table_says(world: World, title: str) -> None:
    with Session(world.engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == title)).one()
    assert (item.recurrence, item.pathway) == ("annual", ["asc_management_team"])


def test_my_shows_the_papers_that_are_wanted_and_the_card_follows(world: World) -> None:
    hold(world, [(LEAD, says("my"), "Nothing is wanted from you now")])
    world.wait_until("2021-04-21 10:00")
    hold(
        world,
        [
            (LEAD, says("my"), ["2 questions for you", SDP, "Is it coming?"]),
            (LEAD, presses("It is coming", SDP), "it is coming"),
            (LEAD, sees_again(), ["✓ It is coming.", "1 question for you"]),
            (LEAD, says("my"), ["1 question for you", "not: SDP"]),
            (SECRETARY, says("help"), ["**plan** –", "**calendar** –"]),
        ],
    )


def test_help_tells_whoever_brings_papers_how_to_answer_and_nothing_of_windows_where_there_are_none(
    world: World,
) -> None:
    papers = "**yes**, **not yet** and why"
    nothing = ["not: **answer 52**", "not: **status**", "not: **windows**"]
    hold(
        world,
        [
            (LEAD, says("help"), ["You can write:", papers, "**my** –", "**calendar** –", *nothing]),
            (SECRETARY, says("help"), ["**plan** –", f"not: {papers}", *nothing]),
            (ADMIN, says("help"), ["**preview** –", f"not: {papers}", *nothing]),
        ],
    )


def test_after_a_pilot_whoever_was_not_messaged_is_asked(world: World) -> None:
    with Session(world.engine) as session:
        set_pilot(session, [world.person_id(HELEN)], world.clock.now(), None)
        session.commit()
    hold(world, [(LEAD, waits_until("2021-04-22 09:00"), "")])
    with Session(world.engine) as session:
        end_pilot(session, world.clock.now(), None)
        session.commit()
    hold(world, [(LEAD, waits_until("2021-04-22 09:30"), [SDP, "Is it coming?"])])
    assert len([post for post in world.posts(HELEN) if "Papers for boards" in post.message.text]) == 1


def test_while_everything_is_paused_nobody_is_asked_and_afterwards_they_are(world: World) -> None:
    hold(world, [(ADMIN, says("pause"), "paused"), (LEAD, waits_until("2021-04-22 09:00"), "")])
    with Session(world.engine) as session:
        resume(session, world.clock.now(), None)
        session.commit()
    hold(world, [(LEAD, waits_until("2021-04-22 09:30"), [SDP, "Is it coming?"])])


@pytest.fixture
def one_paper(world: World) -> World:
    """Helen is asked about one paper alone: the other is coming."""
    world.wait_until("2021-04-21 09:00")
    hold(world, [(HELEN, presses("It is coming", "MADE"), "Thank you")])
    return world


def in_thread(text: str) -> Act:
    """In the thread of the first card."""
    return lambda world, who: world.incoming(who, "text", text=text, about=str(world.posts(who)[0].id))


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("Yes", "Community Grants update: it is coming"),
        ("it's coming", "it is coming"),
        ("not yet, finance has the figures", "the secretary is told"),
        ("Not yet", "What is it waiting for"),
        ("next meeting please", "Which meeting?"),
        ("withdrawn", "Why is it withdrawn?"),
        ("I wonder", "say 'yes', 'not yet' and why"),
    ],
)
def test_a_card_about_one_paper_is_answered_in_words(one_paper: World, text: str, shows: str) -> None:
    hold(one_paper, [(HELEN, in_thread(text), shows)])


def test_of_several_papers_the_button_says_which_and_what_is_all_said_is_said(world: World) -> None:
    world.wait_until("2021-04-21 09:00")
    hold(
        world,
        [
            (HELEN, in_thread("yes"), "Which one do you mean?"),
            (HELEN, presses("It is coming", "MADE"), "Thank you"),
            (HELEN, in_thread("yes"), "Community Grants update: it is coming"),
            (HELEN, in_thread("yes"), "Which one do you mean?"),
            (HELEN, says("yes"), "Nothing is wanted"),
        ],
    )


def test_whoever_writes_while_papers_are_asked_about_is_not_told_that_nothing_is_wanted(world: World) -> None:
    world.wait_until("2021-04-21 09:00")
    wanted = ["Answers about papers still wanted from you: 2. Write 'my'", "not: Nothing is wanted"]
    hold(
        world,
        [
            (LEAD, says("thanks"), ["You are welcome.", "Answers still wanted from you: 2.", "not: Nothing is wanted"]),
            (LEAD, says("who reads this"), wanted),
            (LEAD, says("remind me on Friday"), wanted),
            (LEAD, says("I would like to think about it"), ["What you wrote was not stored.", *wanted]),
        ],
    )
