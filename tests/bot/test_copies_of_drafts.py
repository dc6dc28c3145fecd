"""Every copy of a draft follows it, and says when it goes: also while everything is paused."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, SendState
from remembrancer.services.sending import set_pilot
from tests.dialog import ADMIN, LEAD, SECRETARY, World, fills_in, hold, presses, says, sees_again, waits_until

BOARD = "#asch-cabinet-committee"
NAME = "Adult Social Care and Health Cabinet Committee"
CARD = "digest for Adult Social Care"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-13 13:00")


def cards(world: World) -> list[str]:
    """Every card of the digest that the secretary has, as it shows now."""
    return [post.message.text for post in world.posts(SECRETARY) if CARD in post.message.text]


def labels(world: World) -> Sequence[str]:
    return [button.label for button in world.buttons(SECRETARY)]


def test_what_is_done_to_a_draft_is_answered_in_short_and_the_card_changes(world: World) -> None:
    seen = len(world.posts(SECRETARY))
    hold(
        world,
        [
            (SECRETARY, presses("Covering note"), "Covering note"),
            (SECRETARY, fills_in(note="Two are awaited."), ["The note is saved", "not: 0 of 17"]),
            (SECRETARY, presses("Leave an item out"), "Why?"),
            (SECRETARY, fills_in(item="52", reason="Being checked."), ["Left out", "not: 0 of 16"]),
            (SECRETARY, presses("Hold"), ["Held", "not: 0 of 16"]),
        ],
    )
    assert len(world.posts(SECRETARY)) == seen + 3
    [card] = cards(world)
    assert all(text in card for text in ("⏸ Held", "Two are awaited.", "Being checked.", "**0 of 16**"))


@pytest.mark.both_databases
def test_every_copy_of_a_draft_follows_it_until_it_is_posted(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("digests"), [CARD, "**0 of 17**"]),
            (SECRETARY, says("digests"), [CARD, "**0 of 17**"]),
            (LEAD, presses("No change"), "Stored"),
        ],
    )
    assert len(cards(world)) == 3
    assert all("**1 of 17**" in card for card in cards(world))
    hold(world, [(SECRETARY, presses("Hold"), "Held")])
    assert all("⏸ Held" in card for card in cards(world))
    hold(world, [(SECRETARY, presses("Let it go"), "it posts on time"), (SECRETARY, presses("Post now"), "Posted")])
    assert all("✓ Posted to" in card for card in cards(world))
    assert not {"Hold", "Let it go", "Post now"} & set(labels(world))


def test_an_item_put_back_of_a_posted_digest_takes_the_button_off_every_card(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, presses("Leave an item out"), "Why?"),
            (SECRETARY, fills_in(item="52", reason="Being checked."), "Left out"),
            (SECRETARY, presses("Post now"), "Posted"),
            (SECRETARY, says("digests"), "✓ Posted to"),
            (SECRETARY, presses("Put 52 back"), "Put back"),
        ],
    )
    assert "Put 52 back" not in labels(world)


def test_a_copy_is_a_reply_that_no_pilot_and_no_pause_holds_back(world: World) -> None:
    with Session(world.engine) as session:
        set_pilot(session, [world.person_id(LEAD)], world.clock.now(), None)
        session.commit()
    hold(
        world,
        [
            (ADMIN, says("pause"), "paused"),
            (SECRETARY, says("digests"), [CARD, "While the pilot runs boards are told nothing: once everything is"]),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, sees_again(), ["**1 of 17**", "not: **0 of 17**"]),
        ],
    )
    with Session(world.engine) as session:
        copies = select(OutgoingMessage).where(
            OutgoingMessage.kind == "reply", col(OutgoingMessage.digest_id).is_not(None)
        )
        assert [(row.state, row.immediate) for row in session.exec(copies)] == [(SendState.SENT, True)]


def test_while_everything_is_paused_a_draft_says_that_it_waits_for_the_resume(world: World) -> None:
    paused = "everything has been paused since Friday 13 September 2019, 13:00"
    hold(
        world,
        [
            (ADMIN, says("pause"), "paused"),
            (SECRETARY, sees_again(), [paused, f"It goes to {NAME} when an admin resumes, and not before"]),
            (SECRETARY, presses("Post now"), ["Everything is paused", "not before"]),
            (SECRETARY, waits_until("2019-09-13 18:00"), []),
            (SECRETARY, says("digests"), [paused, "at least 4 working hours", "not: next look"]),
            (SECRETARY, presses("Hold"), "Held"),
            (SECRETARY, presses("Let it go"), "it goes when an admin resumes, and not before"),
            (ADMIN, waits_until("2019-09-16 10:00"), []),
            (ADMIN, says("resume"), "Resum"),
            (ADMIN, presses("Resume now"), "resumed"),
            (SECRETARY, sees_again(), ["Monday 16 September 2019, 14:00 unless you hold it", f"not: {paused}"]),
        ],
    )  # fmt: skip
    assert world.chat.posts(BOARD) == []


def test_a_draft_that_waits_for_an_admins_act_to_settle_says_until_when(world: World) -> None:
    world.wait_until("2019-09-13 16:55")
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", "Quarter 2"), "Close now"),
            (ADMIN, presses("Do it"), "is closed"),
            (SECRETARY, sees_again(), f"can undo that until 17:05. Then it goes to {NAME}."),
            (SECRETARY, waits_until("2019-09-13 17:05"), []),
            (SECRETARY, sees_again(), "✓ Posted to"),
        ],
    )
