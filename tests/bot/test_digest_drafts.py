"""The secretary looks before the board does: drafts, holding, notes, items left out, and corrections."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Digest
from tests.conftest import Edit
from tests.dialog import (
    ADMIN,
    LEAD,
    LONDON,
    MANAGER,
    SECRETARY,
    World,
    fills_in,
    hold,
    london,
    presses,
    says,
    sees_again,
    waits_until,
)

BOARD = "#asch-cabinet-committee"
NAME = "Adult Social Care and Health Cabinet Committee"
DRAFT = "digest for Adult Social Care and Health Cabinet Committee"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def told(world: World) -> list[tuple[str, str]]:
    """What the board's channel was sent: when (London) and what."""
    return [
        (f"{post.posted_at.astimezone(LONDON):%Y-%m-%d %H:%M}", post.message.text) for post in world.chat.posts(BOARD)
    ]


@pytest.mark.both_databases
def test_a_digest_is_a_draft_to_the_secretary_four_working_hours_before_it_posts(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, waits_until("2019-09-13 12:59"), "not: This is a draft"),
            (
                SECRETARY,
                waits_until("2019-09-13 13:00"),
                [DRAFT, f"It goes to {NAME} on Friday 13 September 2019, 17:00 unless you hold it", "**0 of 17**"],
            ),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, sees_again(), "**1 of 17**"),
            (SECRETARY, waits_until("2019-09-13 17:00"), []),
            (SECRETARY, sees_again(), f"Posted to {NAME} on Friday 13 September 2019, 17:00"),
        ],
    )
    [(when, text)] = told(world)
    assert when == "2019-09-13 17:00"
    assert "**1 of 17** activities gave an update" in text


def test_a_digest_that_is_posted_stands_in_the_parts_of_its_draft_so_that_no_piece_of_the_card_is_left_over(
    world: World,
) -> None:
    world.wait_until("2019-09-13 13:00")
    draft = [part.text for part in world.posts(SECRETARY)[-1].message.parts]
    world.wait_until("2019-09-13 17:00")
    posted = [part.text for part in world.posts(SECRETARY)[-1].message.parts]
    assert (len(posted), posted[2:]) == (len(draft), draft[2:])
    assert posted[1:] == [part.text for part in world.chat.posts(BOARD)[-1].message.parts]


def test_a_held_digest_waits_for_its_secretary_and_is_mentioned_each_morning(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Hold"), ["Held:", "not: 0 of 17"]),
            (SECRETARY, sees_again(), "⏸ Held. The board is told nothing until you let it go"),
            (SECRETARY, waits_until("2019-09-16 08:59"), []),
        ],
    )
    assert told(world) == []
    hold(
        world,
        [
            (SECRETARY, waits_until("2019-09-16 09:00"), "is still held, and the board has been told nothing"),
            (SECRETARY, says("digests"), "⏸ Held."),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, presses("Let it go"), "it posts on time, or within a minute or so"),
        ],
    )
    [(when, text)] = told(world)
    assert when == "2019-09-16 09:00"
    assert "**1 of 17**" in text


def test_a_digest_may_be_posted_before_its_time_and_says_how_things_stand(world: World) -> None:
    world.wait_until("2019-09-13 14:00")
    hold(world, [(SECRETARY, presses("Post now"), "Posted:"), (SECRETARY, sees_again(), "✓ Posted to")])
    [(when, text)] = told(world)
    assert when == "2019-09-13 14:00"
    assert "As things stand on Friday 13 September 2019, 14:00; the window closes on Friday 13 September" in text
    hold(world, [(LEAD, presses("No change"), "Stored"), (SECRETARY, waits_until("2019-09-16 16:00"), DRAFT)])
    world.wait_until("2019-09-17 16:00")
    assert len(told(world)) == 2
    assert "**52** Review of Voluntary" in told(world)[1][1]


def test_a_covering_note_stands_at_the_top_and_cannot_format(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Covering note"), "Covering note"),
            (SECRETARY, fills_in(note="Two are **awaited** from the NHS."), "The note is saved"),
            (SECRETARY, sees_again(), "awaited"),
            (SECRETARY, waits_until("2019-09-13 17:00"), []),
        ],
    )
    [(_, text)] = told(world)
    assert "**From the secretary:** Two are \\*\\*awaited\\*\\* from the NHS." in text
    assert text.index("From the secretary") < text.index("0 of 17")


@pytest.mark.both_databases
def test_an_item_left_out_is_out_of_every_figure_and_the_digest_says_why(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Leave an item out"), "Why? The board reads this."),
            (SECRETARY, fills_in(item="52"), "Say why; the board reads it."),
            (SECRETARY, fills_in(item="99", reason="x"), "Choose an item."),
            (
                SECRETARY,
                fills_in(item="52", reason="It names a contractor."),
                "Left out, and the digest says why",
            ),
            (SECRETARY, sees_again(), "**0 of 16**"),
            (SECRETARY, waits_until("2019-09-13 17:00"), []),
        ],
    )
    [(_, text)] = told(world)
    assert "**0 of 16** activities gave an update" in text
    assert "## Left out of this digest" in text
    assert "**52** Review of Voluntary and Community Sector Grants across the Council: It names a contractor." in text
    assert "The figures are of the other 16 activities." in text
    assert "on track: 1" not in text


def test_what_is_left_out_stays_out_until_it_is_put_back_and_then_an_addendum_names_it(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Leave an item out"), "Why?"),
            (SECRETARY, fills_in(item="52", reason="Being checked."), "Left out"),
            (SECRETARY, waits_until("2019-09-16 09:00"), []),
            (LEAD, presses("No change"), "Stored"),
            ("tom.ashdown", presses("No change"), "Stored"),
            (SECRETARY, sees_again(), ["Addendum of Monday 16", "**46** Supporting Local Care", "**1 of 16**"]),
            (SECRETARY, presses("Put 52 back"), "Put back"),
            (SECRETARY, sees_again(), "**2 of 17**"),
            (SECRETARY, waits_until("2019-09-16 16:00"), []),
        ],
    )
    assert (
        "**52** Review of Voluntary and Community Sector Grants across the Council: ● Yes, it is on track"
        in told(world)[1][1]
    )


@pytest.mark.both_databases
def test_a_correction_after_posting_is_an_addendum_that_names_what_changed(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored"), (LEAD, waits_until("2019-09-13 17:00"), [])])
    hold(
        world,
        [
            (SECRETARY, says("answer 52"), "Will the activity"),
            (SECRETARY, fills_in(delivery="remedial_action", issues=["capacity"], progress_description="Corrected.",
             issue_detail="Two posts are vacant.", issue_impact="Three months.", mitigating_actions="none"), "Stored"),
            (SECRETARY, sees_again(), ["This is a draft", "16 September 2019, 16:00", "Worse (1)", "on track → ▲"]),
            (SECRETARY, waits_until("2019-09-16 16:00"), []),
        ],
    )  # fmt: skip
    assert [when for when, _ in told(world)] == ["2019-09-13 17:00", "2019-09-16 16:00"]
    assert "● Yes, it is on track → ▲ It requires remedial action" in told(world)[1][1]


def test_an_addendum_with_nothing_left_to_tell_is_not_posted(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, sees_again(), ", late"),
            (SECRETARY, says("see 52"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="Once more, please."), "sent back"),
            (SECRETARY, sees_again(), "Nothing has changed any more since the board was last told"),
        ],
    )
    world.wait_until("2019-09-16 17:00")
    assert len(told(world)) == 1


def test_after_an_outage_the_secretary_still_looks_first(engine: Engine) -> None:
    world = World(engine, until="2019-08-30 09:00")
    world.clock.set(london("2019-09-15 03:00"))
    world.look()
    hold(
        world,
        [
            (SECRETARY, waits_until("2019-09-16 09:00"), "unless you hold it"),
            (SECRETARY, waits_until("2019-09-16 12:59"), []),
        ],
    )
    assert told(world) == []
    world.clock.set(london("2019-09-16 13:00"))
    world.look()
    assert [when for when, _ in told(world)] == ["2019-09-16 13:00"]


def test_after_an_outage_past_the_lock_the_board_is_told_once_and_everything(world: World) -> None:
    world.clock.set(london("2019-09-23 10:00"))
    world.look()
    world.clock.set(london("2019-09-23 14:00"))
    world.look()
    [(_, text)] = told(world)
    assert "**No update received (" in text
    with Session(world.engine) as session:
        states = session.exec(
            select(Digest.kind, Digest.state).where(col(Digest.board_id).is_not(None)).order_by(col(Digest.id))
        )
        assert [tuple(map(str, row)) for row in states] == [("close", "superseded"), ("lock", "posted")]


def test_a_window_that_is_moved_takes_its_draft_back(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    with Session(world.engine) as session:
        from remembrancer.models import Window
        from remembrancer.services.windows import move_window

        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
        move_window(session, window, window.opens_at, london("2019-09-20 17:00"), world.clock.now(), None)
        session.commit()
    world.look()
    hold(
        world,
        [
            (SECRETARY, sees_again(), ["Not posted: the window has new dates", "not: Post now"]),
            (SECRETARY, waits_until("2019-09-20 13:00"), "Friday 20 September 2019, 17:00 unless you hold it"),
        ],
    )
    world.wait_until("2019-09-20 17:00")
    assert [when for when, _ in told(world)] == ["2019-09-20 17:00"]


def test_only_the_boards_own_secretary_may_touch_a_draft(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    button = next(b for b in world.buttons(SECRETARY) if b.label == "Hold")
    for who in (LEAD, MANAGER, ADMIN):
        for action in ("digest_hold", "digest_post", "digest_note", "digest_leave_out", "digest_put_back"):
            shown = world.incoming(who, "press", action=action, value=button.value)
            assert shown[0].startswith("There is nothing here for you to do"), (who, action)
    hold(world, [(ADMIN, says("digests"), "No digest waits for you")])


def test_a_button_of_a_draft_that_is_posted_already_says_so(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    button = next(b for b in world.buttons(SECRETARY) if b.label == "Hold")
    world.wait_until("2019-09-13 17:00")
    shown = world.incoming(SECRETARY, "press", action="digest_hold", value=button.value)
    assert shown[0].startswith("That digest is posted.")
    assert len(told(world)) == 1


def test_a_programme_without_drafts_posts_at_the_close(engine: Engine, folder: Path, edit: Edit) -> None:
    (folder / "programmes").mkdir()
    shipped = Path("programmes/strategic-delivery-plan.yaml").read_text(encoding="utf-8")
    own = shipped.replace('addendum_hour: "16:00"', 'addendum_hour: "16:00"\n  draft_working_hours: 0')
    (folder / "programmes" / "strategic-delivery-plan.yaml").write_text(own, encoding="utf-8")
    world = World(engine, folder)
    hold(world, [(SECRETARY, waits_until("2019-09-13 17:00"), "not: This is a draft")])
    assert [when for when, _ in told(world)] == ["2019-09-13 17:00"]


def test_an_item_left_out_of_a_posted_digest_is_put_back_by_an_addendum(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Leave an item out"), "Why?"),
            (SECRETARY, fills_in(item="52", reason="Being checked."), "Left out"),
            (SECRETARY, waits_until("2019-09-13 17:00"), []),
            (SECRETARY, says("digests"), ["Posted to", "Left out of this digest"]),
            (SECRETARY, presses("Put 52 back"), "Put back"),
            (SECRETARY, sees_again(), ["Addendum", "**Counted again (1)**"]),
            (SECRETARY, waits_until("2019-09-16 16:00"), ""),
        ],
    )
    assert "**0 of 16**" in told(world)[0][1]
    assert (
        "**52** Review of Voluntary and Community Sector Grants across the Council: no answer yet" in told(world)[1][1]
    )


def test_after_a_pause_the_secretary_still_has_her_hours(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("pause"), "paused"),
            (SECRETARY, waits_until("2019-09-16 10:00"), []),
            (ADMIN, says("resume"), "Resum"),
            (ADMIN, presses("Resume now"), "resumed"),
            (SECRETARY, sees_again(), "This is a draft"),
        ],
    )
    assert told(world) == []
    world.clock.set(london("2019-09-16 14:00"))
    world.look()
    assert [when for when, _ in told(world)] == ["2019-09-16 14:00"]


def test_in_a_pilot_a_board_is_told_nothing_and_afterwards_everything(world: World) -> None:
    joanna = str(world.person_id(SECRETARY))
    hold(
        world,
        [
            (ADMIN, says("pilot"), "Sending"),
            (ADMIN, presses("Begin a pilot"), "Who is messaged?"),
            (ADMIN, fills_in(pilot=[joanna]), "A pilot has begun"),
            (SECRETARY, waits_until("2019-09-13 13:00"), "While the pilot runs boards are told nothing"),
            (SECRETARY, waits_until("2019-09-13 17:00"), ""),
            (SECRETARY, sees_again(), "Kept, and not posted: while the pilot runs"),
            (ADMIN, says("pilot"), "Sending"),
            (ADMIN, presses("End the pilot"), "Ending the pilot"),
            (ADMIN, presses("End it now"), "The pilot is over"),
            (SECRETARY, waits_until("2019-09-20 17:00"), "digest for Adult Social Care"),
        ],
    )
    [(when, text)] = told(world)
    assert when == "2019-09-20 17:00"
    assert "**No update received (" in text
