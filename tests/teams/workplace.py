"""The whole Teams app behind real HTTP, against the strict Teams: what people do there, and what they then see."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.teams.app import TeamsApp
from remembrancer.bot.teams.clients import Clients
from remembrancer.bot.teams.inbound.endpoint import PATH
from remembrancer.models import ChatAccount, Person
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.scheduler.tick import tick
from remembrancer.settings import Settings
from tests.dialog import World, london
from tests.slack.hosting import until
from tests.teams.connected import connector_to
from tests.teams.serving import served
from tests.teams.strict import Teams
from tests.teams.strict.state import Shown

OPENS = "2019-08-30 09:00"
APP = "11111111-1111-4111-8111-111111111111"
CARD = "application/vnd.microsoft.card.adaptive"
Json = dict[str, Any]


class Workplace:
    """The example organisation, some of whose people are in the strict Teams; the first window opens at once.

    Everything comes in by the gate, as from a playground: what proves it is tried in test_teams_gate.py.
    """

    def __init__(self, engine: Engine, teams: Teams, *people: str) -> None:
        self.world, self.teams, self.engine = World(engine), teams, engine
        self.transports: dict[str, Transport] = {}
        self.people = {who: teams.person(who, f"{who}@example.org") for who in people}
        self.chats = {who: teams.chat(person) for who, person in self.people.items()}
        self.url, self._numbers = "", itertools.count(1)
        connector = connector_to(teams, engine, tenant=teams.tenant)
        settings = Settings(_env_file=None, host="127.0.0.1")
        self.app = TeamsApp(settings, engine, Clients(connector), self.transports, self.world.clock, playground=True)

    def link(self) -> None:
        """Everybody has the app."""
        self.world.unlink_everybody()
        with Session(self.engine) as session:
            for who, person in self.people.items():
                row = session.exec(select(Person).where(Person.email == f"{who}@example.org")).one()
                where = self.chats[who]
                session.add(
                    ChatAccount(
                        person_id=stored_id(row.id), platform="teams", conversation=where, account=person.account
                    )
                )
            session.commit()

    @contextmanager
    def open(self) -> Iterator[None]:
        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> Any:
            await self.app.start()
            yield
            await self.app.stop()

        site = FastAPI(lifespan=lifespan)
        site.add_api_route(PATH, self.app.routes[PATH], methods=["POST"])
        with served(site) as url:
            self.url = url + PATH
            yield

    def move_to(self, text: str) -> None:
        self.world.clock.set(london(text))
        tick(self.engine, self.transports, self.world.clock.now())

    def posts(self, who: str) -> list[Shown]:
        return self.teams.shown(self.chats[who])

    def shown(self, who: str) -> str:
        """All that somebody sees, newest last."""
        return "\n\n".join(post.text for post in self.posts(who))

    def sees(self, who: str, words: str) -> None:
        until(lambda: words in self.shown(who), lambda: self.shown(who))

    def says(self, who: str, text: str = "", **more: Any) -> int:
        return self._deliver(who, {"type": "message", "text": text, "textFormat": "plain"} | more).status_code

    def says_in(self, channel: str, who: str, text: str) -> int:
        """In a thread of a channel, to us."""
        us = {"id": f"28:{APP}", "name": "Remembrancer"}
        where = {"conversationType": "channel", "id": f"{channel};messageid=1", "tenantId": self.teams.tenant}
        told: Json = {
            "text": f"<at>Remembrancer</at> {text}",
            "entities": [{"type": "mention", "mentioned": us, "text": "<at>Remembrancer</at>"}],
            "conversation": where,
        }
        return self.says(who, **told)

    def installs(self, who: str) -> int:
        return self._deliver(who, {"type": "installationUpdate", "action": "add"}).status_code

    def presses(self, who: str, label: str, typed: Mapping[str, Any] | None = None, again: bool = False) -> Json:
        """The newest button of that name that somebody sees, with what they typed beside it; the answer's body."""
        post, action = self.button(who, label)
        number = f"press-{post.id}-{next(self._numbers)}"
        for _ in range(2 if again else 1):
            body = self.pressed(who, post.id, {**action, "data": action["data"] | dict(typed or {})}, number)
        return body

    def pressed(self, who: str, post: str, action: Json, number: str = "") -> Json:
        """One delivery of a press, and the answer's body."""
        value = {"action": action, "trigger": "manual"}
        told: Json = {"type": "invoke", "name": "adaptiveCard/action", "value": value, "replyToId": post}
        answer = self._deliver(who, told, number)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def buttons(self, who: str) -> str:
        """The labels of what somebody sees last, each after a blank."""
        cards = [each["content"] for each in self.posts(who)[-1].activity["attachments"]]
        return "".join(f" {action['title']}" for action in actions(cards) if "title" in action)

    def meets(self, name: str) -> None:
        """Somebody of whom nobody knows."""
        self.people[name] = self.teams.person(name)
        self.chats[name] = self.teams.chat(self.people[name])

    def button(self, who: str, label: str) -> tuple[Shown, Json]:
        for post in reversed(self.posts(who)):
            for action in actions([each["content"] for each in post.activity["attachments"]]):
                if action.get("title") == label:
                    return post, action
        raise AssertionError(f"no button '{label}' in: {self.shown(who)}")

    def _deliver(self, who: str, told: Json, number: str = "") -> httpx.Response:
        person = self.people[who]
        whole = {
            "id": number or f"1800000000{next(self._numbers):03d}",
            "channelId": "msteams",
            "serviceUrl": self.teams.url,
            "from": {"id": f"29:{who}", "name": who, "aadObjectId": person.account},
            "recipient": {"id": f"28:{APP}", "name": "Remembrancer"},
            "conversation": {"conversationType": "personal", "id": self.chats[who], "tenantId": self.teams.tenant},
            "channelData": {"tenant": {"id": self.teams.tenant}},
        }
        return httpx.post(self.url, json=whole | told, timeout=30)


def actions(elements: Any) -> Iterator[Json]:
    """Every action of a card, in the order in which they are seen."""
    if isinstance(elements, list):
        for each in elements:
            yield from actions(each)
    elif isinstance(elements, dict):
        if str(elements.get("type", "")).startswith("Action."):
            yield elements
        for name in ("body", "items", "columns", "rows", "cells", "actions"):
            yield from actions(elements.get(name, []))


def inputs(card: Any) -> dict[str, Json]:
    """The inputs of a card, by their ids."""
    found: dict[str, Json] = {}
    if isinstance(card, list):
        for each in card:
            found |= inputs(each)
    elif isinstance(card, dict):
        if str(card.get("type", "")).startswith("Input."):
            found[card["id"]] = card
        for name in ("body", "items", "columns"):
            found |= inputs(card.get(name, []))
    return found
