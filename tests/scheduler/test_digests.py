"""Digests: to the secretary while a window is open, to the board at the close and the lock, and addenda between."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.models import Digest
from tests.dialog import LEAD, LONDON, SECRETARY, World, fills_in, hold, london, presses, says, sees_again, waits_until

pytestmark = pytest.mark.both_databases

BOARD = "#asch-cabinet-committee"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def posted(world: World) -> list[tuple[str, str]]:
    """What the board's channel was sent: when (London) and what."""
    return [
        (f"{post.posted_at.astimezone(LONDON):%Y-%m-%d %H:%M}", post.message.text) for post in world.chat.posts(BOARD)
    ]


def test_the_secretary_hears_who_is_in_and_who_is_missing(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (
                SECRETARY,
                waits_until("2019-09-06 10:00"),
                ["1 of 17 received", "Not yet received (16)", "**53** ", "Received (1)", "**52** "],
            ),
        ],
    )


def test_the_board_hears_at_the_close_and_not_before(world: World) -> None:
    world.wait_until("2019-09-13 16:59")
    assert posted(world) == []
    world.wait_until("2019-09-13 17:00")
    [(_, text)] = posted(world)
    assert "The window closed on Friday 13 September 2019, 17:00. **0 of 17**" in text
    assert "Adult Social Care and Health Cabinet Committee next meets on Friday 27 September 2019, 10:00" in text
    assert "**No update received (" in text
    assert "- **52** Review of Voluntary" in text


def test_late_answers_make_at_most_one_addendum_on_a_working_day(world: World) -> None:
    world.wait_until("2019-09-14 12:00")  # a Saturday
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (LEAD, waits_until("2019-09-16 15:59"), []),
            ("tom.ashdown", presses("No change"), "Stored"),
        ],
    )
    assert len(posted(world)) == 1
    world.wait_until("2019-09-17 15:00")
    assert len(posted(world)) == 2
    addendum = posted(world)[1][1]
    assert "Addendum of Monday 16 September 2019, 16:00. **2 of 17**" in addendum
    assert ": ● Yes, it is on track, late" in addendum
    assert "\n\nDelivery, then and now:\n\n- ● Yes, it is on track: 0 → 2" in addendum


def test_the_lock_tells_what_changed_since_and_who_never_answered(world: World) -> None:
    world.wait_until("2019-09-20 16:30")
    hold(world, [(LEAD, presses("No change"), "Stored"), (LEAD, waits_until("2019-09-20 17:00"), [])])
    text = posted(world)[-1][1]
    assert "The window locked on Friday 20 September 2019, 17:00. **1 of 17**" in text
    assert (
        "**52** Review of Voluntary and Community Sector Grants across the Council: ● Yes, it is on track, late" in text
    )
    assert "**No update received (" in text
    assert "**53** " in text


def test_an_answer_sent_back_after_the_close_is_told_as_such(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (LEAD, waits_until("2019-09-16 10:00"), []),
            (SECRETARY, says("see 52"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="Look again"), "sent back"),
            (LEAD, waits_until("2019-09-16 16:00"), []),
        ],
    )
    assert "**Sent back to the lead (1)**" in posted(world)[-1][1]


def test_a_digest_stays_as_it_was_told(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    with Session(world.engine) as session:
        before = session.exec(select(Digest.text, Digest.id).where(Digest.kind == "close")).one()
    hold(world, [(LEAD, presses("No change"), "Stored"), (LEAD, waits_until("2019-09-20 17:00"), [])])
    with Session(world.engine) as session:
        after = session.exec(select(Digest.text, Digest.id).where(Digest.kind == "close")).one()
    assert before == after


def test_after_an_outage_the_board_hears_once_in_working_hours(world: World) -> None:
    world.clock.set(london("2019-09-15 03:00"))  # nobody looked from the opening to a Sunday night
    world.look()
    assert posted(world) == []
    world.wait_until("2019-09-16 12:59")
    assert posted(world) == []
    world.wait_until("2019-09-16 13:00")
    assert [when for when, _ in posted(world)] == ["2019-09-16 13:00"]


def test_an_outage_over_the_lock_ends_with_the_digest_of_the_lock_and_no_addendum_in_its_place(world: World) -> None:
    world.wait_until("2019-09-20 09:00")
    button = world.button(LEAD, "No change")
    press = Incoming(world.person_id(LEAD), "press-1", "press", action=button.action, value=button.value)
    converse(world.engine, press, world.clock.now())  # and nobody looks for three days
    world.clock.set(london("2019-09-23 09:00"))
    world.look()
    world.wait_until("2019-09-25 12:00")
    with Session(world.engine) as session:
        of_board = select(Digest).where(col(Digest.board_id).is_not(None))
        digests = [(digest.kind, digest.state) for digest in session.exec(of_board.order_by(col(Digest.id)))]
    assert digests == [("close", "posted"), ("lock", "posted")]
    assert "No update received" in posted(world)[-1][1]


def test_after_an_outage_each_person_hears_what_is_right_now_and_once(world: World) -> None:
    world.clock.set(london("2019-09-12 11:00"))
    world.look()
    world.look()
    texts = [post.message.text for post in world.posts(LEAD)]
    assert len(texts) == 2
    assert "A reminder" in texts[1]


def test_words_that_people_wrote_cannot_format_or_break_a_digest(world: World) -> None:
    nasty = "<script>alert(1)</script> | [link](http://example.org) **bold** <!channel> @here\n# heading\n- item"
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (
                LEAD,
                fills_in(
                    delivery="unlikely",
                    progress_description=nasty,
                    issues=["capacity"],
                    issue_detail=nasty,
                    issue_impact=nasty,
                    mitigating_actions=nasty,
                ),
                "Stored",
            ),
            (LEAD, waits_until("2019-09-13 17:00"), []),
            (LEAD, sees_again(), "Answered"),
        ],
    )
    text = posted(world)[0][1]
    assert "\\<script\\>" in text
    assert "\\[link\\]" in text
    assert "\n# heading" not in text
    assert "\\*\\*bold\\*\\*" in text


def test_three_unchanged_quarters_are_flagged_to_the_secretary(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (LEAD, waits_until("2019-11-29 09:00"), "Quarter 3"),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, sees_again(), "not: times running"),
            (LEAD, waits_until("2020-02-28 09:00"), "Quarter 4"),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, sees_again(), "has said just the same 3 times running"),
            (SECRETARY, waits_until("2020-03-06 10:00"), "unchanged 3 times running"),
        ],
    )
