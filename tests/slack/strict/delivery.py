"""What Slack delivers to the app, over HTTP or the socket, until it is acknowledged or given up."""

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.slack.strict.faults import Faults
from tests.slack.strict.socket import Sockets
from tests.slack.strict.state import Json, Workspace

TRIES = 4
"""The first, and three again."""

WITH_ANSWER = ("view_submission", "block_suggestion", "slash_commands")


@dataclass
class Delivery:
    """`kind` is events_api, interactive or slash_commands. `tries` says of each how it ended: ok, or why not.

    `answer` is what came with the acknowledgement.
    """

    kind: str
    payload: Json
    tries: list[str] = field(default_factory=list)
    acknowledged: bool = False
    answer: Json | None = None
    faults: list[str] = field(default_factory=list)
    under_way: bool = False

    @property
    def given_up(self) -> bool:
        return not self.acknowledged and (self.kind != "events_api" or len(self.tries) >= TRIES)


class Courier:
    """`patience` is in seconds: how long an acknowledgement may take; Slack's own is three."""

    def __init__(self, workspace: Workspace, sockets: Sockets, faults: Faults, patience: float) -> None:
        self.workspace = workspace
        self.sockets = sockets
        self.faults = faults
        self.patience = patience
        self.url: str | None = None
        self.log: list[Delivery] = []
        self.held: list[Delivery] = []
        self.session: aiohttp.ClientSession | None = None

    async def deliver(self, kind: str, payload: Json) -> Delivery:
        """Once, or as a fault has it. What is not acknowledged waits for redeliver()."""
        delivery = Delivery(kind, payload)
        self.log.append(delivery)
        fault = self.faults.strike_delivery(kind, self._possible(kind))
        delivery.faults += [fault] if fault else []
        if fault in ("late", "reordered"):
            self.held += [delivery] if fault == "reordered" else []
            return delivery
        before, self.held = self.held, []
        await self._attempt(delivery, fault)
        for overtaken in before:
            await self._attempt(overtaken, None)
        if fault == "repeated":
            await self._attempt(delivery, None)
        return delivery

    def _possible(self, kind: str) -> tuple[str, ...]:
        sockets = () if self.url else ("socket disconnect", "socket abrupt")
        return ("repeated", *(("reordered", "late") if kind == "events_api" else ()), *sockets)

    async def redeliver(self) -> int:
        """All that is due now, whatever the minutes: how many were tried."""
        due = [one for one in self.log if not (one.acknowledged or one.given_up or one.under_way)]
        self.held = []
        for delivery in due:
            await self._attempt(delivery, None)
        return len(due)

    async def _attempt(self, delivery: Delivery, fault: str | None) -> None:
        number, why = len(delivery.tries), (delivery.tries or [""])[-1]
        again = (number, "http_timeout" if why in ("", "ok") else why) if number else None
        delivery.under_way = True
        ended = await (self._post(delivery, again) if self.url else self._send(delivery, again, fault))
        delivery.under_way = False
        delivery.tries.append(ended)
        delivery.acknowledged = delivery.acknowledged or ended == "ok"

    async def _send(self, delivery: Delivery, again: tuple[int, str] | None, fault: str | None) -> str:
        payload = delivery.payload
        accepts = delivery.kind == "slash_commands" or payload.get("type") in WITH_ANSWER
        envelope: Json = {"envelope_id": str(uuid.uuid4()), "type": delivery.kind, "payload": payload}
        envelope["accepts_response_payload"] = accepts
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": again[0] if again else 0, "retry_reason": again[1] if again else ""}
        goodbyes: list[asyncio.Task[None]] = []

        def then(socket: web.WebSocketResponse) -> None:
            if fault == "socket abrupt":
                self.sockets.cut(socket)
            elif fault == "socket disconnect":
                goodbyes.append(asyncio.ensure_future(self.sockets.say_goodbye(socket)))

        said = await self.sockets.send(envelope, self.patience, then)
        await asyncio.gather(*goodbyes)
        if said is None:
            return "timeout"
        heard(delivery, said.get("payload"))
        return "ok"

    async def _post(self, delivery: Delivery, again: tuple[int, str] | None) -> str:
        body, content_type = as_http(delivery)
        headers = {"Content-Type": content_type, **signed(self.workspace.signing_secret, body)}
        if again is not None and delivery.kind == "events_api":
            headers |= {"X-Slack-Retry-Num": str(again[0]), "X-Slack-Retry-Reason": again[1]}
        if self.session is None:
            # A kept connection that the app has just closed would look like a failed delivery.
            connector = aiohttp.TCPConnector(force_close=True, limit=0)
            timeout = aiohttp.ClientTimeout(total=self.patience)
            self.session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        try:
            async with self.session.post(str(self.url), data=body, headers=headers) as response:
                text = await response.text()
                if not 200 <= response.status < 300:
                    return "http_error"
                heard(delivery, answered(text))
                return "ok"
        except TimeoutError:
            return "http_timeout"
        except aiohttp.ClientError:
            return "connection_failed"

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()


def heard(delivery: Delivery, answer: Json | None) -> None:
    """The first acknowledgement is what the person is shown."""
    if not delivery.acknowledged:
        delivery.answer = answer or None


def answered(text: str) -> Json | None:
    """An acknowledgement's body: JSON, or plain words to show."""
    if not text:
        return None
    return json.loads(text) if text.startswith("{") else {"text": text}


def as_http(delivery: Delivery) -> tuple[bytes, str]:
    """The body and its type: events as JSON, interactions as a form's one field, commands as a form."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    fields = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"


def signed(secret: str, body: bytes) -> dict[str, str]:
    """Slack's headers that prove who sends; by the machine's clock, since the app compares it with its own."""
    at = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    agent = "Slackbot 1.0 (+https://api.slack.com/robots)"
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}", "User-Agent": agent}
