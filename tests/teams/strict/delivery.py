"""What Teams delivers to the bot: again where it was not acknowledged, and not always once or in order.

An invoke is never delivered again: whoever pressed sees that it failed.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from tests.teams.strict.faults import DELIVERIES, Faults
from tests.teams.strict.state import Json

OF_INVOKES = ("repeated", "answer lost")
PATIENCE = 15.0
"""Seconds of the machine's time that the bot has for an answer."""


@dataclass
class Delivery:
    """One activity. `tries`: how each delivery ended, by its status or by what went wrong; `answer` to the first."""

    activity: Json
    tries: list[str] = field(default_factory=list)
    acknowledged: bool = False
    answer: Json | None = None

    @property
    def is_invoke(self) -> bool:
        return bool(self.activity["type"] == "invoke")


class Deliveries:
    """`with Deliveries(...)`: each carries a `token`. `url` is where the bot listens; it may change."""

    def __init__(self, faults: Faults, token: Callable[[], str]) -> None:
        self.faults, self.token, self.url = faults, token, ""
        self.all: list[Delivery] = []
        self._passed: list[Delivery] = []
        self._client = httpx.Client(
            timeout=PATIENCE, verify=False, limits=httpx.Limits(max_keepalive_connections=0, max_connections=None)
        )
        self._pool = ThreadPoolExecutor(4, "Teams delivers")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        self._client.close()

    def deliver(self, activity: Json) -> Delivery:
        delivery = Delivery(activity)
        self.all.append(delivery)
        fault = self.faults.strike_delivery(OF_INVOKES if delivery.is_invoke else DELIVERIES)
        if fault == "late":
            return delivery
        passed, self._passed = self._passed, []
        if fault == "reordered":
            self._passed = [delivery]
            return delivery
        self._deliver(delivery, fault)
        for each in passed:
            self._deliver(each)
        return delivery

    def redeliver(self, delivery: Delivery) -> None:
        if delivery in self._passed:
            self._passed.remove(delivery)
        self._deliver(delivery)

    @property
    def waiting(self) -> list[Delivery]:
        """All that is to be delivered again."""
        return [each for each in self.all if not each.acknowledged and not each.is_invoke]

    def _deliver(self, delivery: Delivery, fault: str | None = None) -> None:
        posts = [self._pool.submit(self._post, delivery.activity) for _ in range(2 if fault == "repeated" else 1)]
        answers = [each.result() for each in posts]
        for said, answer in answers:
            delivery.tries.append(f"{said} {fault or ''}".strip())
            if said == "200" and fault != "answer lost" and not delivery.acknowledged:
                delivery.acknowledged, delivery.answer = True, answer

    def _post(self, activity: Json) -> tuple[str, Json | None]:
        headers = {"Authorization": f"Bearer {self.token()}"}
        try:
            answer = self._client.post(self.url, json=activity, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__, None
        return str(answer.status_code), answer.json() if answer.status_code == 200 and answer.content else None
