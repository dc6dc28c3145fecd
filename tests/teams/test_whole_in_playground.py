"""The whole app with Microsoft's own local Teams: what a lead and a secretary do and see in a real browser."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine
from sqlmodel import Session, select

from acts.facts import load_facts
from bot.message import Attachment, Message, Part
from bot.teams.app import TeamsApp
from bot.teams.gate import PATH
from bot.teams.means import Means
from bot.teams.references import find
from bot.teams.setting_up import unproven
from bot.teams.web import Connector
from bot.transport import Transport
from models import Board, ChatAccount
from models.database import create_tables, make_engine
from rules.plan import moments
from scheduler.look import look
from settings import Settings
from tests.conftest import ROOT
from tests.dialog import LEAD, SECRETARY, World, london
from tests.slack.hosting import until
from tests.teams.playground.person import GENERAL, Person, person
from tests.teams.playground.running import Playground, Someone
from tests.teams.serving import served

pytestmark = pytest.mark.xdist_group("browser")


def someone(number: int, name: str, email: str) -> Someone:
    """Teams' own id of them is that of Entra here, so that a chat that is made is the one they see."""
    account = f"44444444-4444-4444-8444-{number:012d}"
    return Someone(account, name, account, email=f"{email}@example.org")


RUTH, JOANNA = someone(1, "Ruth Fairbrass", LEAD), someone(2, "Joanna Pell", SECRETARY)
PROGRESS = "Progress: What has happened since the last update? (required)"
PICTURE = (ROOT / "bot/teams/icons/color.png").read_bytes()


class House:
    """The example organisation, nobody of which is anywhere yet, and the app behind real HTTP."""

    def __init__(self, engine: Engine) -> None:
        self.world, self.engine = World(engine, at="2019-08-29 08:30"), engine
        self.transports: dict[str, Transport] = {}
        self.url = ""
        with Session(engine) as session:
            for account in session.exec(select(ChatAccount)):
                session.delete(account)
            session.commit()
        settings = Settings(_env_file=None, host="127.0.0.1")
        connector = Connector(engine, unproven, loopback=True)
        self.app = TeamsApp(settings, engine, Means(connector), self.transports, self.world.clock, playground=True)

    def site(self) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> Any:
            await self.app.start()
            yield
            await self.app.stop()

        made = FastAPI(lifespan=lifespan)
        made.add_api_route(PATH, self.app.messages, methods=["POST"])
        return made

    def wait_until(self, text: str) -> None:
        """With a look at every moment that matters."""
        with Session(self.engine) as session:
            coming = moments(load_facts(session), self.world.clock.now(), london(text))
        for moment in [*coming, london(text)]:
            self.world.clock.set(moment)
            look(self.engine, self.transports, moment)

    def linked(self, count: int) -> bool:
        with Session(self.engine) as session:
            return len(session.exec(select(ChatAccount)).all()) == count

    def knows(self, conversation: str) -> bool:
        with Session(self.engine) as session:
            return find(session, conversation) is not None

    def board_in(self, channel: str) -> None:
        with Session(self.engine) as session:
            board = session.exec(select(Board).where(Board.key == "asch_cabinet_committee")).one()
            board.platform, board.channel = "teams", channel
            session.commit()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, stack: ExitStack) -> House:
    engine = make_engine(f"sqlite:///{tmp_path / 'house.sqlite'}")
    create_tables(engine)
    stack.callback(engine.dispose)
    made = House(engine)
    made.url = stack.enter_context(served(made.site())) + PATH
    return made


def joins(house: House, stack: ExitStack, browser: Browser, folder: Path, who: Someone) -> Person:
    folder.mkdir()
    playground = stack.enter_context(Playground(house.url, folder, who))
    return stack.enter_context(person(browser, playground))


def test_a_lead_is_asked_and_answers_and_a_board_is_told(
    house: House, stack: ExitStack, browser: Browser, tmp_path: Path
) -> None:
    ruth = joins(house, stack, browser, tmp_path / "ruth", RUTH)
    joanna = joins(house, stack, browser, tmp_path / "joanna", JOANNA)
    until(lambda: house.linked(2))
    ruth.is_told("Hello. From now on I ask you here")
    house.wait_until("2019-08-30 09:00")
    ruth.is_told("Please update 1 activity by Friday 13 September 2019, 17:00")
    answers_in_the_form(ruth)
    stored = house.world.answers("52")
    assert stored is not None
    assert (stored["progress_description"], stored["milestones"]["go_live"]) == ("Contracts are *signed*", "2020-03-31")
    joanna.says("missing")
    joanna.is_told("1 of 17 received")
    joanna.goes_to(GENERAL)
    until(lambda: house.knows(joanna.playground.general))
    house.board_in(joanna.playground.general)
    house.wait_until("2019-09-13 17:30")
    joanna.is_told("The window closed on Friday 13 September 2019")
    joanna.is_told("1 of 17")
    picture = Attachment(name="trend.png", media_type="image/png", data=b64encode(PICTURE), alt="A rising line")
    house.app.transport.send(
        joanna.playground.general, "picture", Message(parts=(Part(text="The trend", attachments=(picture,)),)), False
    )
    joanna.is_told("The trend")
    expect(joanna.page.get_by_alt_text("A rising line")).to_be_visible()


def answers_in_the_form(ruth: Person) -> None:
    """A milestone moves, so progress is asked for, and what is missing is said where it is missing."""
    ruth.presses("Answer")
    ruth.is_told("Page 1 of")
    ruth.presses("Next")
    ruth.is_told("Page 2 of")
    ruth.fills("Milestones: Go live", date(2020, 3, 31))
    sends(ruth)
    ruth.is_told("⚠")
    ruth.fills(PROGRESS, "Contracts are *signed*")
    sends(ruth)
    ruth.is_told("sent. The next message says what came of it")
    ruth.is_told("Stored: ")


def sends(ruth: Person) -> None:
    """From the second page to the last."""
    for page in (3, 4):
        ruth.presses("Next")
        ruth.is_told(f"Page {page} of")
    ruth.presses("Send")
