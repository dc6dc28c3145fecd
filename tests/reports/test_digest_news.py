"""What a chair reads in a minute: what is worse, what is better, which dates moved, what is missing; each told once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.reports.digests.news import first_sentences
from tests.dialog import LEAD, SECRETARY, World, fills_in, hold, presses, says

BOARD = "#asch-cabinet-committee"
RED = {
    "delivery": "unlikely",
    "issues": ["dependencies"],
    "progress_description": "The largest provider handed the contract back. We talk to others.\n- Mid Kent has a gap",
    "issue_detail": "The largest provider left.",
    "issue_impact": "A gap from November.",
    "mitigating_actions": "Talks with two others.",
    "milestones": {"approval_to_proceed": "2019-04-06", "key_decision": "2019-12-02"},
}


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-09 10:00", first=on_track)


def on_track(world: World) -> None:
    hold(world, [(LEAD, says("on track, contracts are signed"), "Nothing is sent"), (LEAD, says("send it"), "Stored")])


def channel(world: World) -> list[str]:
    """What stands in the channel itself of each post to the board, without its thread."""
    return [post.message.parts[0].text for post in world.chat.posts(BOARD)]


def turns_red(world: World) -> None:
    hold(world, [(LEAD, presses("Change answer"), "52"), (LEAD, fills_in(**RED), "Stored")])


def test_an_addendum_says_why_an_item_turned_red_and_which_date_moved(world: World) -> None:
    world.wait_until("2019-09-16 10:00")
    turns_red(world)
    world.wait_until("2019-09-17 17:00")
    told = channel(world)[-1]
    assert "**Worse (1)**" in told
    assert "● Yes, it is on track → ■ No, it is unlikely to be achieved, late" in told
    assert "“The largest provider handed the contract back. We talk to others. / Mid Kent has a gap”" in told
    assert "Issues: Dependencies." in told
    assert "Key Decision 3 Sep 2019 → 2 Dec 2019" in told
    in_thread = world.chat.posts(BOARD)[-1].message.text
    assert "**Issues in detail:** not given → The largest provider left." in in_thread


def test_what_an_addendum_told_is_not_told_again_at_the_lock(world: World) -> None:
    world.wait_until("2019-09-16 10:00")
    turns_red(world)
    world.wait_until("2019-09-23 10:00")
    _, addendum, lock = channel(world)
    assert "**Worse (1)**" in addendum
    assert "Nothing has changed." in lock
    assert "Worse" not in lock
    assert "**No update received (16)**" in lock


def test_an_item_that_was_red_before_and_is_so_still_is_named_as_such(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    close = channel(world)[0]
    assert "**On track: 1 of the 1 activities received; Remedial action: 0; Unlikely to be achieved: 0.**" in close
    assert "Worse" not in close
    assert "- and 58, 59, 60, 61" in close


def test_an_end_date_that_moved_earlier_is_told_though_all_is_on_track(world: World) -> None:
    hold(
        world,
        [
            ("priya.raman", says("on track, new end date 30 November 2020. The model is agreed."), "Nothing is sent"),
            ("priya.raman", says("send it"), "Stored"),
        ],
    )
    world.wait_until("2019-09-13 17:00")
    assert "End date 31 Mar 2021 → 30 Nov 2020 (earlier)" in channel(world)[0]


def test_sections_with_nothing_in_them_are_named_in_one_line(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    last = world.chat.posts(BOARD)[-1].message.parts[-1].text
    assert last.startswith("Nothing to tell under: Not on track; Type of activity not on track;")
    assert "## Not on track" not in world.chat.posts(BOARD)[-1].message.text


def test_percentages_of_what_is_not_all_in_say_of_how_many(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    assert "1 of 17 are received; percentages are of all 17." in world.chat.posts(BOARD)[-1].message.text


def test_a_board_has_one_name_on_its_draft(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    draft = next(post for post in world.posts(SECRETARY) if "This is a draft" in post.message.text)
    assert "It goes to Adult Social Care and Health Cabinet Committee on" in draft.message.text
    assert BOARD not in draft.message.text


@given(st.text(alphabet="ab .!?\n-", max_size=60), st.integers(5, 40))
def test_a_text_is_cut_between_words_and_told_to_go_on_where_it_does(text: str, most: int) -> None:
    told, is_cut = first_sentences(text, most)
    whole, _ = first_sentences(text, 10_000)
    assert whole.startswith(told)
    assert len(told) <= max(most, len(whole) if not is_cut else most)
    assert is_cut == (told != whole)
    longest = max((len(word) for word in whole.split(" ")), default=0)
    if is_cut and longest < most:
        assert whole[len(told)] == " "


def test_a_long_text_is_cut_at_the_end_of_a_sentence() -> None:
    text = "Two lots are let. The third is in dispute with the bidder. " + "It goes on and on. " * 20
    assert first_sentences(text, 60) == ("Two lots are let. The third is in dispute with the bidder.", True)
