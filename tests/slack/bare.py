"""A bare Bolt app, with nothing of ours in it, to try the strict Slack with."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.strict import Slack

Json = dict[str, Any]


def client_of(slack: Slack, token: str | None = None, timeout: int = 5) -> WebClient:
    """Slack's own client, without its retries."""
    return WebClient(token or slack.workspace.bot_token, base_url=slack.api_url, timeout=timeout, retry_handlers=[])


def refused(client: WebClient, method: str, **args: Any) -> str:
    """The error's name."""
    with pytest.raises(SlackApiError) as raised:
        client.api_call(method, json=args)
    return str(raised.value.response["error"])


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def button(label: str, action: str, value: str = "52") -> Json:
    return {"type": "button", "text": text(label), "action_id": action, "value": value}


def card(*buttons: Json) -> list[Json]:
    said = {"type": "section", "block_id": "said", "text": {"type": "mrkdwn", "text": "*52* is due"}}
    return [said, {"type": "actions", "block_id": "ways", "elements": list(buttons)}]


def note(block_id: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "typed", "max_length": 20}
    return {"type": "input", "block_id": block_id, "label": text(block_id.title()), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "callback_id": "form", "title": text("Answer"), "submit": text("Save")} | {
        "blocks": list(blocks),
        **more,
    }


STATUS: Json = {
    "type": "input",
    "block_id": "status",
    "label": text("Status"),
    "dispatch_action": True,
    "element": {
        "type": "static_select",
        "action_id": "picked",
        "options": [{"text": text("On track"), "value": "yes"}, {"text": text("Late"), "value": "no"}],
    },
}


class Heard:
    """What reached the app, in order.

    `respond` is how a submission is answered, `fail` how many events are not stored; `wake` ends /slow.
    """

    def __init__(self) -> None:
        self.all: list[Json] = []
        self.respond: Json = {}
        self.fail = 0
        self.view = modal(note("note"))
        self.wake = asyncio.Event()
        self.came = threading.Condition()

    def add(self, body: Json) -> None:
        with self.came:
            self.all.append(body)
            self.came.notify_all()

    def of(self, kind: str) -> list[Json]:
        return [body for body in self.all if kind in (body.get("type"), body.get("event", {}).get("type"))]

    def await_many(self, kind: str, many: int) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(self.of(kind)) >= many, 10), self.all


def bare_app(heard: Heard) -> Callable[[Slack], AsyncApp]:
    """Makes an app that hears everything and opens a form at 'Answer'."""

    def make(slack: Slack) -> AsyncApp:
        client = AsyncWebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
        app = AsyncApp(signing_secret=slack.workspace.signing_secret, client=client, ignoring_self_events_enabled=False)

        @app.middleware
        async def hear(body: Json, next: Callable[[], Any]) -> None:
            heard.add(body)
            if body.get("type") == "event_callback" and heard.fail:
                heard.fail -= 1
                raise RuntimeError("not stored")
            await next()

        @app.error
        async def silent(error: Exception) -> None:
            raise error

        listen(app, heard)
        return app

    return make


EVENTS = (
    "message",
    "app_home_opened",
    "user_change",
    "team_join",
    "channel_archive",
    "channel_rename",
    "member_joined_channel",
    "tokens_revoked",
    "app_uninstalled",
)


def listen(app: AsyncApp, heard: Heard) -> None:
    async def nothing() -> None:
        """To be heard is enough."""

    for kind in EVENTS:
        app.event(kind)(nothing)

    async def acknowledge(ack: Any) -> None:
        await ack()

    app.shortcut("use")(acknowledge)
    app.view_closed("form")(acknowledge)

    @app.command("/returns")
    async def returns(ack: Any, command: Json) -> None:
        await ack(f"heard {command['text']}")

    @app.command("/slow")
    async def slow(ack: Any) -> None:
        await heard.wake.wait()
        await ack()

    listen_in_forms(app, heard)


def listen_in_forms(app: AsyncApp, heard: Heard) -> None:
    @app.action("answer")
    async def answer(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=heard.view)

    @app.action("refresh")
    async def refresh(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Done", replace_original=True)

    @app.action("picked")
    async def picked(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(STATUS, note("note"), note("why")))

    @app.view("form")
    async def form(ack: Any) -> None:
        await ack(**heard.respond)
