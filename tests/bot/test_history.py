"""What was said before, and who reads it: for those who may see it, in words and by the card's foot."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Item, ProgrammeBoard, Return, ReturnState, ReturnVersion, Window
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    STRANGER,
    World,
    fills_in,
    hold,
    presses,
    says,
)

Q1 = "**Quarter 1 2019/20:** ● Yes, it is on track"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def first_quarter(session: Session, ref: str = "52") -> Return:
    """The return of an item in the window that is over."""
    query = select(Return).join(Window).join(Item).where(Window.key == "2019-20-q1", Item.ref == ref)
    return session.exec(query).one()


@pytest.mark.both_databases
@pytest.mark.parametrize("text", ["history", "history 52", "What have I said before?"])
def test_a_lead_reads_what_was_said_before(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), ["52 – Review", Q1, "Ruth Fairbrass, Friday 14 June 2019", "not: 53 – "])])


def test_the_newest_is_first_and_this_window_s_answer_is_there(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (LEAD, fills_in(delivery="on_track", progress_description="Contracts *are* signed."), "Stored"),
        ],
    )
    [shown] = says("history 52")(world, LEAD)
    assert r"Contracts \*are\* signed. (Ruth Fairbrass, Friday 30 August 2019)" in shown
    assert shown.index("Quarter 2 2019/20") < shown.index("Quarter 1 2019/20")


def test_it_is_a_button_in_the_card_s_foot(world: World) -> None:
    hold(world, [(LEAD, presses("What was said before"), Q1)])
    foot = world.posts(LEAD)[0].message.parts[-1]
    assert [button.label for button in foot.buttons] == ["What was said before", "Who reads this"]


def test_a_window_without_an_update_says_so(world: World) -> None:
    with Session(world.engine) as session:
        first_quarter(session).state = ReturnState.NO_UPDATE
        session.commit()
    hold(world, [(LEAD, says("history"), ["**Quarter 1 2019/20:** no update received", "not: on track"])])


def test_a_restated_answer_says_so_and_what_it_was(world: World) -> None:
    with Session(world.engine) as session:
        ret = first_quarter(session)
        [version] = session.exec(select(ReturnVersion).where(ReturnVersion.return_id == ret.id)).all()
        restated = {**version.answers, "delivery": "remedial_action"}
        session.add(
            ReturnVersion(
                return_id=version.return_id,
                number=2,
                answers=restated,
                given_by_id=None,
                given_at=version.given_at,
                came_from="restated",
                restated_reason="The tender was counted twice.",
            )
        )
        ret.versions = 2
        session.commit()
    hold(
        world,
        [
            (
                LEAD,
                says("history 52"),
                [
                    "**Quarter 1 2019/20:** ▲ It requires remedial action",
                    "Restated: The tender was counted twice. (before: ● Yes, it is on track)",
                ],
            )
        ],
    )


def test_only_those_who_may_see_it_read_it(world: World) -> None:
    value = next(button.value for button in world.buttons(LEAD) if button.action == "history")
    for who in (STRANGER, ADMIN):
        hold(world, [(who, says("history 52"), ["There is no 52 whose answers you can see.", "not: on track"])])
        hold(world, [(who, says("history 999"), "There is no 999 whose answers you can see.")])
        for action in ("history", "readers"):
            shown = world.incoming(who, "press", action=action, value=value)
            assert shown[0].startswith("There is nothing here for you to do")
    for who in (MANAGER, SECRETARY):
        hold(world, [(who, says("history 52"), Q1)])


def test_who_leads_nothing_is_asked_which(world: World) -> None:
    hold(world, [(SECRETARY, says("history"), "Which one? Write 'history' and its number")])


def test_after_the_answer_history_still_means_what_they_lead(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored"), (LEAD, says("history"), ["52 – Review", Q1])])


@pytest.mark.parametrize("value", ["", "x", ",", "0", "99999999,17; drop", "1.2"])
def test_a_made_up_value_is_refused_in_words(world: World, value: str) -> None:
    for action in ("history", "readers"):
        shown = world.incoming(STRANGER, "press", action=action, value=value)
        assert shown[0].startswith("There is nothing here for you to do")


@pytest.mark.parametrize("text", ["who reads this", "Who reads it?", "who reads this 52"])
def test_who_reads_it_by_name(world: World, text: str) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says(text),
                [
                    "Who reads 52",
                    "Adult Social Care and Health Cabinet Committee, in #asch-cabinet-committee",
                    "Its secretary: Joanna Pell",
                    "The line of managers: Stephen Harcourt, Margaret Linden",
                    "freedom of information",
                    "not: Who may answer too",
                ],
            ),
            (LEAD, presses("Who reads this"), "Its secretary: Joanna Pell"),
        ],
    )


def test_who_may_answer_too_is_named(world: World) -> None:
    hold(world, [("yasmin.begum", says("who reads this"), ["Who reads 61", "Who may answer too: Colin Baxter"])])
    hold(
        world,
        [
            (LEAD, presses("Ask someone else"), "They are asked instead"),
            (LEAD, fills_in(person=str(world.person_id("grace.oyelaran"))), "Grace Oyelaran is asked now"),
            (LEAD, says("who reads this 52"), "Who may answer too: Grace Oyelaran"),
        ],
    )


def test_a_board_that_hears_a_slice_reads_only_its_own_items(world: World) -> None:
    world.wait_until("2019-09-02 09:00")  # Helen stands in for Ellen: 48 and 54 are both hers to answer
    with Session(world.engine) as session:
        session.exec(select(ProgrammeBoard)).one().hears = {"activity_type": ["People Commissioning"]}
        session.commit()
    hold(world, [(LEAD, says("who reads this 52"), "Adult Social Care and Health Cabinet Committee")])
    hold(world, [("helen.marsh", says("who reads this"), ["Who reads 48", "not: Cabinet Committee"])])


def test_who_reads_what_was_just_answered_is_said(world: World) -> None:
    hold(world, [(STRANGER, presses("No change"), "Stored"), (STRANGER, says("who reads this"), "Who reads 60")])


def test_nothing_wanted_is_said(world: World) -> None:
    hold(world, [(ADMIN, says("who reads this"), "Nothing is wanted")])


def test_the_help_names_what_can_be_said(world: World) -> None:
    hold(world, [(LEAD, says("help"), ["history 52", "who reads this", "I am away until", "remind me on Friday"])])
