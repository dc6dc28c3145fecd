"""An organisation whose leads have two activities each and work in teams of eight, through one window's chase.

It is the example's organisation and calendar with people and activities of its own. Quarter 2 of 2019/20 opens on
Friday 30 August at 09:00, closes on Friday 13 September at 17:00 and locks five working days later.
"""

import csv
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Item, OutgoingMessage, Person, Prompt, Return, SendState, Window
from remembrancer.scheduler.recorded_answers import link_everyone
from remembrancer.services.returns import store_answer
from tests.conftest import EXAMPLE
from tests.delivery.sender import PLATFORM

EACH_LEADS = 2
EACH_MANAGES = 8
LONDON = ZoneInfo("Europe/London")
PEOPLE = ("name", "email", "post", "reports_to", "time_zone", "roles", "leave")
ITEMS = (
    "programme",
    "ref",
    "title",
    "lead_post",
    "contributing_posts",
    "outcome",
    "activity_type",
    "original_end_date",
)


@dataclass(frozen=True)
class Stage:
    """A moment of the window (London's time): the step that has fallen due then, and how many senders are killed."""

    moment: str
    step: str
    kills: int

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.moment).replace(tzinfo=LONDON)


STAGES = (
    Stage("2019-08-30 09:30", "opening", 30),
    Stage("2019-09-06 10:30", "half_way", 28),
    Stage("2019-09-11 10:30", "two_days_before", 25),
    Stage("2019-09-13 10:30", "closing_morning", 20),
    Stage("2019-09-13 17:00", "close", 3),
    Stage("2019-09-16 10:30", "manager_told", 3),
    Stage("2019-09-18 10:30", "director_told", 2),
)


def organisation(folder: Path, leads: int) -> Folder:
    """An organisation with so many leads, written into a new folder and read from it."""
    folder.mkdir()
    for file in ("organisation.yaml", "calendar.ics"):
        shutil.copy(EXAMPLE / file, folder / file)
    _write(folder / "people.csv", PEOPLE, _people(leads))
    _write(folder / "items.csv", ITEMS, _items(leads))
    return read_folder(folder)


def _people(leads: int) -> Iterable[Sequence[str]]:
    yield "Dora", "dora@example.org", "Director", "", "", "director", ""
    yield "Sam", "sam@example.org", "Democratic Services Officer", "", "", "", ""
    yield "Ada", "ada@example.org", "Administrator", "", "", "admin", ""
    for n in range(-(-leads // EACH_MANAGES)):
        yield f"Manager {n}", f"manager{n}@example.org", f"Manager {n}", "Director", "", "", ""
    for n in range(leads):
        yield f"Lead {n}", f"lead{n}@example.org", f"Lead {n}", f"Manager {n // EACH_MANAGES}", "", "", ""


def _items(leads: int) -> Iterable[Sequence[str]]:
    for n in range(leads * EACH_LEADS):
        ref, lead = str(n + 1), f"Lead {n // EACH_LEADS}"
        yield "strategic-delivery-plan", ref, f"Activity {ref}", lead, "", "3", "Transformation", "2020-03-31"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def load(engine: Engine, content: Folder) -> None:
    """Store what a folder says on the day before the window opens, everybody with an account."""
    with Session(engine) as session:
        store(session, content, STAGES[0].at.replace(day=29))
        link_everyone(session, PLATFORM)
        session.commit()


def answer(engine: Engine, refs: Sequence[str], now: datetime) -> None:
    """These activities' leads answer."""
    with Session(engine) as session:
        query = select(Return).join(Item).join(Window, col(Window.id) == Return.window_id)
        for ret in session.exec(query.where(Window.key == "2019-20-q2", col(Item.ref).in_(refs))):
            store_answer(session, ret, {"delivery": "on_track"}, now, None, "form")
        session.commit()


PromptName = tuple[str, str, str]
"""An activity's ref, a step, and whom it goes to (e-mail address)."""


def prompts_sent(engine: Engine) -> set[PromptName]:
    """Every prompt whose message is recorded as sent."""
    with Session(engine) as session:
        query = (
            select(Item.ref, Prompt.step, Person.email)
            .join(Return, col(Return.item_id) == Item.id)
            .join(Prompt, col(Prompt.return_id) == Return.id)
            .join(Person, col(Person.id) == Prompt.person_id)
            .join(OutgoingMessage, col(OutgoingMessage.id) == Prompt.message_id)
        )
        return set(session.exec(query.where(OutgoingMessage.state == SendState.SENT)))


def addressees(ref: str, step: str) -> list[PromptName]:
    """Who is to hear of an unanswered activity at a step, by the organisation's own rules as told above."""
    lead = (int(ref) - 1) // EACH_LEADS
    who = {
        "close": [],
        "manager_told": [("manager_told", f"manager{lead // EACH_MANAGES}")],
        "director_told": [("director_told", "dora"), ("secretary_told", "sam")],
    }
    return [(ref, key, f"{name}@example.org") for key, name in who.get(step, [(step, f"lead{lead}")])]
