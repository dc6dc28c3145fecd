"""'Got it, thanks', 'on it, will send tomorrow': what is said to be polite, or to promise an answer, is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.language.small_talk import match_small_talk
from remembrancer.models import Draft
from tests.dialog import LEAD, SECRETARY, World, hold, presses, replies, says
from tests.profiles import thoroughness

SMALL = [
    "Got it, thanks",
    "will look at it tomorrow",
    "on it, will send tomorrow",
    "I'm on it",
    "ok will look at it later",
    "on it",
    "ok thanks",
    "thanks, will do",
    "👍",
    "👍🏽 thanks",
    ":+1:",
    "Thanks for the reminder, I will have a look at it tomorrow morning",
    "Leave it with me",
    "Yes, will do",
    "I'll do it later this afternoon",
    "Noted. I’ll get back to you before the close.",
    "Ok\nThanks",
    "Cheers :)",
    "sorry, I will fill in the form on Monday first thing",
]
ANSWERS = [
    "on track, thanks",
    "Thanks. On track, contracts are signed",
    "thanks to the new team, on track",
    "ok, amber: capacity",
    "Noted by cabinet, on track",
    "We will have it by Friday",
    "It will be next week",
    "The review will finish in March",
    "Ok, the review will finish in March",
    "Will go live on 12 September",
    "Will write to them on Friday",
    "on it we sign",
    "good",
    "yes",
    "52%",
    "🟢",
    "▲",
    "?",
    "",
]


@pytest.mark.parametrize("text", SMALL)
def test_what_is_only_polite_or_a_promise_is_small_talk(text: str) -> None:
    assert match_small_talk(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_what_may_be_an_answer_is_no_small_talk(text: str) -> None:
    assert not match_small_talk(text)


JOIN = st.sampled_from([" ", ", ", ". ", "! ", "\n", " – ", " 👍 ", " and ", "; "])


@thoroughness(3)
@given(st.lists(st.tuples(st.sampled_from(SMALL), JOIN), min_size=1, max_size=4))
def test_strings_of_small_talk_are_small_talk(parts: list[tuple[str, str]]) -> None:
    assert match_small_talk("".join(text + join for text, join in parts[:-1]) + parts[-1][0])


REAL = st.sampled_from(["on track", "amber", "we signed the contract", "go live 31 March", "staff were hired", "red"])


@thoroughness(3)
@given(st.lists(st.sampled_from(SMALL), max_size=2), REAL, st.lists(st.sampled_from(SMALL), max_size=2), JOIN)
def test_an_answer_among_small_talk_is_still_one(before: list[str], real: str, after: list[str], join: str) -> None:
    assert not match_small_talk(join.join([*before, real, *after]))


def test_no_text_takes_long_to_be_refused() -> None:
    for part in ("will ", "ok ", "on it ", "the close ", ":a", "👍", "end of ", "leave with "):
        match_small_talk(part * 60 + "x")
        assert not match_small_talk(part * 400)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


@pytest.mark.parametrize("text", [*SMALL[:9], "52 will do", "52: thanks, will look at it tomorrow"])
def test_small_talk_is_answered_in_a_few_words_and_not_kept(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), ["Answers still wanted from you: 1", "not: How does it stand"])])
    with Session(world.engine) as session:
        assert list(session.exec(select(Draft))) == []


@pytest.mark.both_databases
def test_small_talk_is_not_added_to_a_draft(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("The contracts were signed on Monday."), "**How does it stand?**"),
            (LEAD, says("Got it, thanks"), "Nothing was sent yet: what was read back is not complete"),
            (LEAD, replies("on it, will send tomorrow"), "Nothing was sent yet"),
            (LEAD, says("on track, thanks"), ["contracts were signed", "not: anks"]),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "The contracts were signed on Monday."


def test_who_thanks_beside_an_answer_has_no_thanks_put_before_the_board(world: World) -> None:
    hold(
        world,
        [(LEAD, says("Hi, on track, contracts are signed. Many thanks 👍"), ["Contracts are signed", "not: anks"])],
    )


@pytest.mark.parametrize(
    "text", ["who reads 52", "who reads #52?", "who sees item 52", "who will read the answer to 52"]
)
def test_who_reads_an_item_is_said_by_its_ref(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), ["52", "Joanna Pell", "not: How does it stand"])])


def test_a_secretary_who_thanks_is_answered_so_too(world: World) -> None:
    hold(world, [(SECRETARY, says("great, thanks 👍"), "You are welcome")])
