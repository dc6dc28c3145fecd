"""Everybody of the example's strategic delivery plan at a page of their own, each a Teams of theirs.

A page alone remembers what was said on it, so all are open from the beginning to the end: tabs of one browser, for
each has a server of its own.
"""

import csv
from base64 import b64encode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from sqlmodel import Session, select

from remembrancer.models import Board, Window
from remembrancer.models.message import Attachment, Message, Part
from remembrancer.reports.digests.compose import Scope, current_figures
from remembrancer.services.outbox import enqueue
from tests.conftest import EXAMPLE
from tests.slack.hosting import until
from tests.teams.playground.house import BOARD, House, house, someone
from tests.teams.playground.person import GENERAL, PERSONAL, Person, on_this_machine
from tests.teams.playground.running import TEAM, Playground, Someone

LEADS = {
    "45": "priya.raman",
    "46": "tom.ashdown",
    "47": "grace.oyelaran",
    "48": "helen.marsh",
    "49": "owen.pritchard",
    "50": "sadia.malik",
    "51": "daniel.whitcombe",
    "52": "ruth.fairbrass",
    "53": "james.okafor",
    "54": "ellen.sweeting",
    "55": "martin.hollis",
    "56": "amara.nwosu",
    "57": "lucy.penfold",
    "58": "robert.tanner",
    "59": "fiona.kerr",
    "60": "neil.coppard",
    "61": "yasmin.begum",
}
"""Who leads each activity."""

MANAGERS = ("stephen.harcourt", "naomi.fielding", "colin.baxter")
DIRECTOR, SECRETARY = "margaret.linden", "joanna.pell"
BAR = """<style>body {{ margin: 0; font: 18px/40px sans-serif }} b {{ display: inline-block; height: 18px }}</style>
<div><b style="width: {wide}px; background: #4b53bc"></b> {count} {word}</div>"""
EVERYBODY = (*LEADS.values(), *MANAGERS, DIRECTOR, SECRETARY)


@dataclass
class Quarter:
    """The board's channel is the one that its secretary sees. `pictures` is where they are kept."""

    house: House
    pictures: Path
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Person:
        return self.people[who]

    @property
    def secretary(self) -> Person:
        return self.people[SECRETARY]

    def has_its_board(self) -> None:
        """The app is in the team's channel, and the board is told there, by the channel's name."""
        self.secretary.goes_to(GENERAL)
        until(lambda: self.house.knows(self.secretary.playground.general))
        self.house.board_in(f"{TEAM} / General")
        self.secretary.goes_to(PERSONAL)

    def lead(self, ref: str) -> Person:
        return self.people[LEADS[ref]]

    def shows_the_board(self, counts: Mapping[str, int]) -> str:
        """A picture of them, which goes the way of all that a board is told; what it says in words."""
        page = self.secretary.page.context.new_page()
        page.set_content("".join(BAR.format(word=word, count=count, wide=20 * count) for word, count in counts.items()))
        data = b64encode(page.screenshot(clip={"x": 0, "y": 0, "width": 600, "height": 40 * len(counts)}))
        page.close()
        text = "At the lock: " + ", ".join(f"{word} {count}" for word, count in counts.items())
        picture = Attachment(name="delivery.png", media_type="image/png", data=data, alt=text)
        shown = Message(parts=(Part(text="How the quarter ended", attachments=(picture,)),))
        with Session(self.house.engine) as session:
            board = session.exec(select(Board).where(Board.key == BOARD)).one()
            enqueue(
                session, board, shown, key="picture", kind="picture", because="reply", now=self.house.world.clock.now()
            )
            session.commit()
        self.house.look()
        return text

    def figures_now(self) -> dict[str, Any]:
        """The figures of what the board hears of the quarter."""
        with Session(self.house.engine) as session:
            window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
            return current_figures(session, Scope(window))

    def take(self, name: str, of: Person) -> None:
        of.screenshot(self.pictures / f"{name}.png")


def _names() -> Mapping[str, str]:
    with (EXAMPLE / "people.csv").open(encoding="utf-8", newline="") as file:
        return {row["email"].partition("@")[0]: row["name"] for row in csv.DictReader(file)}


@contextmanager
def quarter(browser: Browser, folder: Path) -> Iterator[Quarter]:
    """Before the window opens: everybody has opened the chat."""
    names = _names()
    with ExitStack() as stack:
        made = Quarter(stack.enter_context(house(folder)), folder / "pictures")
        context = stack.enter_context(on_this_machine(browser))

        def start(numbered: tuple[int, str]) -> Playground:
            me: Someone = someone(numbered[0], names[numbered[1]])
            return stack.enter_context(Playground(made.house.url, folder / numbered[1], me))

        # One after the other, while the pages of those that run are opened.
        with ThreadPoolExecutor(1) as starting:
            for who, playground in zip(EVERYBODY, starting.map(start, enumerate(EVERYBODY, 1)), strict=True):
                made.people[who] = Person(context.new_page(), playground)
        until(lambda: made.house.linked(len(EVERYBODY)))
        yield made
