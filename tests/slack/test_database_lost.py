"""The service whose database is lost for a while: what its log and its health say, and that nothing is lost with it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import URL, Engine, make_url

from remembrancer.cli.failures import sentence_for
from remembrancer.logs import set_up_logs
from remembrancer.models.database import make_engine
from remembrancer.web.app import service_app
from tests.conftest import empty
from tests.dialog import LEAD, World, london
from tests.slack.hosting import OPENS, settings_for, until
from tests.slack.strict import Slack
from tests.slack.test_standing import running


class Road:
    """The only way to a server of the database, which can be closed and opened again."""

    def __init__(self, host: str, port: int) -> None:
        self._to, self.port = (host, port), 0
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Nobody comes through any more, and whoever is on the way is cut off."""
        assert self._server is not None
        self._server.close()
        for end in list(self._open):
            end.transport.abort()
        await self._server.wait_closed()

    async def _carry(self, *near: Any) -> None:
        far = await asyncio.open_connection(*self._to)
        self._open |= {near[1], far[1]}
        await asyncio.gather(self._pump(near[0], far[1]), self._pump(far[0], near[1]))
        self._open -= {near[1], far[1]}

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        except OSError:
            pass
        target.transport.abort()


@asynccontextmanager
async def by_road(url: URL, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Road, Engine]]:
    """A way to the database of this URL, and an engine that takes it, as the settings have it too."""
    road = Road(url.host or "127.0.0.1", url.port or 5432)
    await road.open()
    there = url.set(host="127.0.0.1", port=road.port).render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", there)
    engine = make_engine(there)
    yield road, engine
    engine.dispose()
    await road.close()


def test_a_database_that_is_lost_is_said_in_one_line_each_and_all_goes_on_when_it_is_back(
    postgres_database: Engine, slack: Slack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty(postgres_database)
    world = World(postgres_database)
    world.unlink_everybody()
    world.clock.set(london(OPENS))
    ruth = slack.person(LEAD)
    settings = settings_for(slack, "socket").model_copy(update={"look_seconds": 1})
    set_up_logs("json", explain=sentence_for)
    written: list[str] = []

    def logged(event: str, **values: str) -> Callable[[], list[dict[str, Any]]]:
        def found() -> list[dict[str, Any]]:
            written.extend(capsys.readouterr().out.splitlines())
            lines = [json.loads(line) for line in written]
            return [each for each in lines if each.items() >= {"event": event, **values}.items()]

        return found

    async def live() -> None:
        async with (
            by_road(make_url(postgres_database.url), monkeypatch) as (road, engine),
            running(service_app(engine, settings, world.clock)) as client,
        ):
            await asyncio.to_thread(until, lambda: slack.messages(ruth))
            await road.close()
            answer = await client.get("/health")
            assert (answer.status_code, answer.json()) == (503, {"status": "no database"})
            await asyncio.to_thread(slack.say, ruth, "no change")
            for job in ("feeds", "committees"):
                await asyncio.to_thread(until, logged("job failed", job=job))
            await asyncio.to_thread(until, logged("inbox not read"))
            await asyncio.to_thread(until, logged("changes not watched"))
            await road.open()
            for job in ("feeds", "committees"):
                await asyncio.to_thread(until, logged("job works again", job=job))
            await asyncio.to_thread(until, logged("inbox read again"))
            await asyncio.to_thread(until, logged("changes watched again"))
            await asyncio.to_thread(slack.settle)
            await asyncio.to_thread(until, lambda: "Stored: " in str([each.text for each in slack.messages(ruth)]))
            assert (await client.get("/health")).status_code == 200

    asyncio.run(live())
    failures = [*logged("job failed")(), *logged("not answered")(), *logged("not recorded")()]
    assert [
        each.get("exception") for each in failures if "The database server on 127.0.0.1:" not in each.get("reason", "")
    ] == []
    assert len(logged("inbox not read")()) == len(logged("changes not watched")()) == 1
    assert "Traceback" not in str(written)
