"""Dialogs: lists of (who, what they do, what they are then shown), against the real conversation, outbox and chat."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, delete, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.bot.sandbox.chat import PLATFORM, Post, SandboxChat, chat_tables
from remembrancer.clock import SetClock
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import ChatAccount, Item, Person, Return, ReturnVersion, Window
from remembrancer.models.message import Button, Form
from remembrancer.queries.facts import load_facts
from remembrancer.rules.prompts.due import moments
from remembrancer.scheduler.recorded_answers import link_everyone
from remembrancer.scheduler.tick import tick
from tests.conftest import EXAMPLE
from tests.snapshots import Snapshot, take

LONDON = ZoneInfo("Europe/London")
LEAD, SECRETARY, ADMIN = "ruth.fairbrass", "joanna.pell", "asif.chaudhry"
MANAGER, DIRECTOR, STRANGER = "stephen.harcourt", "margaret.linden", "neil.coppard"


First = Callable[["World"], None]
"""What is done before a test begins."""


def london(text: str) -> datetime:
    """'2019-09-13 17:00' by London's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


EXAMPLES = EXAMPLE.parent
"""The folders that no test changes."""


@dataclass(frozen=True)
class Beginning:
    """How an example stands when a test begins: organisation, chat, how many events there were, and the time."""

    organisation: Snapshot
    chat: Snapshot
    events: int
    now: datetime


BEGINNINGS: dict[tuple[Path, str, str | None, "First | None"], Beginning] = {}
"""By the example, when it began, how long nobody did anything, and what was done first."""


class World:
    """An organisation with everybody on the sandbox chat, and a clock. Each test has one of its own.

    It begins `at` a moment, and where there is an `until` nobody does anything before that: how an example
    stands by then is worked out once, and put in place for each test that begins there; so is what is done `first`.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path = EXAMPLE,
        at: str = "2019-08-30 08:30",
        until: str | None = None,
        first: "First | None" = None,
    ) -> None:
        self.engine = engine
        self.clock = SetClock(london(at))
        self.chat = SandboxChat(None, self.clock)
        self.forms: dict[str, Form] = {}
        self.events = 0
        known = BEGINNINGS.get((folder, at, until, first))
        if known is not None:
            known.organisation.put_into(engine)
            known.chat.put_into(self.chat.engine)
            self.events = known.events
            self.clock.set(known.now)
            return
        self._begin(folder, until)
        if first is not None:
            first(self)
        if folder.is_relative_to(EXAMPLES):
            organisation, chat = take(engine, SQLModel.metadata), take(self.chat.engine, chat_tables)
            BEGINNINGS[folder, at, until, first] = Beginning(organisation, chat, self.events, self.clock.now())

    def _begin(self, folder: Path, until: str | None) -> None:
        self._store(folder)
        with Session(self.engine) as session:
            link_everyone(session, PLATFORM)
            session.commit()
        self.look()
        if until is not None:
            self.wait_until(until)

    def _store(self, folder: Path) -> None:
        with Session(self.engine) as session:
            store(session, read_folder(folder, with_responses=True), self.clock.now())
            session.commit()

    def load_again(self, folder: Path) -> None:
        """The organisation's folder, which has changed."""
        self._store(folder)
        self.look()

    def unlink_everybody(self) -> None:
        """Nobody has a chat account any more."""
        with Session(self.engine) as session:
            session.exec(delete(ChatAccount))
            session.commit()

    def look(self) -> None:
        tick(self.engine, {PLATFORM: self.chat}, self.clock.now())

    def wait_until(self, text: str) -> None:
        """Let time pass, with a look at every moment that matters."""
        with Session(self.engine) as session:
            coming = moments(load_facts(session), self.clock.now(), london(text))
        for moment in [*coming, london(text)]:
            self.clock.set(moment)
            self.look()

    def person_id(self, who: str) -> int:
        with Session(self.engine) as session:
            found = session.exec(select(Person.id).where(Person.email == f"{who}@example.org")).one()
        assert found is not None
        return found

    def posts(self, who: str) -> list[Post]:
        """What the bot has posted to a person, oldest first."""
        return [post for post in self.chat.posts(f"{who}@example.org") if post.author == "Remembrancer"]

    def buttons(self, who: str) -> Iterator[Button]:
        """Every button that the person can see, newest first."""
        for post in reversed(self.posts(who)):
            for part in reversed(post.message.parts):
                yield from part.buttons

    def button(self, who: str, label: str, about: str = "") -> Button:
        """The newest button with this label."""
        return next(button for button in self.buttons(who) if button.label == label and about in button.about)

    def incoming(self, who: str, kind: Any, event: str | None = None, **more: Any) -> list[str]:
        """One act of a person; the messages and the form that they are then shown, as text."""
        self.events += 1
        seen = len(self.posts(who))
        act = Incoming(self.person_id(who), event or f"event-{self.events}", kind, **more)
        reply = converse(self.engine, act, self.clock.now())
        self.look()
        self.forms.pop(who, None)
        if reply.form is not None:
            self.forms[who] = reply.form
        shown = [post.message.text for post in self.posts(who)[seen:]]
        return [*shown, *([form_text(reply.form)] if reply.form else [])]

    def answers(self, ref: str, window: str = "2019-20-q2") -> dict[str, Any] | None:
        """The newest version of an item's answer."""
        query = (
            select(ReturnVersion)
            .join(Return)
            .join(Item)
            .join(Window)
            .where(Item.ref == ref, Window.key == window, ReturnVersion.number == Return.versions)
        )
        with Session(self.engine) as session:
            version = session.exec(query).first()
            return version.answers if version else None


def form_text(form: Form) -> str:
    """A form as the words it shows."""
    lines = [form.title, form.intro, form.notice]
    for field in form.fields:
        lines += [field.ask, field.error, field.was, *(f"was {day}" for day in field.was_dates.values())]
    return "\n".join(line for line in lines if line)


Act = Callable[[World, str], list[str]]
Dialog = Sequence[tuple[str, Act, str | Sequence[str]]]


def says(text: str) -> Act:
    return lambda world, who: world.incoming(who, "text", text=text)


def replies(text: str) -> Act:
    """In the thread of the newest message."""
    return lambda world, who: world.incoming(who, "text", text=text, about=str(world.posts(who)[-1].id))


def presses(label: str, about: str = "") -> Act:
    """The newest button with this label; it must be there."""

    def act(world: World, who: str) -> list[str]:
        seen = [b for b in world.buttons(who) if b.label == label and about in b.about]
        assert seen, f"{who} sees no button '{label}' about '{about}': {[b.label for b in world.buttons(who)]}"
        return world.incoming(who, "press", action=seen[0].action, value=seen[0].value)

    return act


def presses_old(button: Button) -> Act:
    """A button as it was, which the card may show no more: the platform delivers late, or a screen is old."""
    return lambda world, who: world.incoming(who, "press", action=button.action, value=button.value)


def fills_in(**fields: Any) -> Act:
    """The form that is shown is sent: what it holds already, with these changes."""
    return lambda world, who: _with_form(world, who, "submit", fields)


def changes(**fields: Any) -> Act:
    """The form is shown anew with these changes, as after a choice or a turned page; it is not sent."""
    return lambda world, who: _with_form(world, who, "change", fields)


def _with_form(world: World, who: str, kind: str, fields: Mapping[str, Any]) -> list[str]:
    form = world.forms[who]
    typed = {field.key: field.value for field in form.fields} | dict(fields)
    return world.incoming(who, kind, action=form.action, value=form.value, fields=typed)


def waits_until(text: str) -> Act:
    """Time passes; what is shown is what came meanwhile."""

    def act(world: World, who: str) -> list[str]:
        seen = len(world.posts(who))
        world.wait_until(text)
        return [post.message.text for post in world.posts(who)[seen:]]

    return act


def sees_again() -> Act:
    """Everything in the person's conversation, as it shows now."""
    return lambda world, who: [post.message.text for post in world.posts(who)]


def hold(world: World, dialog: Dialog) -> None:
    """Play a dialog. What is shown must hold each text; one that begins with 'not: ' must not be there."""
    for number, (who, act, shows) in enumerate(dialog, start=1):
        shown = "\n".join(act(world, who))
        for text in [shows] if isinstance(shows, str) else shows:
            wanted = not text.startswith("not: ")
            found = text.removeprefix("not: ") in shown if text else not shown
            assert found == wanted, f"turn {number}, {who}: {text!r}\n--- is shown:\n{shown}"
