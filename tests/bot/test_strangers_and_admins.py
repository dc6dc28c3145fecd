"""What strangers learn (nothing), and what admins do with windows."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Digest, Window
from tests.dialog import ADMIN, LEAD, SECRETARY, STRANGER, World, fills_in, hold, presses, says, sees_again, waits_until


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def test_a_stranger_is_told_the_same_of_what_is_there_and_of_what_is_not(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "Answer"]
    theirs = [
        world.incoming(STRANGER, "press", action=a, value=button.value) for a in ("answer", "see", "return", "accept")
    ]
    nothing = world.incoming(STRANGER, "press", action="answer", value="999999")
    assert all(shown == nothing for shown in theirs)
    assert "52" not in nothing[0]


def test_a_stranger_cannot_answer_by_words_or_by_a_made_up_form(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "Answer"]
    world.incoming(STRANGER, "submit", action="answer", value=button.value, fields={"delivery": "on_track"})
    hold(world, [(STRANGER, says("52 on track"), ["not: Voluntary"])])
    assert world.answers("52") is None


@pytest.mark.parametrize("value", ["", "x", "-1", "1; drop table", "99999999999999999999"])
def test_a_made_up_button_is_refused_in_words(world: World, value: str) -> None:
    shown = world.incoming(LEAD, "press", action="answer", value=value)
    assert shown[0].startswith("There is nothing here for you to do")


def test_an_admin_sees_names_and_states_and_no_answers(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (ADMIN, says("status"), ["1 of 17 received", "52 – ", "not: on track"]),
            (ADMIN, says("see 52"), "There is no 52 for you to see now."),
        ],
    )


def test_a_window_that_is_moved_asks_again_with_the_new_date_and_chases_by_it(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), ["Quarter 2 2019/20** – open", "Quarter 3 2019/20** – scheduled"]),
            (ADMIN, presses("Move", "Quarter 2"), "It now closes on Friday 13 September 2019, 17:00"),
            (ADMIN, fills_in(closes="soon"), "Write the day and the time, such as"),
            (ADMIN, fills_in(closes="2019-08-01 17:00"), "That moment has passed"),
            (ADMIN, fills_in(closes="2019-09-20 17:00"), ["Move: Quarter 2", "From 09:10", "Not sent any more"]),
            (ADMIN, presses("Do it"), "Quarter 2 2019/20 is moved. It closes on Friday 20 September"),
            (LEAD, sees_again(), ["not: 20 September"]),
            (
                LEAD,
                waits_until("2019-08-30 09:10"),
                "The dates of this window have changed (the close was on Friday",
            ),
            (LEAD, sees_again(), "by Friday 20 September 2019, 17:00"),
            (LEAD, waits_until("2019-09-13 18:00"), ["A reminder", "not: closed"]),
            (LEAD, waits_until("2019-09-20 09:00"), "The window closes on Friday 20 September 2019, 17:00"),
        ],
    )


def test_a_window_that_is_closed_early_posts_its_digest_and_locks_by_the_new_close(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", "Quarter 2"), "- Fri 30 Aug 2019 13:10: the digest of the close"),
            (ADMIN, presses("Do it"), "Quarter 2 2019/20 is closed. Nothing goes out before 09:10"),
            (SECRETARY, waits_until("2019-08-30 13:09"), "**0 of 17** activities gave an update"),
            (ADMIN, waits_until("2019-08-30 13:10"), ""),
            (ADMIN, says("windows"), "late answers until Friday 6 September 2019, 17:00"),
        ],
    )
    [digest] = world.chat.posts("#asch-cabinet-committee")
    assert "**0 of 17** activities gave an update" in digest.message.text


def test_a_reopened_window_asks_again_and_tells_the_board_again(world: World) -> None:
    world.wait_until("2019-09-20 17:00")
    hold(
        world,
        [
            (ADMIN, says("windows"), "locked"),
            (ADMIN, presses("Reopen", "Quarter 2"), "It closed on Friday 13 September 2019, 17:00"),
            (ADMIN, fills_in(closes="2019-09-27 17:00"), "It will be open until Friday 27 September 2019, 17:00"),
            (ADMIN, presses("Do it"), "Quarter 2 2019/20 is reopened."),
            (LEAD, waits_until("2019-09-23 09:00"), "The dates of this window have changed"),
            (LEAD, sees_again(), "by Friday 27 September 2019, 17:00"),
            (LEAD, presses("No change"), "Stored"),
            (LEAD, waits_until("2019-10-04 17:00"), []),
        ],
    )
    with Session(world.engine) as session:
        kinds = [digest.kind for digest in session.exec(select(Digest).order_by(col(Digest.id))) if digest.text]
    assert [kind for kind in kinds if kind != "progress"] == ["close", "lock", "close", "lock"]


@pytest.mark.both_databases
def test_two_admins_cannot_both_close_a_window_and_the_second_is_told(world: World) -> None:
    hold(world, [(ADMIN, says("windows"), "open"), (ADMIN, presses("Close now"), "Close now: Quarter 2 2019/20")])
    [button] = [b for b in world.buttons(ADMIN) if b.label == "Do it"]
    world.incoming(ADMIN, "press", action=button.action, value=button.value)
    [shown] = world.incoming(ADMIN, "press", action=button.action, value=button.value)
    assert "You closed Quarter 2 2019/20 just now. It is closed" in shown
    assert "Quarter 2 2019/20 is closed by now, so that cannot be done." in shown


def test_a_scheduled_window_can_be_opened_early(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), "scheduled"),
            (ADMIN, presses("Open now", "Quarter 3"), "Open now: Quarter 3 2019/20"),
            (ADMIN, presses("Do it"), "Quarter 3 2019/20 is opened."),
            (LEAD, waits_until("2019-08-30 09:10"), "Quarter 3 2019/20"),
        ],
    )


@pytest.mark.both_databases
def test_every_act_leaves_an_audit_event(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("see 52"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="Which tender?"), "sent back"),
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now"), "closed"),
            (ADMIN, presses("Do it"), "closed"),
        ],
    )
    with Session(world.engine) as session:
        events = [
            (event.act, event.subject, event.person_id)
            for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))
        ]
    assert events[-4:] == [
        ("opened", "window 2019-20-q2", None),
        ("answered", "return 2019-20-q2 52", world.person_id(LEAD)),
        ("returned", "return 2019-20-q2 52", world.person_id(SECRETARY)),
        ("closed", "window 2019-20-q2", world.person_id(ADMIN)),
    ]


@pytest.mark.both_databases
def test_a_failure_of_ours_is_raised_so_that_it_is_tried_again_and_what_was_typed_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("a bug")

    hold(world, [(LEAD, presses("Answer"), "Will the activity")])
    monkeypatch.setattr("remembrancer.bot.returns.answer.store_answer", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        hold(world, [(LEAD, fills_in(progress_description="Long and careful words."), "")])
    monkeypatch.undo()
    hold(world, [(LEAD, says("answer 52"), "draft that was kept")])
    assert (
        next(f.value for f in world.forms[LEAD].fields if f.key == "progress_description") == "Long and careful words."
    )


@pytest.mark.both_databases
def test_a_window_keeps_its_set_of_returns_when_items_come_later(world: World) -> None:
    with Session(world.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
        assert window.state == "open"
    hold(world, [(SECRETARY, says("missing"), "0 of 17 received")])
