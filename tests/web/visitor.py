"""A visitor without a browser: reads pages, presses their buttons and sends their forms as a browser does."""

import asyncio
import re
from html import unescape
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlmodel import Session, select

from remembrancer.bot.sandbox.demo import Demo
from remembrancer.models import Person

BUTTON = re.compile(r'<button name="press" value="([^"]+)"[^>]*>([^<]*)<')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Client:
    """Asks the application itself, without a network, and follows where it is sent."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, **more: Any) -> Response:
        return asyncio.run(self._ask("GET", path, more))

    def post(self, path: str, **more: Any) -> Response:
        return asyncio.run(self._ask("POST", path, more))

    async def _ask(self, method: str, path: str, more: dict[str, Any]) -> Response:
        where = ASGITransport(app=self._app)
        async with AsyncClient(transport=where, base_url="http://localhost", follow_redirects=True) as client:
            return await client.request(method, path, **more)


class Visitor:
    """Somebody at the pages of one person."""

    def __init__(self, client: Client, person_id: int) -> None:
        self.client, self.id, self.page = client, person_id, f"/people/{person_id}"

    def read(self) -> str:
        return self.client.get(self.page).text

    def buttons(self) -> dict[str, str]:
        """The newest button of each label, with what it sends."""
        return {unescape(label): unescape(value) for value, label in BUTTON.findall(self.read())}

    def press(self, label: str) -> Response:
        return self.client.post(f"{self.page}/press", data={"press": self.buttons()[label]})

    def say(self, text: str, **more: str) -> Response:
        return self.client.post(f"{self.page}/say", data={"event": event_of(self.read()), "text": text, **more})

    def fill(self, form: Response, fields: dict[str, str | list[str]], do: str = "submit") -> Response:
        """Send a form that is being shown, with these fields."""
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(form.text)}
        return self.client.post(str(form.url), data={**hidden, **fields, "do": do})


def person_id(demo: Demo, name: str) -> int:
    with Session(demo.engine) as session:
        return session.exec(select(Person.id).where(Person.name == name)).one() or 0


def event_of(page: str) -> str:
    """The event of the page's last form that has one."""
    hidden: dict[str, str] = dict(HIDDEN.findall(page))
    return hidden["event"]


def move_on(client: Client, back: str = "/") -> Response:
    return client.post("/clock", data={"move": "next", "back": back})
