"""Commands of more than a word: putting off, handing on, one window, one board; and slips of the pen in them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.core.name_lookup import find_windows
from remembrancer.models import Absence, Return, Snooze, Window
from tests.conftest import Edit
from tests.dialog import (
    ADMIN,
    LEAD,
    SECRETARY,
    STRANGER,
    Act,
    World,
    fills_in,
    hold,
    london,
    presses,
    replies,
    says,
    waits_until,
)

TWO_ITEMS = "helen.marsh"  # she is asked for 48 while Ellen Sweeting is on leave, and for 54, her own
QUARTER = "Quarter 2 2019/20"
BOARD = "Adult Social Care and Health Cabinet Committee"


@pytest.fixture
def world(engine: Engine) -> World:
    """A Wednesday, with the window open."""
    return World(engine, until="2019-09-04 10:00")


def put_off(world: World, who: str = LEAD) -> list[str]:
    """Until when the person's items are put off, by London's clocks."""
    with Session(world.engine) as session:
        query = select(Snooze.until).where(Snooze.person_id == world.person_id(who)).order_by(col(Snooze.return_id))
        return [f"{until.astimezone(london('2019-09-04').tzinfo):%Y-%m-%d %H:%M}" for until in session.exec(query)]


def absences(world: World, who: str = LEAD) -> list[tuple[date, date, int | None]]:
    with Session(world.engine) as session:
        found = session.exec(select(Absence).where(Absence.person_id == world.person_id(who)))
        return [(each.first_day, each.last_day, each.delegate_id) for each in found]


def chosen(world: World, who: str = LEAD) -> dict[str, object]:
    return {field.key: field.value for field in world.forms[who].fields}


def changes(**fields: str) -> Act:
    """A choice in the form that changes what is asked."""

    def act(world: World, who: str) -> list[str]:
        form = world.forms[who]
        return world.incoming(who, "change", action=form.action, value=form.value, fields=fields)

    return act


# Putting off


def test_snooze_asks_until_when_as_the_button_does(world: World) -> None:
    asked = ["52: remind me later", "When should we remind you?"]
    hold(
        world,
        [
            *((LEAD, says(words), asked) for words in ("snooze", "/snooze", "snooze all", "Snooze 52")),
            (LEAD, fills_in(when="tomorrow"), "52: you will be reminded on Thursday 5 September 2019, 09:00"),
        ],
    )


DAYS = (
    ("snooze until Friday", "2019-09-06 09:00"),
    ("snooze 52 tomorrow", "2019-09-05 09:00"),
    ("snooze #52 until 12 September", "2019-09-12 09:00"),
    ("snooze 12 September", "2019-09-12 09:00"),
    ("snooze to the 10th, please", "2019-09-10 09:00"),
    ("snooze until 2019-09-09", "2019-09-09 09:00"),
    ("snooze until later today", "2019-09-04 13:00"),
    ("snooze 52 today", "2019-09-04 13:00"),
)


def test_snooze_with_a_day_puts_off_at_once(world: World) -> None:
    for words, until in DAYS:
        hold(world, [(LEAD, says(words), "52: you will be reminded on")])
        assert put_off(world) == [until], words


@pytest.mark.both_databases
def test_snooze_asks_once_for_all_that_is_wanted_and_each_is_put_off(world: World) -> None:
    hold(
        world,
        [
            (TWO_ITEMS, says("snooze"), ["2 items: remind me later", "all of these: 48, 54"]),
            (TWO_ITEMS, changes(when="another"), ["all of these: 48, 54", "Remind me on"]),
            (TWO_ITEMS, fills_in(), "Choose a day from tomorrow on."),
            (TWO_ITEMS, fills_in(until="2019-09-20"), "Choose a day before the window closes"),
            (TWO_ITEMS, fills_in(until="2019-09-09"), "48, 54: you will be reminded on Monday 9 September 2019, 09:00"),
        ],
    )
    assert put_off(world, TWO_ITEMS) == ["2019-09-09 09:00"] * 2


def test_snooze_of_one_item_or_in_the_thread_leaves_the_others(world: World) -> None:
    hold(world, [(TWO_ITEMS, says("snooze 54 until Friday"), ["54: you will be reminded", "not: 48"])])
    assert put_off(world, TWO_ITEMS) == ["2019-09-06 09:00"]


def test_snooze_in_a_thread_is_of_what_the_thread_is_about(world: World) -> None:
    hold(world, [(LEAD, replies("snooze"), "52: remind me later")])


def test_of_a_form_for_several_what_was_answered_meanwhile_is_said_and_the_rest_put_off(world: World) -> None:
    hold(world, [(TWO_ITEMS, says("snooze"), "2 items")])
    form = world.forms[TWO_ITEMS]
    hold(world, [(TWO_ITEMS, presses("No change", "54"), "Stored")])
    world.forms[TWO_ITEMS] = form
    hold(
        world,
        [(TWO_ITEMS, fills_in(when="tomorrow"), ["48: you will be reminded", "54: This is answered already"])],
    )


def test_a_form_for_several_does_nothing_to_anybody_elses_items(world: World) -> None:
    hold(world, [(TWO_ITEMS, says("snooze"), "2 items")])
    form = world.forms[TWO_ITEMS]
    [shown] = world.incoming(LEAD, "submit", action=form.action, value=form.value, fields={"when": "tomorrow"})
    assert "There is nothing here for you to do" in shown
    assert put_off(world) == put_off(world, TWO_ITEMS) == []


def test_snooze_says_what_it_cannot_read_or_cannot_do(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("snooze until the cows come home"), "When? Write 'later today'"),
            (LEAD, says("snooze 99"), "There is no 99 for you to answer now"),
            (ADMIN, says("snooze"), "Nothing is wanted from you"),
            (LEAD, says("snooze until 20 September"), "Choose a day before the window closes"),
            (LEAD, says("Snooze feature is delivered and live, on track"), "This is what was understood"),
        ],
    )
    assert put_off(world) == []


# Who is asked instead


def test_delegate_until_a_day_shows_the_leave_from_today_to_be_confirmed(world: World) -> None:
    tom = world.person_id("tom.ashdown")
    hold(world, [(LEAD, says("delegate Tom Ashdown until 12 September"), ["You are away", "not: Nobody here"])])
    assert chosen(world) == {"first_day": "2019-09-04", "last_day": "2019-09-12", "person": str(tom)}
    assert absences(world) == []
    hold(
        world,
        [(LEAD, fills_in(), ["You are away from today to Thursday 12 September 2019", "Tom Ashdown"])],
    )
    assert absences(world) == [(date(2019, 9, 4), date(2019, 9, 12), tom)]


NOT_PLAIN = (
    ("delegate to @Tom Ashdown", "not: Nobody", ""),
    ("delegate tom.ashdown@example.org till Friday", "not: Nobody", "2019-09-06"),
    ("delegate Tom from 4 to 7 September", "not: Nobody", "2019-09-07"),
    ("delegate", "not: Nobody", ""),
    ("delegate Zebedee until Friday", "Nobody here is called 'Zebedee'; choose from the list.", "2019-09-06"),
    ("delegate Tom until further notice", "Give the last day away too", ""),
    ("delegate Ruth until Friday", "You cannot be asked instead of yourself", "2019-09-06"),
    ("delegate Ellen Sweeting until Friday", "Ellen Sweeting is away on all of these days too", "2019-09-06"),
)


def test_delegate_asks_for_what_is_not_plain(world: World) -> None:
    for words, shows, last in NOT_PLAIN:
        hold(world, [(LEAD, says(words), ["First day away", shows])])
        assert (chosen(world)["first_day"], chosen(world)["last_day"]) == ("2019-09-04", last), words


def test_delegate_without_a_day_is_for_the_leave_that_somebody_is_on(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away until 12 September"), "Nobody is named"),
            (LEAD, says("delegate Tom Ashdown"), ["to Thursday 12 September 2019", "Tom Ashdown"]),
        ],
    )
    assert absences(world) == [(date(2019, 9, 4), date(2019, 9, 12), world.person_id("tom.ashdown"))]


def test_delegate_with_an_item_hands_on_that_one(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("delegate 52 Tom Ashdown"), "52: Tom Ashdown is asked now."),
            ("tom.ashdown", says("my"), ["52 – Review", "46 – "]),
            (LEAD, says("delegate 52"), "not: Nobody here"),
            (LEAD, says("delegate 52 to Zebedee"), "Nobody here is called 'Zebedee'"),
            (LEAD, says("delegate 52 to Ellen Sweeting"), "on leave"),
            (STRANGER, says("delegate 52 Tom Ashdown"), "There is no 52 for you to answer now"),
        ],
    )
    assert absences(world) == []


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("away until 12 September", date(2019, 9, 4), date(2019, 9, 12)),
        ("away from 5 to 7 September", date(2019, 9, 5), date(2019, 9, 7)),
    ],
)
def test_away_is_kept_at_once_and_alone_it_asks(world: World, words: str, first: date, last: date) -> None:
    hold(world, [(LEAD, says("away"), "First day away"), (LEAD, says(words), "Nobody is named to be asked instead")])
    assert absences(world) == [(first, last, None)]


# One window


@pytest.mark.both_databases
def test_status_and_missing_are_of_the_window_that_is_named(world: World) -> None:
    names = ("q2", "2019-20-Q2", "quarter 2", QUARTER, "for q2")
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            *((SECRETARY, says(f"status {name}"), [QUARTER, "1 of 17 received", "52 – Review"]) for name in names),
            *((SECRETARY, says(f"missing {name}"), [QUARTER, "53 – ", "not: 52 – Review"]) for name in names),
        ],
    )


def test_status_is_of_a_window_that_is_over_too_and_shows_only_what_they_may_see(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("status q1"), ["Quarter 1 2019/20", "53 – ", "not: Quarter 2"]),
            (LEAD, says("status q2"), ["52 – Review", "not: 53 – "]),
        ],
    )


def test_an_unknown_window_is_told_with_those_there_are(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("status q9"), f"No window is called 'q9'; there are Quarter 1 2019/20, {QUARTER}."),
            (SECRETARY, says("missing *q9*"), r"No window is called '\*q9\*'"),
            (
                SECRETARY,
                says("status q3"),
                "Quarter 3 2019/20 is not open yet: it opens on Friday 29 November 2019, 09:00.",
            ),
            (LEAD, says("status is unlikely, the supplier has left"), "This is what was understood"),
            (LEAD, says("missing two key staff since Monday"), "This is what was understood"),
        ],
    )


DONE_BY_WORDS = (
    ("window close q2", f"Close now: {QUARTER}"),
    ("window extend q2", "By how much?"),
    ("window extend", "By how much?"),
    ("window move q2", "It now closes"),
    ("window open q3", "Open now: Quarter 3 2019/20"),
    ("window reopen q1", "Reopen Quarter 1 2019/20"),
    ("windows close quarter 2", f"Close now: {QUARTER}"),
    ("window close q3", "Quarter 3 2019/20 is not open yet: it opens on Friday 29 November 2019, 09:00."),
    ("extend quarter 3 by 2 days", "Quarter 3 2019/20 is not open yet"),
    ("window reopen q2", f"{QUARTER} is open by now, so that cannot be done"),
    ("window close q9", "No window is called 'q9'; there are Quarter 1"),
    ("window q9", "No window is called 'q9'; there are Quarter 1"),
    ("window undo q2", f"Nothing was done to {QUARTER} that could be undone"),
)


def test_window_does_what_the_button_does(world: World) -> None:
    hold(world, [(ADMIN, says(words), shows) for words, shows in DONE_BY_WORDS])


def test_window_with_a_name_shows_that_one_with_its_buttons(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("window q2"), [f"{QUARTER}** – open", "not: Quarter 1", "not: Quarter 3"]),
            (ADMIN, presses("Close now"), f"Close now: {QUARTER}"),
            (ADMIN, says("window"), ["Quarter 1", QUARTER, "Quarter 3"]),
            (ADMIN, says("window open"), ["Quarter 3 2019/20** – scheduled", "Quarter 4", f"not: {QUARTER}"]),
        ],
    )


def test_a_window_is_closed_and_undone_by_words_and_a_button(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("window close q2"), "Close now"),
            (ADMIN, presses("Do it"), f"{QUARTER} is closed."),
            (ADMIN, says("window undo q2"), QUARTER),
        ],
    )
    with Session(world.engine) as session:
        assert session.exec(select(Window).where(Window.key == "2019-20-q2")).one().state == "open"


def test_windows_are_an_admins_whatever_is_typed(world: World) -> None:
    refused = "Only an admin can do that with windows. Write 'status' to see how yours stand."
    for words in ("window", "window q2", "window close q2", "window open", "window q9"):
        hold(world, [(STRANGER, says(words), refused), (SECRETARY, says(words), refused)])


def test_words_about_other_windows_are_an_answer(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("window frames are in, on track"), "Window frames are in"),
            (LEAD, says("window close to completion, on track"), "This is what was understood"),
        ],
    )
    with Session(world.engine) as session:
        assert {row.state for row in session.exec(select(Return).join(Window).where(Window.state == "open"))} == {
            "awaiting"
        }


# One board


@pytest.fixture
def two_boards(engine: Engine, folder: Path, edit: Edit) -> World:
    """Two boards of one secretary hear the programme, as their drafts wait for her."""
    edit(
        "organisation.yaml",
        "boards: [asch_cabinet_committee]",
        "boards: [asch_cabinet_committee, adults_members_meeting]",
    )
    return World(engine, folder, until="2019-09-13 13:00")


def test_digest_shows_the_board_that_is_named(two_boards: World) -> None:
    members = "Adults Cabinet Members Meeting"
    hold(
        two_boards,
        [
            (SECRETARY, says("digest"), [f"digest for {BOARD}", f"digest for {members}"]),
            (SECRETARY, says("digest asch-cabinet-committee"), [f"digest for {BOARD}", f"not: digest for {members}"]),
            (SECRETARY, says("digest of social care"), [f"digest for {BOARD}", f"not: digest for {members}"]),
            (SECRETARY, says(f"digest {members}"), [f"digest for {members}", f"not: digest for {BOARD}"]),
            (SECRETARY, says("digest #adults-members"), f"digest for {members}"),
            (SECRETARY, says("digest cabinet"), f"'cabinet' may be any of these: {BOARD}, {members}."),
            (SECRETARY, says("digest parish"), f"'parish'. Write 'digest' alone, or with one of these: {BOARD}"),
        ],
    )


def test_digest_shows_the_last_that_was_posted_and_says_where_there_is_none(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("digest asch"), f"No digest of {BOARD} waits for you, and it was told none yet."),
            (SECRETARY, waits_until("2019-09-13 17:00"), []),
            (
                SECRETARY,
                says("digest asch"),
                "Posted to Adult Social Care and Health Cabinet Committee on Friday 13 September 2019, 17:00",
            ),
            (LEAD, says("digest asch"), "No digest waits for you"),
            (LEAD, says("digest of responses is drafted and with legal, on track"), "This is what was understood"),
        ],
    )


# Slips of the pen


SLIPS = (
    (LEAD, "snoze", "snooze"),
    (LEAD, "snoze 52", "snooze 52"),
    (LEAD, "snoooze until Friday", "snooze until Friday"),
    (LEAD, "deleagte", "delegate"),
    (LEAD, "delegat Tom Ashdown", "delegate Tom Ashdown"),
    (SECRETARY, "statsu q2", "status q2"),
    (SECRETARY, "mising q2", "missing q2"),
    (SECRETARY, "digset asch", "digest asch"),
    (ADMIN, "widnow close q2", "window close q2"),
    (ADMIN, "windw", "window"),
)


def test_a_slip_of_the_pen_is_asked_about(world: World) -> None:
    hold(world, [(who, says(words), f"Did you mean '{meant}'?") for who, words, meant in SLIPS])
    assert put_off(world) == []


OTHER_WORDS = (
    "statutes reviewed and signed, on track",
    "delegates met on Tuesday, on track",
    "mission statement is agreed by all",
    "widow payments reviewed, on track",
    "digests went to all the boards",
)


def test_words_that_are_like_a_command_and_name_nothing_are_an_answer(world: World) -> None:
    answer = ["This is what was understood", "not: Did you mean"]
    hold(world, [(LEAD, says(words), answer) for words in OTHER_WORDS])


# What a window is called

KEYS = st.from_regex(r"20[12]\d-[12]\d-q[1-4]", fullmatch=True)


def quarter(key: str) -> Window:
    day, title = london("2019-09-01"), f"Quarter {key[-1]} {key[:4]}/{key[5:7]}"
    return Window(programme_id=1, key=key, title=title, year=2019, opens_at=day, closes_at=day, late_until=day)


@given(st.lists(KEYS, min_size=1, unique=True), st.data())
def test_a_window_is_found_by_its_key_alone_and_by_its_last_part(keys: list[str], data: st.DataObject) -> None:
    windows = [quarter(key) for key in keys]
    one = data.draw(st.sampled_from(windows))
    assert find_windows(windows, one.key.upper()) == [one]
    assert find_windows(windows, one.title) == [one]
    assert find_windows(windows, one.key[-2:]) == [each for each in windows if each.key.endswith(one.key[-2:])]
    assert find_windows(windows, "") == find_windows(windows, "quarter 9") == []
