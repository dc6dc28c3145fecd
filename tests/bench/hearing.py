"""How long Slack waits for an acknowledgement, with 200 signed interactions a second: ours, and a bare handler's."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.slack.manifest import PATH
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.clock import SystemClock
from remembrancer.models import ChatAccount, EventState, IncomingEvent
from remembrancer.scheduler.simulate import RecordingTransport
from remembrancer.scheduler.tick import tick
from tests.bench.council import PRESS, Server, database, join, settle, strict_slack

A_SECOND, SECONDS, LEADS = 200, 5, 50
SECRET = "a secret of the bench's"


def measure() -> None:
    """Print the p99 against a bare handler's: at most 1.5 times is wanted, and is missed (docs/decisions.md)."""
    for kind in ("sqlite", "postgresql"):
        with TemporaryDirectory() as folder, database(kind, Path(folder)) as engine, strict_slack(LEADS) as server:
            settle(engine, Path(folder), LEADS)
            join(engine, server, LEADS)
            # All that is due by now is done, so that the service has nothing else to do.
            tick(engine, {PLATFORM: RecordingTransport()}, SystemClock().now())
            bodies = interactions(engine, server)
            found = {which: _percentiles(which, engine, server, bodies) for which in ("bare", "ours")}
        (median, most), (bare_median, bare_most) = found["ours"], found["bare"]
        said = f"p99 {most * 1000:.0f} ms, {most / bare_most:.2f} of a bare handler's"
        print(f"{f'acknowledging {A_SECOND} a second, {kind}':45} {said}; median {median / bare_median:.2f}")


def interactions(engine: Engine, server: Server) -> list[bytes]:
    """Presses of a button by everybody in turn, each another."""
    team = server.client.auth_test()["team_id"]
    with Session(engine) as session:
        accounts = session.exec(select(ChatAccount).order_by(col(ChatAccount.id))).all()
    return [_press(team, accounts[number % len(accounts)], number) for number in range(A_SECOND * SECONDS)]


def _press(team: str, account: ChatAccount, number: int) -> bytes:
    pressed = {
        "type": "button",
        "action_id": PRESS,
        "value": "0",
        "block_id": "b",
        "action_ts": f"1567155600.{number:06}",
    }
    payload: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": team, "domain": "bench"},
        "user": {"id": account.account, "team_id": team},
        "channel": {"id": account.conversation, "name": "directmessage"},
        "message": {"ts": "1567155600.000000"},
        "trigger_id": f"{number}.trigger",
        "actions": [pressed],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def _percentiles(which: str, engine: Engine, server: Server, bodies: Sequence[bytes]) -> tuple[float, float]:
    with target(which, engine, server) as url:
        asyncio.run(_load(url, bodies[: A_SECOND // 4]))
        _rest(engine)
        waits = sorted(asyncio.run(_load(url, bodies[A_SECOND // 4 :])))
    return waits[len(waits) // 2], waits[len(waits) * 99 // 100]


def _rest(engine: Engine) -> None:
    """Until the service has done all that it was asked for, or nearly: its last rounds are seen by nobody."""
    query = select(IncomingEvent.id).where(IncomingEvent.platform == PLATFORM)
    waits = query.where(IncomingEvent.state == EventState.WAITING)
    is_left = True
    while is_left:
        time.sleep(1)
        with Session(engine) as session:
            is_left = session.exec(waits.limit(1)).first() is not None
    time.sleep(2)


@contextmanager
def target(which: str, engine: Engine, server: Server) -> Iterator[str]:
    settings = {
        "REMEMBRANCER_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SLACK_BOT_TOKEN": server.token,
        "SLACK_API_URL": server.api_url,
        "SLACK_SIGNING_SECRET": SECRET,
        "REMEMBRANCER_LOOK_SECONDS": "3600",
    }
    command = (sys.executable, "-m", "tests.bench.target", which)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}{PATH}"
        process.kill()


async def _load(url: str, bodies: Sequence[bytes]) -> list[float]:
    """Each sent at its own moment, however long those before it take; the seconds from then to its acknowledgement."""
    began = time.perf_counter() + 0.1
    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(
            *(_send(session, url, body, began + number / A_SECOND) for number, body in enumerate(bodies))
        )


async def _send(session: aiohttp.ClientSession, url: str, body: bytes, at: float) -> float:
    await asyncio.sleep(at - time.perf_counter())
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or "",
    }
    async with session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
    return time.perf_counter() - at
