"""Serves the sandbox, in which a visitor plays any person, reads any channel and moves the clock."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from sqlmodel import Session

from remembrancer.bot.sandbox.demo import HORIZON, Demo
from remembrancer.web.sandbox_chat import PersonPages, PostedForm
from remembrancer.web.sandbox_outbox import sent_messages
from remembrancer.web.sandbox_state import SandboxState, own_page, see_other
from remembrancer.web.security import PageRoute

STATIC = Path(__file__).parent / "static"


def make_router(demo: Demo) -> APIRouter:
    """Build the router of all sandbox pages. Include it last: it answers every other path with an error page."""
    router = APIRouter(route_class=PageRoute)
    state = SandboxState(demo)
    PublicPages(state, router)
    PersonPages(state, router)
    router.add_api_route("/static/{name}", static_file, methods=["GET"])
    router.add_api_route("/{path:path}", not_found, methods=["GET"])
    return router


def static_file(name: str) -> FileResponse:
    """Serve a static file."""
    file = next((file for file in STATIC.iterdir() if file.name == name), None)
    if file is None:
        raise HTTPException(404)
    return FileResponse(file, headers={"Cache-Control": "no-cache"})


def not_found() -> HTMLResponse:
    """Answer an unknown path with the error page."""
    raise HTTPException(404)


class PublicPages:
    """The pages that belong to no person, and the clock."""

    def __init__(self, state: SandboxState, router: APIRouter) -> None:
        self._state, self._demo = state, state.demo
        router.add_api_route("/", self.welcome, methods=["GET"])
        router.add_api_route("/channels/{key}", self.channel, methods=["GET"])
        router.add_api_route("/outbox", self.outbox, methods=["GET"])
        router.add_api_route("/clock", self.move_clock, methods=["POST"])
        router.add_api_route("/again", self.restart, methods=["POST"])

    def welcome(self, request: Request) -> HTMLResponse:
        people = self._state.everyone()
        first = [person for email in self._demo.first_people for person in people if person.email == email]
        return self._state.page(
            request,
            "welcome.html",
            organisation=self._state.organisation(),
            first=first,
            people=people,
            has_windows=self._state.has_windows(),
            boards=self._state.boards(),
            unread=self._state.unread(),
            yours=self._demo.visitors_people,
        )

    def channel(self, request: Request, key: str) -> HTMLResponse:
        board = next((board for board in self._state.boards() if board.key == key), None)
        if board is None:
            raise HTTPException(404)
        posts = self._demo.chat.posts(board.channel)
        read_to = self._state.mark_read(board.channel)
        return self._state.page(request, "channel.html", board=board, posts=posts, read_to=read_to)

    def outbox(self, request: Request) -> HTMLResponse:
        with Session(self._demo.engine) as session:
            sent = sent_messages(session)
        return self._state.page(request, "outbox.html", sent=sent[::-1])

    def move_clock(self, typed: PostedForm) -> RedirectResponse:
        """Move the clock, and show what happened on the page where the visitor moved it."""
        back, before = own_page(str(typed.get("back"))), self._demo.clock.now()
        direction = typed.get("move")
        if direction == "next":
            self._demo.run_to_next()
        elif direction == "morning":
            self._demo.run_to_next_morning()
        else:
            moment = self._moment(str(typed.get("moment")))
            if moment is None:
                return see_other(f"{back}?unreadable#clock")
            self._demo.run_to(moment)
        return see_other(f"{back}?moved={self._state.record_move(before)}#moved")

    def restart(self) -> RedirectResponse:
        """Reset the demonstration to its beginning."""
        self._state.restart()
        return see_other("/")

    def _moment(self, text: str) -> datetime | None:
        """Parse a future moment of the organisation's local time within the horizon; None for anything else."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        moment = moment.replace(tzinfo=ZoneInfo(self._demo.zone))
        now = self._demo.clock.now()
        return moment if now <= moment <= now + HORIZON else None
