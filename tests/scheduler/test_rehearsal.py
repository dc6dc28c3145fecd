"""Test sends: an admin is sent what somebody would get next, and nothing else comes of it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.models import AuditEvent, ForwardPlanItem, OutgoingMessage, Person, Prompt
from remembrancer.models.message import Button, Message
from remembrancer.scheduler.rehearsal import Rehearsed, rehearse
from tests.bot.test_papers import FORWARD
from tests.dialog import ADMIN, LEAD, LONDON, MANAGER, SECRETARY, World, hold, presses, says, sees_again
from tests.snapshots import take

RUTH, ASIF, TOM = (f"{name}@example.org" for name in (LEAD, ADMIN, "tom.ashdown"))
NOW = datetime(2019, 8, 28, 9, tzinfo=UTC)
OF_RUTH = "**A test: what Ruth Fairbrass would get on Friday 30 August 2019, 09:00**"


@pytest.fixture
def world(engine: Engine) -> World:
    """Half an hour before the window opens; nobody was messaged yet."""
    return World(engine)


def next_for(world: World, who: str) -> Rehearsed:
    with Session(world.engine) as session:
        person = session.exec(select(Person).where(Person.email == f"{who}@example.org")).one()
        found = rehearse(session, person, world.clock.now())
        session.commit()
    assert found is not None
    return found


def shown(message: Message) -> list[tuple[str, list[str]]]:
    """What is read, without answers, and without the ids in buttons: what was rehearsed is stored anew later."""
    return [
        (re.sub(r"(?<=Last time: )[^.\n]*", "(left out)", part.text), [button.label for button in part.buttons])
        for part in message.parts
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        (LEAD, ["opening", "half_way", "two_days_before"]),
        (MANAGER, ["manager_told"]),
    ],
)
def test_what_is_rehearsed_is_what_the_person_then_gets(world: World, who: str, kinds: list[str]) -> None:
    for kind in kinds:
        rehearsed = next_for(world, who)
        assert rehearsed.planned.kind == kind
        world.wait_until(f"{rehearsed.planned.at.astimezone(LONDON):%Y-%m-%d %H:%M}")
        assert shown(world.posts(who)[-1].message) == shown(rehearsed.content)


def test_papers_are_rehearsed_too(engine: Engine) -> None:
    world = World(engine, FORWARD, at="2021-04-20 10:00")
    rehearsed = next_for(world, LEAD)
    assert rehearsed.planned.kind == "papers"
    world.wait_until(f"{rehearsed.planned.at.astimezone(LONDON):%Y-%m-%d %H:%M}")
    assert shown(world.posts(LEAD)[-1].message) == shown(rehearsed.content)


def test_a_rehearsal_holds_no_answer_and_of_what_may_hold_some_nothing(world: World) -> None:
    world.wait_until("2019-09-06 08:00")
    lead, secretary = next_for(world, LEAD), next_for(world, SECRETARY)
    assert "Last time: (left out)" in lead.content.text
    assert "No change" in [button.label for part in lead.content.parts for button in part.buttons]
    assert secretary.planned.kind == "digest_progress"
    assert secretary.content.text.startswith("What stands in it is for Joanna Pell alone")


def test_a_test_names_no_exempt_paper(engine: Engine) -> None:
    world = World(engine, FORWARD, at="2021-04-20 10:00")
    with Session(engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "Review of KPIs")).one()
        item.confidential = True
        session.commit()
    hold(world, [(ADMIN, says("send me what Ruth would get"), ["Exempt item", "Strategic Delivery Plan", "not: KPIs"])])
    assert "KPIs" not in world.posts(ADMIN)[-1].message.model_dump_json()


@pytest.mark.both_databases
def test_a_rehearsal_stores_nothing(world: World) -> None:
    before = take(world.engine, SQLModel.metadata)
    next_for(world, LEAD)
    assert take(world.engine, SQLModel.metadata) == before


def rows(world: World, kind: str) -> list[OutgoingMessage]:
    with Session(world.engine) as session:
        return list(session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == kind)))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "asks",
    [
        [(ADMIN, says("send me what Ruth would get"), [OF_RUTH, "because the window opens", "52 –"])],
        [
            (ADMIN, says("preview Ruth"), "Ruth Fairbrass (52)"),
            (ADMIN, presses("Send me the next one as a test"), [OF_RUTH, "sent to you alone", "52 –"]),
        ],
    ],
)
def test_an_admin_is_sent_what_somebody_would_get_and_nobody_else_is(world: World, asks: list[object]) -> None:
    hold(world, asks)  # type: ignore[arg-type]
    assert world.posts(LEAD) == []
    admin_id = world.person_id(ADMIN)
    with Session(world.engine) as session:
        assert session.exec(select(Prompt)).all() == []
        [event] = session.exec(select(AuditEvent).where(AuditEvent.act == "test_sent")).all()
        assert (event.person_id, event.subject) == (admin_id, f"person {RUTH}")
        assert event.detail == {"to": ASIF, "kind": "opening", "at": "2019-08-30T08:00:00+00:00"}
    world.wait_until("2019-08-30 09:00")
    hold(world, [(LEAD, sees_again(), "not: A test")])
    assert len(world.posts(LEAD)) == 1


def test_the_buttons_of_a_test_say_that_it_is_one_and_it_is_never_brought_up_to_date(world: World) -> None:
    hold(world, [(ADMIN, says("send me what ruth.fairbrass@example.org would get"), OF_RUTH)])
    sent = world.posts(ADMIN)[-1].message
    hold(world, [(ADMIN, presses("No change"), "This was a test: its buttons do nothing.")])
    world.wait_until("2019-08-30 09:00")
    hold(world, [(LEAD, presses("No change"), "Stored")])
    assert sent in [post.message for post in world.posts(ADMIN)]


def test_only_admins_are_sent_tests_and_of_people_only(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("send me what Tom would get"), "Only an admin can do that"),
            (ADMIN, says("send me what Nobody would get"), "There is nobody and no board called 'Nobody'"),
            (ADMIN, says("send me what Corporate would get"), "is a board"),
            (ADMIN, says("preview corporate board"), "not: Send me"),
        ],
    )
    assert not [button for button in world.buttons(ADMIN) if button.action == "send_test"]


def test_a_test_is_sent_while_everything_is_paused_and_in_a_pilot(world: World) -> None:
    hold(world, [(ADMIN, says("pause"), "paused"), (ADMIN, says("send me what Ruth would get"), OF_RUTH)])
    hold(world, [(ADMIN, sees_again(), "not: Stored")])


@pytest.fixture
def loaded(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Engine:
    class SetClock:
        def now(self) -> datetime:
            return NOW

    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    assert run("load", str(folder)).exit_code == 0
    return bare_engine


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


@pytest.mark.both_databases
def test_the_command_puts_a_test_into_the_outbox(loaded: Engine) -> None:
    done = run("preview", "--person", RUTH, "--send-me", ASIF)
    assert done.output == (
        "A test goes to Asif Chaudhry: what Ruth Fairbrass would get on Friday 30 August 2019, 09:00.\n"
        "Asif Chaudhry has no chat account yet: the test waits until they have one (docs/slack.md, docs/teams.md).\n"
    )
    with Session(loaded) as session:
        row = session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "test")).one()
        assert session.get_one(Person, row.person_id).email == ASIF
        content = Message.model_validate(row.body)
        assert content.text.startswith(OF_RUTH)
        buttons: list[Button] = [button for part in content.parts for button in part.buttons]
        assert {button.action for button in buttons} == {"test_button"}
        assert len({button.value for button in buttons}) == len(buttons)
        assert session.exec(select(AuditEvent.person_id).where(AuditEvent.act == "test_sent")).all() == [None]
        assert session.exec(select(col(Prompt.id))).all() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--person", RUTH, "--send-me", TOM], "Only an admin can be sent a test, and Tom Ashdown is none."),
        (["--send-me", ASIF], "name one with --person"),
        (["--person", RUTH, "--person", TOM, "--send-me", ASIF], "name one with --person"),
        (["--person", RUTH, "--day", "2019-09-01", "--send-me", ASIF], "Nothing will be sent to Ruth Fairbrass then"),
        (["--person", RUTH, "--send-me", "x@example.org"], "nobody with the e-mail address x@example.org"),
    ],
)
def test_a_test_that_cannot_be_sent_is_refused(loaded: Engine, arguments: list[str], says: str) -> None:
    done = run("preview", *arguments)
    assert (done.exit_code, says in done.output) == (1, True), done.output
    with Session(loaded) as session:
        assert session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "test")).all() == []
