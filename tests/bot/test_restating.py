"""A value of a locked window, given anew: what was told stays, comparisons use it, and everybody is told so."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Digest, DigestKind, ReturnVersion
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    World,
    fills_in,
    hold,
    presses,
    says,
    sees_again,
    waits_until,
)

BOARD = "#asch-cabinet-committee"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00", first=one_answer_and_the_lock)


def one_answer_and_the_lock(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-23 09:30")


RESTATES = [
    (SECRETARY, says("restate 52"), ["Which window's value", "Quarter 2 2019/20", "Quarter 1 2019/20"]),
    (SECRETARY, presses("Restate", "Quarter 2"), ["restate Quarter 2 2019/20", "Why is it restated?"]),
    (SECRETARY, fills_in(delivery="unlikely"), "Say why; the board reads it."),
    (
        SECRETARY,
        fills_in(delivery="unlikely", restated_reason="The audit found the date had passed."),
        "is restated for Quarter 2 2019/20",
    ),
]


@pytest.mark.both_databases
def test_what_was_told_stays_and_the_board_gets_an_addendum_that_the_secretary_sees_first(world: World) -> None:
    told = len(world.chat.posts(BOARD))
    with Session(world.engine) as session:
        frozen = session.exec(select(Digest.text, Digest.figures).order_by(col(Digest.id))).all()
    hold(
        world,
        [
            *RESTATES,
            (
                SECRETARY,
                sees_again(),
                [
                    "across the Council – The audit found the date had passed.",
                    "Delivery: ● Yes, it is on track → ■",
                ],
            ),
            (SECRETARY, waits_until("2019-09-23 16:00"), ""),
            (SECRETARY, says("digests"), ["Posted to Adult Social Care", "The audit found", "not: Restated since"]),
        ],
    )
    assert len(world.chat.posts(BOARD)) == told + 1
    assert "across the Council – The audit found the date had passed." in world.chat.posts(BOARD)[-1].message.text
    with Session(world.engine) as session:
        now = session.exec(select(Digest.text, Digest.figures).order_by(col(Digest.id))).all()
        assert now[: len(frozen)] == frozen
    world.wait_until("2019-09-25 17:00")
    assert len(world.chat.posts(BOARD)) == told + 1


def test_an_answer_that_says_the_same_in_other_words_is_no_change(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "Why is it restated?"),
            (
                SECRETARY,
                fills_in(delivery="unlikely", mitigating_actions="none", restated_reason="The date had passed."),
                "is restated",
            ),
            (SECRETARY, says("digests"), ["The date had passed.", "on track → ■", "not: none → none"]),
        ],
    )


def test_the_next_window_compares_with_the_restated_value_and_says_so(world: World) -> None:
    hold(world, RESTATES)
    world.wait_until("2019-11-29 09:00")
    hold(world, [(LEAD, sees_again(), "Last time: ■ No, it is unlikely to be achieved")])
    world.wait_until("2019-12-13 17:00")
    with Session(world.engine) as session:
        q3 = session.exec(select(Digest).where(Digest.kind == DigestKind.CLOSE).order_by(col(Digest.id).desc())).first()
    assert q3 is not None
    assert "Quarter 2 2019/20 has been restated since it was told" in q3.text
    assert q3.figures["delivery_previous"]["unlikely"] == 1
    assert q3.figures["delivery_previous"]["on_track"] == 0


def test_a_question_that_was_not_recorded_stays_so_and_untouched_answers_stay(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q1"), "restate Quarter 1 2019/20"),
            (SECRETARY, fills_in(delivery="remedial_action", restated_reason="A slip of the pen."), "is restated"),
        ],
    )
    with Session(world.engine) as session:
        first, second = session.exec(
            select(ReturnVersion)
            .where(ReturnVersion.return_id == _q1_return(session))
            .order_by(col(ReturnVersion.number))
        ).all()
    assert set(first.answers) == set(second.answers)
    assert {key for key in first.answers if first.answers[key] != second.answers[key]} == {"delivery"}


def _q1_return(session: Session) -> int:
    version = session.exec(select(ReturnVersion).where(col(ReturnVersion.restated_reason).is_not(None))).one()
    return version.return_id


def test_nothing_changed_is_nothing_restated(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
            (SECRETARY, fills_in(restated_reason="No reason."), "nothing was changed, so nothing is restated"),
        ],
    )


def test_what_was_typed_is_kept_for_the_next_try(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
            (SECRETARY, fills_in(progress_description="Long and careful words."), "Say why"),
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
        ],
    )
    form = world.forms[SECRETARY]
    assert next(f.value for f in form.fields if f.key == "progress_description") == "Long and careful words."


@pytest.mark.parametrize("who", [LEAD, MANAGER, ADMIN])
def test_only_the_secretary_restates(world: World, who: str) -> None:
    hold(world, [(who, says("restate 52"), "There is no locked window with an item 52 that you look after")])
    hold(world, [(SECRETARY, says("restate 52"), "Which window")])
    value = next(b.value for b in world.buttons(SECRETARY) if b.label == "Restate")
    assert world.incoming(who, "press", action="restate", value=value)[0].startswith("There is nothing here")


def test_a_window_that_boards_were_never_told_of_is_restated_without_a_word_to_them(world: World) -> None:
    told = len(world.chat.posts(BOARD))
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q1"), "restate Quarter 1 2019/20"),
            (SECRETARY, fills_in(delivery="unlikely", restated_reason="An audit."), "is restated"),
            (SECRETARY, waits_until("2019-09-27 17:00"), ""),
        ],
    )
    assert len(world.chat.posts(BOARD)) == told


def test_an_item_without_an_update_may_be_given_one_afterwards(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 53 2019-20-q2"), "restate Quarter 2 2019/20"),
            (SECRETARY, fills_in(delivery="on_track", restated_reason="It was mislaid."), "is restated"),
            (SECRETARY, sees_again(), [" – It was mislaid.", "Delivery: not given → ●"]),
        ],
    )


def test_a_second_restatement_is_told_without_the_first_again(world: World) -> None:
    hold(world, RESTATES)
    world.wait_until("2019-09-23 16:00")
    hold(
        world,
        [
            (SECRETARY, says("restate 53 2019-20-q2"), "restate Quarter 2 2019/20"),
            (SECRETARY, fills_in(delivery="on_track", restated_reason="It was mislaid."), "is restated"),
        ],
    )
    world.wait_until("2019-09-24 16:00")
    text = world.chat.posts(BOARD)[-1].message.text
    assert "It was mislaid." in text
    assert "The audit found" not in text


def test_restating_alone_asks_which_item_with_an_example(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate"), ["Which item?", "such as 'restate 45'", "'restate 45 2019-20-q2'"]),
            (LEAD, says("restate"), "No locked window has an item that you look after"),
        ],
    )


def test_what_is_promised_of_an_addendum_is_what_comes(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q1"), ["restate Quarter 1", "a board that was told of it"]),
            (
                SECRETARY,
                fills_in(delivery="unlikely", restated_reason="An audit."),
                ["No board was told of it in that window, so no addendum goes out.", "not: you see it first"],
            ),
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
            (
                SECRETARY,
                fills_in(delivery="unlikely", restated_reason="An audit."),
                "an addendum tells Adult Social Care and Health Cabinet Committee what was restated, and why; you see",
            ),
        ],
    )


def test_a_digest_that_is_still_held_has_the_restated_value_and_needs_no_addendum(engine: Engine) -> None:
    world = World(engine, until="2019-09-13 13:00")
    hold(world, [(SECRETARY, presses("Hold"), "Held"), (SECRETARY, waits_until("2019-09-23 09:30"), [])])
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
            (
                SECRETARY,
                fills_in(delivery="unlikely", restated_reason="An audit."),
                ["The draft that waits for Adult Social Care", "has the new value", "not: addendum"],
            ),
        ],
    )


def test_a_window_that_is_unknown_or_not_locked_is_called_so(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q9"), "No window is called '2019-20-q9'; there are Quarter 1 2019/20"),
            (SECRETARY, says("restate 52 2019-20-q3"), "Quarter 3 2019/20 is not open yet: it opens on"),
            (LEAD, says("restate 52 2019-20-q9"), "There is no locked window with an item 52 that you look after"),
        ],
    )
