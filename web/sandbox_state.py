"""Holds the state that the sandbox's pages share: demonstration, read positions, open forms, last clock move."""

import re
from collections import OrderedDict
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col, select

from remembrancer.bot.sandbox.demo import HORIZON, Demo
from remembrancer.models import Board, Programme
from remembrancer.models.message import Form
from remembrancer.queries.organisation import organisation
from remembrancer.web.render import html_page, new_event
from remembrancer.web.sandbox_outbox import ClockMove, clock_move
from remembrancer.web.sandbox_people import PersonView, everyone

OPEN_FORMS = 500
OWN_PAGE = re.compile(r"/(?:people/\d+|channels/[\w-]+|outbox)?")


class SandboxState:
    """The state of one visitor's sandbox. It is lost with the process, like the demonstration itself."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self._reset()

    def _reset(self) -> None:
        self.read_to: dict[str, int] = {}
        self._forms: OrderedDict[str, tuple[int, Form]] = OrderedDict()
        self._move: ClockMove | None = None

    def restart(self) -> None:
        self.demo.restart()
        self._reset()

    def page(self, request: Request, template: str, **values: Any) -> HTMLResponse:
        """Render a page with the clock, and with what happened if the clock was just moved."""
        last_move = self._move
        visible_move = last_move if last_move and request.query_params.get("moved") == str(last_move.number) else None
        values |= {
            "now": self.demo.clock.now(),
            "zone": self.demo.zone,
            "horizon": HORIZON,
            "here": request.url.path,
            "moved": visible_move,
            "unreadable_moment": "unreadable" in request.query_params,
        }
        return html_page(template, **values)

    def everyone(self) -> list[PersonView]:
        with Session(self.demo.engine) as session:
            return everyone(session, self.demo.clock.now())

    def boards(self) -> list[Board]:
        with Session(self.demo.engine) as session:
            return list(session.exec(select(Board).order_by(col(Board.id))))

    def has_windows(self) -> bool:
        """Return whether any programme is monitored in windows; a forward plan has none."""
        with Session(self.demo.engine) as session:
            return session.exec(select(Programme.id)).first() is not None

    def organisation(self) -> str:
        with Session(self.demo.engine) as session:
            return organisation(session).name

    def unread(self) -> set[str]:
        """Return the conversations that have new posts."""
        newest = self.demo.chat.last_post_ids()
        return {conversation for conversation, last in newest.items() if last > self.read_to.get(conversation, 0)}

    def mark_read(self, conversation: str) -> int:
        """Mark a conversation as read, and return the id of the last post that was read before."""
        before = self.read_to.get(conversation, 0)
        self.read_to[conversation] = self.demo.chat.last_post_ids().get(conversation, 0)
        return before

    def store_form(self, person_id: int, form: Form) -> str:
        """Store an open form and return its token."""
        token = new_event()
        self._forms[token] = (person_id, form)
        while len(self._forms) > OPEN_FORMS:
            self._forms.popitem(last=False)
        return token

    def form(self, person_id: int, token: str) -> Form | None:
        """Return a person's open form; None where the token is unknown or another person's."""
        owner_id, form = self._forms.get(token, (None, None))
        return form if owner_id == person_id else None

    def record_move(self, before: datetime) -> int:
        """Store what happened since a moment for the next page, and return the number of the clock move."""
        number = self._move.number + 1 if self._move else 1
        with Session(self.demo.engine) as session:
            self._move = clock_move(session, number, before, self.demo.clock.now())
        return number


def own_page(path: str) -> str:
    """Return the path if it is a page of the sandbox; else the welcome page's path."""
    return path if OWN_PAGE.fullmatch(path) else "/"


def see_other(path: str) -> RedirectResponse:
    """Redirect with status 303, so that reloading the page repeats nothing."""
    return RedirectResponse(path, 303)
