"""Serves a person's chat with the service: messages, buttons and forms."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.sandbox.chat import BOT
from remembrancer.web.form_fields import read
from remembrancer.web.sandbox_people import PersonView
from remembrancer.web.sandbox_state import SandboxState, see_other

COMMANDS = {
    "lead": ("my", "later today", "away", "history", "help"),
    "secretary": ("status", "missing", "digests", "help"),
    "keeper": ("plan", "my", "calendar", "help"),
    "papers": ("my", "away", "calendar", "help"),
    "admin": ("windows", "people", "pilot", "preview", "help"),
}


def suggested(person: PersonView, has_windows: bool) -> tuple[str, ...]:
    """Return the commands that suit this person."""
    commands = COMMANDS.get(person.part, ("my", "status", "help"))
    plan = ("plan",) if person.keeps and "plan" not in commands else ()
    return (*(each for each in commands if has_windows or each not in ("windows", "status")), *plan)


async def posted_form(request: Request) -> FormData:
    """Parse the posted form."""
    return await request.form()


PostedForm = Annotated[FormData, Depends(posted_form)]


class PersonPages:
    """The pages of one person."""

    def __init__(self, state: SandboxState, router: APIRouter) -> None:
        self._state, self._demo = state, state.demo
        router.add_api_route("/people/{person_id}", self.conversation, methods=["GET"])
        router.add_api_route("/people/{person_id}/say", self.say, methods=["POST"])
        router.add_api_route("/people/{person_id}/press", self.press, methods=["POST"])
        router.add_api_route("/people/{person_id}/answers", self.set_answers, methods=["POST"])
        router.add_api_route("/people/{person_id}/forms/{token}", self.form, methods=["GET"])
        router.add_api_route("/people/{person_id}/forms/{token}", self.fill, methods=["POST"])

    def conversation(self, request: Request, person_id: int, reply: int = 0) -> HTMLResponse:
        person = self._person(person_id)
        posts = self._demo.chat.posts(person.email)
        return self._state.page(
            request,
            "person.html",
            who=person,
            posts=posts,
            bot=BOT,
            read_to=self._state.mark_read(person.email),
            reply_to=next((post for post in posts if post.id == reply and post.author == BOT), None),
            commands=suggested(person, self._state.has_windows()),
            yours=person_id in self._demo.visitors_people,
            out_of_date="out-of-date" in request.query_params,
        )

    def say(self, person_id: int, typed: PostedForm) -> RedirectResponse:
        """Handle a message: free text, or one of the suggested commands."""
        person, event = self._person(person_id), _text(typed, "event")
        text = (_text(typed, "command") or _text(typed, "text")).strip()
        about = _text(typed, "about")
        reply = Reply()
        if text and event:
            replied_to = int(about) if about.isdecimal() else None
            post_id = self._demo.chat.say(person.email, person.name, text, replied_to, key=f"said-{event}")
            self._state.read_to[person.email] = post_id
            reply = self._demo.converse(Incoming(person_id, event, "text", text=text, about=about or None))
        return self._show_reply(person_id, reply)

    def press(self, person_id: int, typed: PostedForm) -> RedirectResponse:
        """Handle a pressed button, whose value is 'event action value'."""
        person, parts = self._person(person_id), _text(typed, "press").split(" ", 2)
        if len(parts) != 3:
            raise HTTPException(404)
        event, action, value = parts
        self._state.mark_read(person.email)
        reply = self._demo.converse(Incoming(person_id, event, "press", action=action, value=value))
        return self._show_reply(person_id, reply)

    def set_answers(self, person_id: int, typed: PostedForm) -> RedirectResponse:
        """Set whether the visitor answers for this person."""
        self._person(person_id)
        self._demo.let_visitor_answer(person_id, _text(typed, "yours") == "yes")
        return see_other(f"/people/{person_id}#who-answers")

    def form(self, request: Request, person_id: int, token: str) -> Response:
        person, form = self._person(person_id), self._state.form(person_id, token)
        if form is None:
            return see_other(f"/people/{person_id}?out-of-date#out-of-date")
        return self._state.page(request, "form.html", who=person, form=form, token=token)

    def fill(self, person_id: int, token: str, typed: PostedForm) -> RedirectResponse:
        """Handle a form that is submitted, or in which a choice changed that decides what is asked."""
        person, form = self._person(person_id), self._state.form(person_id, token)
        if form is None:
            return see_other(f"/people/{person_id}?out-of-date#out-of-date")
        fields: Mapping[str, Any] = read(form, typed)
        kind: Any = "change" if _text(typed, "do") == "change" else "submit"
        incoming = Incoming(person_id, _text(typed, "event"), kind, action=form.action, value=form.value, fields=fields)
        self._state.mark_read(person.email)
        return self._show_reply(person_id, self._demo.converse(incoming), _text(typed, "changed"))

    def _show_reply(self, person_id: int, reply: Reply, changed: str = "") -> RedirectResponse:
        """Redirect to the form that came back, else to the conversation's newest message."""
        if reply.form is None:
            return see_other(f"/people/{person_id}#newest")
        token = self._state.store_form(person_id, reply.form)
        place = "problems" if reply.form.has_errors else f"field-{changed}" if changed else "form"
        return see_other(f"/people/{person_id}/forms/{token}#{place}")

    def _person(self, person_id: int) -> PersonView:
        """Return the person. Raises HTTPException where there is none with this id."""
        found = next((person for person in self._state.everyone() if person.id == person_id), None)
        if found is None:
            raise HTTPException(404)
        return found


def _text(typed: FormData, name: str) -> str:
    value = typed.get(name)
    return value if isinstance(value, str) else ""
