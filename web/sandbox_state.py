"""What the sandbox's pages share: the demonstration, what was read, the forms that are open, the last move."""

import re
from collections import OrderedDict
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col, select

from remembrancer.bot.sandbox.demo import HORIZON, Demo
from remembrancer.models import Board, ForwardPlanItem, Programme
from remembrancer.models.message import Form
from remembrancer.queries.facts import load_facts
from remembrancer.queries.forward_plan import boards_with_plan
from remembrancer.queries.organisation import organisation
from remembrancer.web.render import html_page, new_event
from remembrancer.web.sandbox_outbox import Move, move
from remembrancer.web.sandbox_people import Who, everyone, plans

OPEN_FORMS = 500
OWN_PAGE = re.compile(r"/(?:people/\d+|channels/[\w-]+|outbox)?")


class Room:
    """One visitor's sandbox. Everything here is lost with the process, as the demonstration itself is."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self._forget()

    def _forget(self) -> None:
        self.seen: dict[str, int] = {}
        self._forms: OrderedDict[str, tuple[int, Form]] = OrderedDict()
        self._move: Move | None = None

    def start_again(self) -> None:
        self.demo.start_again()
        self._forget()

    def page(self, request: Request, template: str, **values: Any) -> HTMLResponse:
        """A page with the clock, and what happened where the clock was just moved."""
        moved = self._move
        shown = moved if moved and request.query_params.get("moved") == str(moved.number) else None
        values |= {
            "now": self.demo.clock.now(),
            "zone": self.demo.zone,
            "horizon": HORIZON,
            "here": request.url.path,
            "moved": shown,
            "unreadable_moment": "unreadable" in request.query_params,
        }
        return html_page(template, **values)

    def everyone(self) -> list[Who]:
        with Session(self.demo.engine) as session:
            found = plans(boards_with_plan(session), session.exec(select(ForwardPlanItem)))
            return everyone(load_facts(session), found, self.demo.clock.now())

    def boards(self) -> list[Board]:
        with Session(self.demo.engine) as session:
            return list(session.exec(select(Board).order_by(col(Board.id))))

    def has_windows(self) -> bool:
        """Whether anything is monitored in windows; a forward plan has none."""
        with Session(self.demo.engine) as session:
            return session.exec(select(Programme.id)).first() is not None

    def organisation(self) -> str:
        with Session(self.demo.engine) as session:
            return organisation(session).name

    def unread(self) -> set[str]:
        """The conversations in which something is new."""
        newest = self.demo.chat.last_post_ids()
        return {conversation for conversation, last in newest.items() if last > self.seen.get(conversation, 0)}

    def read(self, conversation: str) -> int:
        """Note that a conversation was read to its end; up to where it had been read before."""
        before = self.seen.get(conversation, 0)
        self.seen[conversation] = self.demo.chat.last_post_ids().get(conversation, 0)
        return before

    def keep(self, person_id: int, form: Form) -> str:
        """Keep a form while it is open; the name it can be asked for by."""
        token = new_event()
        self._forms[token] = (person_id, form)
        while len(self._forms) > OPEN_FORMS:
            self._forms.popitem(last=False)
        return token

    def form(self, person_id: int, token: str) -> Form | None:
        whose, form = self._forms.get(token, (None, None))
        return form if whose == person_id else None

    def moved_from(self, before: datetime) -> int:
        """Keep what happened since a moment, to be shown by the next page; its number."""
        number = self._move.number + 1 if self._move else 1
        with Session(self.demo.engine) as session:
            self._move = move(session, number, before, self.demo.clock.now())
        return number


def own_page(path: str) -> str:
    """The path, if it is that of a page of the sandbox; else the welcome page's."""
    return path if OWN_PAGE.fullmatch(path) else "/"


def go(path: str) -> RedirectResponse:
    """See the page with a request of its own, so that loading it again does nothing twice."""
    return RedirectResponse(path, 303)
