"""The whole app with Microsoft's own local Teams: what a lead and a secretary do and see in a real browser."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from remembrancer.models.message import Attachment, Message, Part
from tests.conftest import ROOT
from tests.slack.hosting import until
from tests.teams.playground.answering import GO_LIVE, PROGRESS, STANDS, fills_in, is_sent
from tests.teams.playground.house import House, someone
from tests.teams.playground.house import house as opened
from tests.teams.playground.person import GENERAL, Person, person
from tests.teams.playground.running import Playground, Someone

pytestmark = pytest.mark.xdist_group("browser")


RUTH, JOANNA = someone(1, "Ruth Fairbrass"), someone(2, "Joanna Pell")
PICTURE = (ROOT / "bot/teams/icons/color.png").read_bytes()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, stack: ExitStack) -> House:
    return stack.enter_context(opened(tmp_path))


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
    answers_in_the_form(house, ruth)
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


def answers_in_the_form(house: House, ruth: Person) -> None:
    """A milestone moves, so progress is asked for, and what is missing is said where it is missing."""
    ruth.presses("Answer")
    fills_in(house, ruth, [STANDS, [partial(ruth.fills, GO_LIVE, date(2020, 3, 31))]])
    ruth.is_told("⚠")
    fills_in(house, ruth, [[partial(ruth.fills, PROGRESS, "Contracts are *signed*")]], first=2)
    is_sent(ruth, "52")
