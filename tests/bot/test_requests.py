"""What is taken for a request, and that all that could be an answer still is one."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.bot.language.dates import parse_day
from remembrancer.bot.language.leave_periods import parse_period
from remembrancer.bot.language.reader import read
from remembrancer.bot.language.situation import AskedItem, Situation
from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE
from tests.dialog import ADMIN, LEAD, SECRETARY, World, hold, presses, says
from tests.intake.limits import HOSTILE_SECONDS
from tests.profiles import thoroughness

FRIDAY = date(2019, 9, 6)
PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]


def act_of(text: str) -> str | None:
    """The act that a text asks for and nothing else; None where it is an answer, or must be asked about."""
    found = read(text, Situation(FRIDAY, (AskedItem("52", "", PROGRAMME),)))
    return found.act.do if found.act and not found.ask and not found.items else None


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Later", "snooze"),
        ("later today, please.", "snooze"),
        ("remind me later", "snooze"),
        ("later 52", "snooze"),
        ("Tomorrow", "snooze"),
        ("tomorrow 52", "snooze"),
        ("remind me tomorrow about #52", "snooze"),
        ("remind me on Friday", "snooze"),
        ("Remind me 12 September", "snooze"),
        ("remind me on the 12th", "snooze"),
        ("remind me in a while", "snooze"),
        ("away", "absence"),
        ("I am away until 12 September", "absence"),
        ("I’m on leave next week", "absence"),
        ("away 3 Sept to 12 Sept", "absence"),
        ("out of office until Monday.", "absence"),
        ("I am away until further notice", "absence"),
        ("I am away until the cows come home", "absence"),
        ("I am back", "back"),
        ("back", "back"),
        ("my delegate is Ellen Sweeting", "name_delegate"),
        ("ask Ellen instead while I am away", "name_delegate"),
        ("ask ellen.sweeting@example.org while I'm away", "name_delegate"),
        ("What have I said before?", "history"),
        ("history 52", "history"),
        ("I am away on 12 September", "absence"),
        ("I'm off on Friday", "absence"),
        ("who reads this?", "who_reads"),
        ("Who reads it", "who_reads"),
        ("who reads 52", "who_reads"),
    ],
)
def test_a_request_is_understood(text: str, act: str) -> None:
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
def test_an_answer_is_no_request(text: str) -> None:
    assert act_of(text) is None


REQUEST = st.sampled_from(
    ["later", "tomorrow", "away", "I am away until 12 September", "I am back", "history", "who reads this", "not now"]
)
CLAUSE = st.sampled_from(["on track", "amber: capacity", "we sign the contract", "the tender is out", "green"])


@thoroughness(2)
@given(REQUEST, CLAUSE, st.sampled_from([", ", ". ", " - ", "; ", "\n", " and "]), st.booleans())
def test_a_request_with_an_answer_beside_it_is_not_taken_alone(text: str, clause: str, join: str, before: bool) -> None:
    parts = (text, clause) if before else (clause, text)
    assert act_of(join.join(parts)) is None


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


@pytest.mark.parametrize(
    "text",
    [
        "remind me " + "a " * 90,
        "away " + "to " * 60 + "!",
        "please " * 28,
        "ask " + "Ellen " * 30,
        "amber, " * 400,
        "- " * 3000,
    ],
)
def test_nothing_takes_long_to_read(text: str) -> None:
    """A pattern that tries every way to divide these words would be at it for years."""
    began = process_time()
    read(text, Situation(FRIDAY, (AskedItem("52", "", PROGRAMME),), role="admin"))
    assert process_time() - began < HOSTILE_SECONDS


@pytest.mark.both_databases
def test_what_is_asked_in_plain_words_is_done(engine: Engine) -> None:
    hold(
        World(engine, until="2019-08-30 09:00"),
        [
            (
                LEAD,
                says("can I have until Monday please"),
                ["closes on Friday 13 September 2019", "I cannot give more time"],
            ),
            (LEAD, says("why am I getting this?"), ["**52 – Review", "is led by the post", "leads the item"]),
            (LEAD, says("whats the deadline again"), "closes on Friday 13 September 2019, 17:00"),
            (LEAD, says("what counts as remedial action?"), "It requires remedial action"),
            (LEAD, says("who sees what I put here?"), "Who reads 52"),
            (
                LEAD,
                says("can you get this off Ellen Sweeting pls, she's got the numbers"),
                "Ellen Sweeting is asked now",
            ),
        ],
    )


def test_what_a_secretary_asks_in_plain_words_is_done(engine: Engine) -> None:
    hold(
        World(engine, until="2019-08-30 09:00"),
        [
            (LEAD, says("52 on track, all is well"), "Nothing is sent"),
            (LEAD, says("looks right, send"), "Stored"),
            (SECRETARY, says("send 52 back, the end date looks wrong"), ["52", "sent back"]),
            (LEAD, says("52 on track, end date checked"), "Nothing is sent"),
            (LEAD, says("yes"), "Stored"),
            (SECRETARY, says("52 is fine, accept it"), "accepted"),
            (SECRETARY, says("chase Helen"), "Helen Marsh is asked now for 48"),
            (SECRETARY, says("I can't accept 48 until the dates are fixed"), "nothing was done with it"),
            (SECRETARY, says("did you chase Helen?"), "nothing was done with it"),
        ],
    )


def test_what_an_admin_asks_in_plain_words_is_shown_before_it_is_done(engine: Engine) -> None:
    hold(
        World(engine, until="2019-08-30 09:00"),
        [
            (ADMIN, says("close q2"), "Close now: Quarter 2"),
            (ADMIN, says("don't close q2 yet"), "not: Close now"),
            (ADMIN, says("when does q2 close?"), "closes on Friday 13 September 2019"),
            (ADMIN, says("extend q2 until Friday 20 September"), "Quarter 2"),
            (ADMIN, says("pause everything"), "paused"),
            (ADMIN, says("start sending again"), "Resuming lets out what is right now"),
        ],
    )


def test_an_answer_after_storing_is_put_right_in_words(engine: Engine) -> None:
    hold(
        World(engine, until="2019-08-30 09:00"),
        [
            (LEAD, says("on track, all is well"), "Nothing is sent"),
            (
                LEAD,
                says("that's wrong, it should be amber"),
                "▲ It requires remedial action (was: ● Yes, it is on track)",
            ),
            (LEAD, says("actually green"), "● Yes, it is on track (was: ▲ It requires remedial action)"),
            (LEAD, says("no"), "nothing was done with it"),
            (LEAD, says("don't send it yet"), "Nothing was sent yet"),
            (LEAD, says("scrap that"), "thrown away"),
            (LEAD, says("on track, all is well"), "Nothing is sent"),
            (LEAD, says("not two, three"), "nothing was done with it"),
            (LEAD, says("send it"), ["Not sent yet", "not two, three", "not: Stored"]),
            (LEAD, says("ok send it"), ["Stored: ● Yes, it is on track", "**Progress:** All is well"]),
            (LEAD, says("actually amber"), "(was: ● Yes, it is on track)"),
            (LEAD, says("scrap that"), "thrown away"),
            (LEAD, says("change 52"), "Will the activity be delivered"),
            (LEAD, says("undo"), "Will the activity be delivered"),
        ],
    )


DAY_BEFORE = [("on track, two lots let", ["● Yes, it is on track", "Two lots let"])]
SAID_AFTER = [
    ("also the EQIA is done", "Two lots let. Also the EQIA is done"),
    ("the go live date is wrong", "nothing was done with it"),
    ("no that's wrong", "nothing was done with it"),
    ("remove two lots let", "nothing was done with it"),
    ("on second thoughts it's amber", "▲ It requires remedial action"),
    ("👍", "Nothing was sent yet"),
    ("thanks", "Nothing was sent yet"),
    ("send 52", "Stored"),
    ("scrap 52", "thrown away"),
    ("throw away", "thrown away"),
]


@pytest.mark.parametrize(("text", "shows"), SAID_AFTER)
def test_what_is_said_to_a_draft_does_what_it_says_or_is_asked_about(engine: Engine, text: str, shows: str) -> None:
    first = [(LEAD, says(said), shown) for said, shown in DAY_BEFORE]
    hold(World(engine, until="2019-08-30 09:00"), [*first, (LEAD, says(text), shows)])


KEPT = [
    ("on track, two lots let. We need more time on the third lot.", "We need more time on the third lot"),
    ("on track. Extension until 31 March. Two lots let.", "Extension until 31 March"),
    ("on track, consultation starts 1 October and ends 12 November", "ends 12 November"),
    ("on track, two lots let.\nThanks\nGo live is now 1 Feb 2020", "Go live 1 Feb 2020"),
    ("On 30 Aug 2019, at 08:31, Remembrancer wrote:\n> Please update\n\nOn track, two lots let", "Two lots let"),
    ("on track. Later this week. Two lots let", "Later this week"),
    ("on track, two lots let, send it", "**Progress:** Two lots let\n"),
    ("on track, two lots let. Thanks, Ruth", "**Progress:** Two lots let."),
]


@pytest.mark.parametrize(("text", "shows"), KEPT)
def test_an_account_is_kept_whole_and_no_part_of_it_is_taken_for_a_request(
    engine: Engine, text: str, shows: str
) -> None:
    hold(World(engine, until="2019-08-30 09:00"), [(LEAD, says(text), ["● Yes, it is on track", shows])])


ASKED = [
    "off sick today sorry",
    "ask Dave in procurement",
    "FW: Grants update\n\nFrom: Del Price\nSent: 1 September 2026 10:12\nTo: Ruth\nSubject: RE: lots\n\nOn track",
]


@pytest.mark.parametrize("text", ASKED)
def test_what_may_be_a_request_in_an_account_is_asked_about(engine: Engine, text: str) -> None:
    hold(World(engine, until="2019-08-30 09:00"), [(LEAD, says(text), "nothing was done with it")])


@pytest.mark.parametrize(
    "text", ["on track - please don't share with the committee yet", "on track. Ask Helen for the numbers."]
)
def test_beside_a_status_it_is_asked_about_alone(engine: Engine, text: str) -> None:
    shown = ["Yes, it is on track", "You also wrote this. It is in no answer"]
    hold(World(engine, until="2019-08-30 09:00"), [(LEAD, says(text), shown)])


def test_a_text_that_is_lacking_is_not_answered_by_words_about_something_else(engine: Engine) -> None:
    amber = "amber: capacity. Detail: none. The impact is small. Issues in detail: posts. Two lots let."
    hold(
        World(engine, until="2019-08-30 09:00"),
        [
            (LEAD, says(amber), "if there is nothing to say, write 'none'"),
            (LEAD, says("issues are governance only"), "not: **Mitigating actions or escalations:** Issues"),
            (LEAD, says("oh and the EQIA was signed off last week"), "not: escalations:** Oh and"),
            (LEAD, says("none"), "**Mitigating actions or escalations:** none"),
        ],
    )


def test_nothing_to_undo_is_said(engine: Engine) -> None:
    hold(World(engine, until="2019-08-30 09:00"), [(LEAD, says("undo"), "There is nothing of yours to take back")])


def test_a_number_alone_opens_its_form(engine: Engine) -> None:
    hold(World(engine, until="2019-08-30 09:00"), [(LEAD, says("52"), "Will the activity be delivered")])


@pytest.mark.parametrize("text", ["did you get it?", "Has my update gone through?", "was it sent", "am I done?"])
def test_whether_an_answer_came_in_is_shown_where_it_stands(engine: Engine, text: str) -> None:
    world = World(engine, until="2019-08-30 09:00")
    hold(
        world,
        [
            (LEAD, says("on track, contracts are signed"), "Nothing is sent until you confirm"),
            (LEAD, says(text), "A draft of your answer is kept; it has not been sent yet"),
            (LEAD, says("send it"), "Stored"),
            (LEAD, says(text), "Nothing is wanted from you now. Thank you. Stored from you: 52. 'history 52' shows"),
        ],
    )
