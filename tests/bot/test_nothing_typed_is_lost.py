"""Whatever a lead types stands in the answer: as how it stands, a date or a kind, or else in the progress."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.bot.language.reader import read
from remembrancer.bot.language.situation import AskedItem, Situation
from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE
from tests.dialog import LEAD, World, hold, presses, says
from tests.profiles import thoroughness

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
PLAIN = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"]
OURS = [
    "on track",
    "amber",
    "requires remedial action",
    "capacity",
    "corporate",
    "go live 31 March",
    "went live on 3 September",
    "new end date 30 June 2021",
    "because",
    "because of",
    "mitigating by",
    "the impact is",
    "in detail",
    "reported to",
    "the",
    "from",
    "to",
    "now",
    "thanks",
    "2 May",
]
JOINS = [" ", ", ", ". ", ": ", " - ", " and ", " but ", " as ", " since ", "\n", "; ", " after "]


@thoroughness(4)
@given(st.lists(st.tuples(st.sampled_from(PLAIN + OURS), st.sampled_from(JOINS)), max_size=10), st.booleans())
def test_every_word_that_is_nothing_else_is_kept(parts: list[tuple[str, str]], has_status: bool) -> None:
    text = "".join(f"{word}{join}" for word, join in [*([("amber", ", ")] if has_status else []), *parts])
    reading = read(text, Situation(date(2019, 9, 5), (AskedItem("52", "", PROGRAMME),)))
    kept = " ".join(f"{said.text} {' '.join(map(str, said.values.values()))}" for said in reading.items).lower()
    assert sorted(re.findall("|".join(PLAIN), kept)) == sorted(re.findall("|".join(PLAIN), text))


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-05 10:00")


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        (
            "52 requires remedial action because the contract slipped, two months late",
            "Requires remedial action because the contract slipped, two months late",
        ),
        ("amber as the contract slipped", "Amber as the contract slipped"),
        ("amber since the contract slipped", "Amber since the contract slipped"),
        ("amber: the contract slipped", "The contract slipped"),
        ("amber, the contract slipped", "The contract slipped"),
        ("amber - the contract slipped", "The contract slipped"),
        ("amber. Staff left because of the tender.", "Staff left because of the tender."),
        ("on track, mitigating by a second supplier", "Mitigating by a second supplier"),
    ],
)
def test_a_reason_is_kept_where_no_question_asks_for_it(world: World, text: str, progress: str) -> None:
    hold(world, [(LEAD, says(text), f"**Progress:** {progress}\n")])


def test_a_reason_stays_in_its_sentence_and_is_asked_for(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("amber. New end date 30 June 2022 because the contract slipped."),
                ["New end date 30 June 2022 because the contract slipped", "Reason for the new end date: an answer"],
            )
        ],
    )


def test_words_for_a_question_that_a_status_leaves_out_move_into_the_progress(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("We are mitigating by a second supplier"), "**How does it stand?**"),
            (LEAD, presses("● Yes, it is on track"), "a second supplier"),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert "a second supplier" in answers["progress_description"]


def test_a_sentence_with_a_date_is_read_back_whole_and_what_has_happened_is_in_the_past(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("52: on track. We went live on 3 September and staff are trained"),
                ["**Progress:** We went live on 3 September and staff are trained\n", "Go live 3 Sep 2019"],
            )
        ],
    )


@pytest.mark.both_databases
def test_a_label_said_again_replaces_what_was_said_before_and_shows_it(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("amber: the contract slipped, mitigating by a second supplier"), "a second supplier"),
            (LEAD, says("mitigating by more staff"), ["more staff", "was: a second supplier", "The contract slipped"]),
        ],
    )
