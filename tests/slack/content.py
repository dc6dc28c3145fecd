"""What there is to render: every message and form that the examples bring about, and the text that blocks hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.models.database import create_tables, make_engine
from remembrancer.models.message import Button, Form, Message
from tests.conftest import EXAMPLE, ROOT
from tests.dialog import ADMIN, LEAD, MANAGER, SECRETARY, World

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
LAST = ("no_change", "digest_post", "confirm", "close_window")  # after them the others do no more
PRESSES = 3  # a button leads to a message with other buttons
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
    """Somebody who says every command and presses every button that they have not pressed, in some people's place."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.messages: dict[str, Message] = {}
        self.forms: dict[str, Form] = {}
        self.done: set[tuple[str, str]] = set()

    def go_round(self, people: Iterable[str]) -> None:
        for who in people:
            for text in SAID:
                self._do(who, "text", text=text)
            for _ in range(PRESSES):
                self.world.look()
                for button in self._unpressed(who):
                    self.done.add((who, button.action))
                    self._do(who, "press", action=button.action, value=button.value)
        self.world.look()
        self.keep()

    def keep(self) -> None:
        for conversation in self.world.chat.last_post_ids():
            self._keep(post.message for post in self.world.chat.posts(conversation))

    def _keep(self, messages: Iterable[Message]) -> None:
        self.messages |= {message.mark: message for message in messages}

    def _unpressed(self, who: str) -> list[Button]:
        first = {button.action: button for button in reversed(list(self.world.buttons(who)))}
        by_action = sorted(first.values(), key=lambda button: (button.action in LAST, button.action))
        return [b for b in by_action if b.action != "pause" and (who, b.action) not in self.done]

    def _do(self, who: str, kind: Any, **more: Any) -> None:
        self.world.events += 1
        act = Incoming(self.world.person_id(who), f"event-{self.world.events}", kind, **more)
        reply = converse(self.world.engine, act, self.world.clock.now())
        self._keep(reply.messages)
        if reply.form is not None:
            self.forms[reply.form.model_dump_json()] = reply.form
            if kind != "submit":
                self._do(who, "submit", action=reply.form.action, value=reply.form.value, fields={})


def _explore(folder: Path, begins: str, rounds: Mapping[str, Sequence[str]]) -> Seen:
    with TemporaryDirectory() as place:
        engine = make_engine(f"sqlite:///{place}/explored.sqlite")
        create_tables(engine)
        explorer = Explorer(World(engine, folder, begins))
        for moment, people in rounds.items():
            explorer.world.wait_until(moment)
            explorer.keep()
            explorer.go_round(people)
        engine.dispose()
    return tuple(explorer.messages.values()), tuple(explorer.forms.values())


QUARTER = {
    "2019-09-02 10:00": (LEAD,),
    "2019-09-13 13:30": (LEAD, SECRETARY),
    "2019-09-23 10:00": (SECRETARY, MANAGER, ADMIN),
}
"""The admin comes last, because of what they can stop."""


@lru_cache(maxsize=1)
def seen() -> Seen:
    """Every message and form of both examples, at moments of a quarter and of a year of meetings.

    It takes long: tests that use it are of the group `examples`, so that one process alone works it out.
    """
    updates = _explore(EXAMPLE, "2019-08-30 08:30", QUARTER)
    papers = _explore(PAPERS, "2021-04-06 08:30", {"2021-06-01 10:00": (LEAD, SECRETARY, ADMIN)})
    return updates[0] + papers[0], updates[1] + papers[1]
