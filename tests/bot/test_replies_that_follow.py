"""Cards that are in the conversation already go on showing what is so: nothing on them can be done that is done."""

import pytest
from sqlalchemy import Engine

from tests.dialog import (
    ADMIN,
    LEAD,
    SECRETARY,
    World,
    fills_in,
    hold,
    presses,
    says,
    sees_again,
    waits_until,
)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-03 10:00")


def card(world: World, who: str, words: str) -> tuple[str, list[str]]:
    """The oldest card with these words, as it shows now: its text and its buttons' labels."""
    post = next(post for post in world.posts(who) if words in post.message.text)
    return post.message.text, [button.label for part in post.message.parts for button in part.buttons]


def test_every_copy_of_an_answer_shows_that_it_is_accepted(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("see 52"), "Version 1"),
            (SECRETARY, says("see 52"), "Version 1"),
            (SECRETARY, presses("Accept"), "52 is accepted."),
        ],
    )
    text, labels = card(world, SECRETARY, "Version 1")
    assert "; accepted." in text
    assert labels == ["Send back", "Withdraw or suspend"]
    hold(world, [(LEAD, presses("Change answer"), "52"), (LEAD, fills_in(progress_description="All new."), "Stored")])
    text, labels = card(world, SECRETARY, "Version 2")
    assert "All new." in text
    assert "Accept" in labels
    hold(world, [(SECRETARY, waits_until("2019-09-20 17:00"), "52")])
    assert card(world, SECRETARY, "Version 2")[1] == []


@pytest.mark.parametrize(
    ("standing", "shows"),
    [("withdrawn", "Withdrawn: No more."), ("suspended", "Reporting suspended, awaiting notice of restart: No more.")],
)
def test_what_was_stored_says_what_became_of_it(world: World, standing: str, shows: str) -> None:
    hold(world, [(LEAD, presses("No change"), "You can change it until"), (SECRETARY, says("status"), "52")])
    hold(world, [(SECRETARY, presses("Withdraw or suspend", "52"), "52")])
    hold(world, [(SECRETARY, fills_in(standing=standing, reason="No more.", review_on="2019-09-12"), "52")])
    text, labels = card(world, LEAD, "thank you. Stored")
    assert shows in text
    assert "You can change it" not in text
    assert labels == []
    hold(world, [(SECRETARY, presses("Report on it again"), "again")])
    text, labels = card(world, LEAD, "thank you. Stored")
    assert "You can change it until" in text
    assert labels == ["Change answer"]


@pytest.mark.both_databases
def test_what_was_stored_follows_the_lock_a_return_and_a_later_answer(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Friday 20 September 2019, 17:00"),
            (SECRETARY, says("see 52"), "52"),
            (SECRETARY, presses("Send back"), "52"),
            (SECRETARY, fills_in(reason="Since when?"), "is sent back"),
        ],
    )
    assert "Sent back: Since when?" in card(world, LEAD, "thank you. Stored")[0]
    hold(world, [(SECRETARY, says("answer 52"), "52"), (SECRETARY, fills_in(progress_description="Now."), "Stored")])
    assert "It has been changed since; now: ● Yes" in card(world, LEAD, "thank you. Stored")[0]
    hold(world, [(LEAD, waits_until("2019-09-20 17:00"), "")])
    text, labels = card(world, LEAD, "thank you. Stored")
    assert "The window has locked" in text
    assert labels == []


@pytest.mark.parametrize(
    ("ends", "shows"), [("Send this answer", "✓ Sent."), ("Throw away", "Thrown away. Nothing of this was sent.")]
)
def test_a_draft_that_was_read_back_says_what_became_of_it(world: World, ends: str, shows: str) -> None:
    hold(
        world,
        [
            (LEAD, says("The contracts were signed on Monday."), "**How does it stand?**"),
            (LEAD, says("on track"), "Nothing is sent until you confirm"),
        ],
    )
    assert "Send this answer" in card(world, LEAD, "Nothing is sent until you confirm")[1]
    hold(world, [(LEAD, presses(ends), "52")])
    for post in [post for post in world.posts(LEAD) if "This is what was understood" in post.message.text]:
        assert shows in post.message.text
        assert "until you confirm" not in post.message.text
        assert [button for part in post.message.parts for button in part.buttons] == []


def test_a_draft_of_an_item_that_is_withdrawn_offers_nothing(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track"), "until you confirm"),
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="withdrawn", reason="No more."), "is withdrawn"),
        ],
    )
    text, labels = card(world, LEAD, "This is what was understood")
    assert "Nothing of this was sent: withdrawn." in text
    assert labels == []


@pytest.mark.parametrize("answers", [False, True])
def test_a_claim_that_is_decided_or_void_offers_nothing(world: World, answers: bool) -> None:
    hold(
        world,
        [
            (LEAD, presses("Not mine"), "Whose"),
            (LEAD, fills_in(post="unknown"), "thank you"),
            (SECRETARY, sees_again(), ["says that this is not theirs", "Nothing changes until you decide."]),
        ],
    )
    assert len(card(world, SECRETARY, "says that this is not theirs")[1]) == 2
    if answers:
        hold(world, [(LEAD, presses("No change"), "Stored")])
    else:
        hold(
            world,
            [
                (SECRETARY, presses("It stays with Head of Voluntary Sector Commissioning"), "stays"),
                (SECRETARY, fills_in(reason="It is theirs."), "52 stays"),
            ],
        )
    text, labels = card(world, SECRETARY, "says that this is not theirs")
    assert ("nothing to decide any more" if answers else "✓ Decided: 52 is with") in text
    assert "until you decide" not in text
    assert labels == []


def test_a_preview_that_was_done_and_an_undo_that_is_over_offer_nothing(world: World) -> None:
    for _ in range(2):
        hold(world, [(ADMIN, says("windows"), "open"), (ADMIN, presses("Extend", "Quarter 2"), "By how much?")])
        hold(world, [(ADMIN, fills_in(by="5"), "It will be open until Friday 20 September 2019")])
    hold(world, [(ADMIN, presses("Do it"), "is extended.")])
    for post in [post for post in world.posts(ADMIN) if "It will be open until" in post.message.text]:
        assert "✓ Done." in post.message.text
        assert [button for part in post.message.parts for button in part.buttons] == []
    assert "Undo" in card(world, ADMIN, "Done: Quarter 2")[1]
    hold(world, [(ADMIN, waits_until("2019-09-03 10:11"), "")])
    text, labels = card(world, ADMIN, "Done: Quarter 2")
    assert "It can be undone until" not in text
    assert "Undo" not in labels
    assert "Extend" in labels


def test_a_preview_of_a_window_that_changed_meanwhile_says_so(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", "Quarter 2"), "Close now: Quarter 2"),
            (ADMIN, waits_until("2019-09-13 17:00"), ""),
        ],
    )
    text, labels = card(world, ADMIN, "Close now: Quarter 2")
    assert "Not done, and not possible any more." in text
    assert labels == []


def test_a_reply_that_is_as_it_was_is_not_sent_anew(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("help"), "my"),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("see 52"), "52"),
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", "Quarter 2"), "Close now"),
            (LEAD, says("answer 52"), "52"),
        ],
    )
    world.look()
    shown = ("Stored", "Version 1", "Close now: Quarter 2")
    posts = [post for who in (LEAD, SECRETARY, ADMIN) for post in world.posts(who)]
    followed = [post for post in posts if any(words in post.message.text for words in shown)]
    assert len(followed) == len(shown)
    assert all(post.updated_at is None for post in followed)


@pytest.mark.both_databases
def test_only_the_newest_reading_of_a_draft_can_be_sent(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, survey closed"), "Nothing is sent until you confirm"),
            (LEAD, says("go live 31 March 2020"), "Nothing is sent until you confirm"),
        ],
    )
    older, newer = [post.message for post in world.posts(LEAD) if "This is what was understood" in post.message.text]
    assert "A newer one is below." in older.text
    assert not [button for part in older.parts for button in part.buttons]
    assert "Send this answer" in [button.label for part in newer.parts for button in part.buttons]


def test_only_the_newest_preview_of_a_change_can_be_done(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 20 september"), "Friday 20 September"),
            (ADMIN, says("make that the 19th"), "Thursday 19 September"),
        ],
    )
    assert [button.label for button in world.buttons(ADMIN)].count("Do it") == 1
    hold(world, [(ADMIN, presses("Do it"), "It closes on Thursday 19 September")])
