"""The bot's token: from the SDK, and what it means where there is none."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager

import jwt
import pytest
import requests
from microsoft_teams.api.auth.credentials import Credentials, TokenCredentials
from microsoft_teams.apps.token_manager import TokenManager
from msal.exceptions import MsalServiceError  # type: ignore[import-untyped]
from sqlalchemy import Engine

from remembrancer.bot.teams import tokens
from remembrancer.bot.teams.async_thread import AsyncThread, NotRunningError
from remembrancer.bot.teams.tokens import Tokens
from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from tests.teams.connected import connected
from tests.teams.strict import Teams

TOKEN = jwt.encode({"aud": "https://api.botframework.com"}, "k" * 32, algorithm="HS256")


def giving(give: Callable[[], str]) -> Credentials:
    return TokenCredentials(client_id="app", tenant_id="tenant", token=lambda scope, tenant: give())


def refusing(error: Exception) -> Credentials:
    def refuse() -> str:
        raise error

    return giving(refuse)


def tokens_of(credentials: Credentials | None) -> Tokens:
    made = Tokens(TokenManager(credentials))
    made.start()
    return made


def test_the_sdks_token_is_what_teams_is_shown(store: Engine) -> None:
    given = tokens_of(giving(lambda: TOKEN))
    with Teams(token=TOKEN) as teams, connected(teams, store, token=given) as transport:
        lead = teams.chat(teams.person("Ruth"))
        transport.send(lead, "key", message("Hello"), perhaps_again=False)
        assert [one.text for one in teams.shown(lead)] == ["Hello"]
    given.stop()


SERVICE = MsalServiceError("HTTP Error: 503", error=None, error_description=None)


@pytest.mark.parametrize(
    ("credentials", "trouble", "reason"),
    [
        (refusing(ValueError("invalid_client")), Trouble.STOPPED, "NoToken: invalid_client"),
        (refusing(ValueError("temporarily_unavailable")), Trouble.AGAIN, "NoToken: temporarily_unavailable"),
        (refusing(requests.ConnectionError("no route")), Trouble.AGAIN, "NoToken: ConnectionError"),
        (refusing(SERVICE), Trouble.AGAIN, "NoToken: MsalServiceError"),
        (giving(lambda: "no token at all"), Trouble.STOPPED, "NoToken: Not enough segments"),
        (None, Trouble.STOPPED, "NoToken: no credentials"),
    ],
)
def test_without_a_token_nothing_is_sent_to_anybody_and_nothing_is_in_doubt(
    teams: Teams, store: Engine, lead: str, credentials: Credentials | None, trouble: Trouble, reason: str
) -> None:
    given = tokens_of(credentials)
    with connected(teams, store, token=given) as transport:
        with pytest.raises(SendError) as found:
            transport.send(lead, "key", message("Hello"), perhaps_again=False)
        assert (found.value.trouble, found.value.reason, found.value.of_all) == (trouble, reason, True)
        assert transport.stopped == (reason if trouble == Trouble.STOPPED else None)
    assert teams.calls == []
    given.stop()


def silent(asked: threading.Event) -> Tokens:
    """An Entra that is asked and never answers."""

    async def never(scope: str, tenant: str | None) -> str:
        asked.set()
        await asyncio.Event().wait()
        return TOKEN

    return tokens_of(TokenCredentials(client_id="app", tenant_id="tenant", token=never))


def test_an_entra_that_does_not_answer_holds_nobody_up_for_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "TIMEOUT", 0.05)
    given = silent(threading.Event())
    with pytest.raises(SendError) as found:
        given()
    assert (found.value.trouble, found.value.reason) == (Trouble.AGAIN, "NoToken: TimeoutError")
    given.stop()


def test_a_service_that_ends_meanwhile_has_sent_nothing() -> None:
    asked = threading.Event()
    given = silent(asked)
    with ThreadPoolExecutor() as pool:
        call = pool.submit(given)
        assert asked.wait(30)
        given.stop()
        for ended in (call.result, given):
            with pytest.raises(SendError) as found:
                ended()
            assert (found.value.trouble, found.value.of_all) == (Trouble.AGAIN, True)


@contextmanager
def running() -> Iterator[AsyncThread]:
    loop = AsyncThread("test")
    loop.start()
    yield loop
    loop.stop()


async def doubled(number: int) -> int:
    return 2 * number


def test_a_loop_serves_several_threads_and_hands_on_what_is_raised() -> None:
    async def raises() -> None:
        raise KeyError("id")

    with running() as loop:
        found: list[int] = []
        threads = [threading.Thread(target=lambda n=n: found.append(loop.call(doubled(n), 5))) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == [2 * number for number in range(20)]
        with pytest.raises(KeyError):
            loop.call(raises(), 5)


def test_a_loop_gives_up_what_takes_too_long_even_where_it_is_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remembrancer.bot.teams.async_thread.GRACE", 0.05)
    held = threading.Event()

    async def waits() -> None:
        await asyncio.Event().wait()

    async def holds_up() -> None:
        held.wait(30)

    with running() as loop:
        began = time.monotonic()
        for work in (waits(), holds_up()):
            with pytest.raises(TimeoutError):
                loop.call(work, 0.05)
        assert time.monotonic() - began < 30, "as long as the work that holds up the loop"
        held.set()


def test_a_loop_that_has_stopped_says_so_and_breaks_off_what_was_under_way() -> None:
    loop, broken = AsyncThread("test"), threading.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            broken.set()

    def call() -> None:
        with pytest.raises(CancelledError):
            loop.call(waits(), 30)

    loop.start()
    thread = threading.Thread(target=call)
    thread.start()
    loop.call(doubled(1), 5)
    loop.stop()
    assert broken.is_set()
    thread.join(5)
    assert not thread.is_alive()
    with pytest.raises(NotRunningError, match="test does not run"):
        loop.call(doubled(1), 5)
    loop.stop()
