"""What a strict Teams delivers to a bot: twice, late, in another order, and again where it was not acknowledged."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from tests.teams.serving import served
from tests.teams.strict import Faults
from tests.teams.strict.delivery import Deliveries
from tests.teams.strict.state import Json


class Bot:
    """Hears activities by their ids; `answers` are the statuses of the next, which is 200 where there is none."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answers: list[int] = []

    async def hear(self, request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer proof"
        self.heard.append((await request.json())["id"])
        return Response(status_code=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def deliveries(bot: Bot) -> Iterator[Deliveries]:
    site = FastAPI()
    site.add_api_route("/", bot.hear, methods=["POST"])
    with served(site) as url, Deliveries(Faults(), lambda: "proof") as made:
        made.url = url
        yield made


def said(number: int) -> Json:
    return {"type": "message", "id": str(number)}


def pressed(number: int) -> Json:
    return {"type": "invoke", "id": str(number)}


def strike(deliveries: Deliveries, fault: str) -> None:
    """Every one from now on."""
    deliveries.faults.rates = {fault: 1.0}


def test_what_is_acknowledged_is_delivered_once(deliveries: Deliveries, bot: Bot) -> None:
    assert deliveries.deliver(said(1)).acknowledged
    assert (bot.heard, deliveries.waiting) == (["1"], [])


def test_what_is_refused_is_delivered_again_until_it_is_taken(deliveries: Deliveries, bot: Bot) -> None:
    bot.answers = [500, 503]
    deliveries.deliver(said(1))
    for _ in range(2):
        deliveries.redeliver(deliveries.waiting[0])
    assert (bot.heard, deliveries.waiting) == (["1"] * 3, [])
    assert deliveries.all[0].tries == ["500", "503", "200"]


def test_where_nobody_listens_it_waits_until_somebody_does(deliveries: Deliveries, bot: Bot) -> None:
    url, deliveries.url = deliveries.url, "http://127.0.0.1:1"
    assert deliveries.deliver(said(1)).tries == [httpx.ConnectError.__name__]
    deliveries.url = url
    deliveries.redeliver(deliveries.waiting[0])
    assert bot.heard == ["1"]


def test_a_press_is_never_delivered_again(deliveries: Deliveries, bot: Bot) -> None:
    bot.answers = [500]
    assert not deliveries.deliver(pressed(1)).acknowledged
    assert deliveries.waiting == []


@pytest.mark.parametrize("activity", [said(1), pressed(1)])
def test_a_lost_answer_is_none_though_it_was_heard(deliveries: Deliveries, bot: Bot, activity: Json) -> None:
    strike(deliveries, "answer lost")
    assert not deliveries.deliver(activity).acknowledged
    assert bot.heard == ["1"]


def test_it_may_come_twice_at_once(deliveries: Deliveries, bot: Bot) -> None:
    strike(deliveries, "repeated")
    assert deliveries.deliver(pressed(1)).acknowledged
    assert bot.heard == ["1", "1"]


def test_it_may_come_after_the_one_that_follows_it_or_much_later(deliveries: Deliveries, bot: Bot) -> None:
    strike(deliveries, "reordered")
    deliveries.deliver(said(1))
    strike(deliveries, "late")
    deliveries.deliver(said(2))
    deliveries.faults.rates = {}
    deliveries.deliver(said(3))
    assert bot.heard == ["3", "1"]
    deliveries.redeliver(deliveries.waiting[0])
    assert bot.heard == ["3", "1", "2"]
