"""What is taken for a phrase, and that all that could be an answer still is one."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.bot.conversation.phrases import PHRASES
from remembrancer.bot.language.dates import parse_day
from remembrancer.bot.language.leave_periods import parse_period
from remembrancer.bot.language.normalise import plain
from tests.dialog import LEAD, SECRETARY, World, hold, presses, says
from tests.profiles import thoroughness

FRIDAY = date(2019, 9, 6)


def act_of(text: str) -> str | None:
    """The name of the act that a text is taken for; None where it is an answer."""
    return next((act.__name__ for pattern, act in PHRASES if pattern.fullmatch(plain(text))), None)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Later", "text_later"),
        ("later today, please.", "text_later"),
        ("remind me later", "text_later"),
        ("later 52", "text_later"),
        ("Tomorrow", "text_day"),
        ("tomorrow 52", "text_day"),
        ("remind me tomorrow about #52", "text_day"),
        ("remind me on Friday", "text_day"),
        ("Remind me 12 September", "text_day"),
        ("remind me on the 12th", "text_day"),
        ("remind me in a while", "text_unreadable_day"),
        ("away", "text_away"),
        ("I am away until 12 September", "text_away"),
        ("I’m on leave next week", "text_away"),
        ("away 3 Sept to 12 Sept", "text_away"),
        ("out of office until Monday.", "text_away"),
        ("I am away until further notice", "text_away"),
        ("I am away until the cows come home", "text_away"),
        ("I am back", "text_back"),
        ("back", "text_back"),
        ("my delegate is Ellen Sweeting", "text_delegate"),
        ("ask Ellen instead while I am away", "text_delegate"),
        ("ask ellen.sweeting@example.org while I'm away", "text_delegate"),
        ("What have I said before?", "text_history"),
        ("history 52", "text_history"),
        ("I am away on 12 September", "text_away"),
        ("I'm off on Friday", "text_away"),
        ("who reads this?", "text_readers"),
        ("Who reads it", "text_readers"),
        ("who reads 52", "text_readers"),
    ],
)
def test_a_phrase_is_understood(text: str, act: str) -> None:
    assert act_of(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "away day went well, on track",
        "tomorrow we sign the contract",
        "later than planned, amber",
        "on leave cover is in place, on track",
        "back on track",
        "I am away until Monday, but on track",
        "History of delay: amber",
        "52 tomorrow we sign",
        "Remind me: the tender closes on Friday, green",
        "ask the board instead",
        "on track\ntomorrow",
        "not now, amber",
        "green",
        "late",
        "ok, on track",
        "thanks to the new team, on track",
        "great progress, on track",
        "I am away until Monday and on track",
    ],
)
def test_an_answer_is_no_phrase(text: str) -> None:
    assert act_of(text) is None


PHRASE = st.sampled_from(
    ["later", "tomorrow", "away", "I am away until 12 September", "I am back", "history", "who reads this", "not now"]
)
CLAUSE = st.sampled_from(["on track", "amber: capacity", "we sign the contract", "the tender is out", "green"])


@thoroughness(2)
@given(PHRASE, CLAUSE, st.sampled_from([", ", ". ", " - ", "; ", "\n", " and "]), st.booleans())
def test_a_phrase_with_an_answer_beside_it_is_an_answer(phrase: str, clause: str, join: str, before: bool) -> None:
    parts = (phrase, clause) if before else (clause, phrase)
    assert act_of(join.join(parts)) is None


WORDS = st.sampled_from(
    [
        "tomorrow",
        "later",
        "today",
        "away",
        "leave",
        "until",
        "remind",
        "delegate",
        "history",
        "back",
        "contract",
        "signed",
        "board",
        "on",
        "track",
        "amber",
        "go",
        "live",
        "slipped",
        "March",
        "12",
        "September",
        "capacity",
        "the",
        "is",
        "we",
    ]
)


@thoroughness(3)
@given(st.lists(WORDS, min_size=1, max_size=12), st.sampled_from(["on track", "amber", "go live", "we"]))
def test_what_speaks_of_how_it_stands_is_an_answer(words: list[str], said: str) -> None:
    """However many of a phrase's words are in it, as long as it does not begin with 'remind me'."""
    assert act_of(f"{' '.join(words)}, {said}") is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("until 12 September", ("2019-09-06", "2019-09-12")),
        ("3 Sept to 12 Sept", ("2019-09-03", "2019-09-12")),
        ("from 3 Sept until 12 Sept", ("2019-09-03", "2019-09-12")),
        ("3-12 Sept", ("2019-09-03", "2019-09-12")),
        ("Monday to Wednesday", ("2019-09-09", "2019-09-11")),
        ("23 Dec to 3 Jan", ("2019-12-23", "2020-01-03")),
        ("next week", ("2019-09-09", "2019-09-13")),
        ("this week", ("2019-09-06", "2019-09-06")),
        ("tomorrow", ("2019-09-07", "2019-09-07")),
        ("until Friday", ("2019-09-06", "2019-09-06")),
        ("until the 3rd", ("2019-09-06", "2019-10-03")),
        ("until 12/09/2019", ("2019-09-06", "2019-09-12")),
        ("until 12 September 2020", ("2019-09-06", "2020-09-12")),
    ],
)
def test_a_leave_is_read_from_words(text: str, period: tuple[str, str]) -> None:
    found = parse_period(text, FRIDAY)
    assert found is not None
    assert (found[0].isoformat(), found[1].isoformat()) == period


@pytest.mark.parametrize("text", ["", "until soon", "for a week", "from Monday", "until 3 Sept", "12 Sept to 31 Foo"])
def test_a_leave_that_is_not_plain_is_not_guessed(text: str) -> None:
    """Nor is a year of leave taken from a date that has just passed."""
    assert parse_period(text, FRIDAY) is None


@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(0, 150), st.integers(0, 100))
def test_a_leave_said_in_full_is_read_as_it_was_said(today: date, ahead: int, long: int) -> None:
    first = date.fromordinal(today.toordinal() + ahead)
    last = date.fromordinal(first.toordinal() + long)
    said = f"{first.day} {first:%B} {first.year} to {last.day} {last:%B} {last.year}"
    assert parse_period(said, today) == (first, last)
    assert parse_period(f"{first} until {last}", today) == (first, last)


@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(0, 300))
def test_a_day_without_its_year_is_the_next(today: date, ahead: int) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    assert parse_day(f"{day.day} {day:%B}", today, today) == day


@pytest.mark.both_databases
def test_who_asks_what_is_wanted_is_shown_it_and_who_is_polite_is_answered_so(engine: Engine) -> None:
    hold(
        World(engine, until="2019-08-30 09:00"),
        [
            (LEAD, says("What do you want from me?"), "52 – Review"),
            (LEAD, says("what do I need to do"), "52 – Review"),
            (LEAD, says("thanks!"), "Answers still wanted from you: 1"),
            (LEAD, presses("No change"), "Stored"),
            (LEAD, says("ok"), "Thank you. Nothing is wanted from you now"),
            (LEAD, says("Hello"), "Hello. Nothing is wanted"),
            (SECRETARY, says("chase now"), "1 of 17 received"),
            (SECRETARY, says("who is missing?"), "Awaiting an answer"),
            (SECRETARY, presses("Chase now", "48"), "is asked now"),
        ],
    )


def test_a_slip_of_the_pen_is_found(engine: Engine) -> None:
    hold(
        World(engine),
        [
            (LEAD, says("tomorow"), "Did you mean 'tomorrow'?"),
            (LEAD, says("histroy"), "Did you mean 'history'?"),
            (LEAD, says("stauts"), "Did you mean 'status'?"),
        ],
    )


def test_no_phrase_takes_long_to_refuse() -> None:
    assert act_of("remind me " + "a " * 5000) is None
    assert all(re.fullmatch(pattern, "away " + "to " * 35 + "!") is None for pattern, _ in PHRASES)
