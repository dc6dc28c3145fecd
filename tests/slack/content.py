"""What there is to render: every message and form that the examples bring about, and the text that blocks hold."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import Session, select

from bot.conversation import converse
from bot.incoming import Incoming
from bot.message import Button, Form, Message
from models import Person
from models.database import create_tables, make_engine
from rules.facts import known
from rules.permissions import is_admin
from tests.conftest import EXAMPLE, ROOT
from tests.dialog import World

PAPERS = ROOT / "examples" / "kent-2021-22"
SAID = (
    *("help", "my", "status", "missing", "digests", "windows", "pilot", "preview", "withheld", "people", "calendar"),
    *(
        "plan",
        "see 52",
        "answer 52",
        "restate 52",
        "52 is on track, the end date is 1 March 2020",
        "I am away",
        "mine?",
    ),
)
Seen = tuple[tuple[Message, ...], tuple[Form, ...]]


def leaves(value: Any) -> Iterator[str]:
    """Every text in blocks, in order, wherever it stands; not the words of buttons."""
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, dict) and value.get("type") != "actions":
        if isinstance(value.get("text"), str):
            yield value["text"]
        for each in value.values():
            yield from leaves(each)


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a type, however deep."""
    if isinstance(value, list):
        for each in value:
            yield from elements(each)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for each in value.values():
            yield from elements(each)


class Explorer:
    """Somebody who says every command and presses every button that they have not pressed, in everybody's place."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.messages: dict[str, Message] = {}
        self.forms: dict[str, Form] = {}
        self.done: set[tuple[int, str]] = set()

    def go_round(self, people: Iterable[int]) -> None:
        for person_id in people:
            for text in SAID:
                self._do(person_id, "text", text=text)
            for button in self._unpressed(person_id):
                self.done.add((person_id, button.action))
                self._do(person_id, "press", action=button.action, value=button.value)
        self.world.look()
        self.keep()

    def keep(self) -> None:
        for conversation in self.world.chat.last_post_ids():
            self._keep(post.message for post in self.world.chat.posts(conversation))

    def _keep(self, messages: Iterable[Message]) -> None:
        self.messages |= {message.mark: message for message in messages}

    def _unpressed(self, person_id: int) -> list[Button]:
        email = self._email(person_id)
        seen = [b for post in reversed(self.world.chat.posts(email)) for p in post.message.parts for b in p.buttons]
        first = {button.action: button for button in reversed(seen)}
        return [b for b in first.values() if b.action != "pause" and (person_id, b.action) not in self.done]

    def _email(self, person_id: int) -> str:
        with Session(self.world.engine) as session:
            return session.get_one(Person, person_id).email

    def _do(self, person_id: int, kind: Any, **more: Any) -> None:
        self.world.events += 1
        event = f"event-{self.world.events}"
        reply = converse(self.world.engine, Incoming(person_id, event, kind, **more), self.world.clock.now())
        self._keep(reply.messages)
        if reply.form is not None:
            self.forms[reply.form.model_dump_json()] = reply.form
            if kind != "submit":
                self._do(person_id, "submit", action=reply.form.action, value=reply.form.value, fields={})


def _explore(folder: Path, begins: str, moments: Sequence[str]) -> Seen:
    """The admin comes at the end, because of what they can stop."""
    with TemporaryDirectory() as place:
        engine = make_engine(f"sqlite:///{place}/explored.sqlite")
        create_tables(engine)
        explorer = Explorer(World(engine, folder, begins))
        with Session(engine) as session:
            people = {known(person.id): is_admin(person) for person in session.exec(select(Person))}
        for moment in moments:
            explorer.world.wait_until(moment)
            explorer.keep()
            explorer.go_round(each for each, admin in people.items() if not admin or moment == moments[-1])
        engine.dispose()
    return tuple(explorer.messages.values()), tuple(explorer.forms.values())


@lru_cache(maxsize=1)
def seen() -> Seen:
    """Every message and form of both examples, at moments of a quarter and of a year of meetings."""
    quarter = ("2019-09-02 10:00", "2019-09-12 10:00", "2019-09-16 10:00", "2019-09-23 10:00")
    updates = _explore(EXAMPLE, "2019-08-30 08:30", quarter)
    papers = _explore(PAPERS, "2021-04-06 08:30", ("2021-04-20 10:00", "2021-06-01 10:00"))
    return updates[0] + papers[0], updates[1] + papers[1]
