"""The receiver as a platform: real HTTP, one connection for each call."""

import json
import random
import time
from datetime import datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from remembrancer.models.message import Message
from remembrancer.scheduler.outbox.transport import CannotKnowError, SendError, Sent, Trouble


class Find(StrEnum):
    """Whether the platform can say what became of a message: it does; it always says 'absent'; it cannot."""

    WORKS = "works"
    DISABLED = "disabled"
    CANNOT_KNOW = "cannot know"


class HttpTransport:
    """Posts to a receiver on this machine. In seconds: `timeout`, and the longest that the way there takes."""

    def __init__(self, port: int, find: Find = Find.WORKS, timeout: float = 10, distance: float = 0) -> None:
        self._port = port
        self._find = find
        self._timeout = timeout
        self._distance = distance

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        time.sleep(random.uniform(0, self._distance))
        body = {"conversation": conversation, "key": key, "perhaps_again": perhaps_again}
        return Sent(self._call("POST", "/post", {**body, "message": message.model_dump(mode="json")})["id"])

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        if self._find == Find.CANNOT_KNOW:
            raise CannotKnowError
        if self._find == Find.DISABLED:
            return None
        found = self._call("GET", f"/find?{urlencode({'conversation': conversation, 'key': key})}")["id"]
        return None if found is None else Sent(found)

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        body = {"conversation": conversation, "id": sent.remote_id, "message": message.model_dump(mode="json")}
        self._call("POST", "/update", body)
        return sent

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            return self._exchange(connection, method, path, body)
        finally:
            connection.close()

    def _exchange(
        self, connection: HTTPConnection, method: str, path: str, body: dict[str, Any] | None
    ) -> dict[str, Any]:
        try:
            connection.connect()
        except OSError as error:
            raise SendError(Trouble.AGAIN, f"not reached: {error}") from error
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            content = response.read()
            if response.status != 200:
                raise _refusal(response.status, response.getheader("Retry-After"))
            answer: dict[str, Any] = json.loads(content)
        except (OSError, HTTPException, ValueError) as error:
            raise SendError(Trouble.DOUBT, f"no answer: {error!r}") from error
        return answer


def _refusal(status: int, retry_after: str | None) -> SendError:
    if status >= 500:
        return SendError(Trouble.DOUBT, f"HTTP {status}")
    if status == 429:
        return SendError(Trouble.AGAIN, "too many", float(retry_after) if retry_after else None)
    return SendError(Trouble.BROKEN if status in (403, 404, 410) else Trouble.OURS, f"HTTP {status}")
