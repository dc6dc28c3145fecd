"""`python -m tests.bench.target ours|bare`: what the interactions of hearing.py are sent to; prints its port.

Settings come from the environment, as the service's do.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from sqlalchemy import Engine

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.bot.slack.manifest import PATH
from remembrancer.clock import SystemClock
from remembrancer.models.database import make_engine
from remembrancer.settings import Settings
from remembrancer.web.app import service_app
from tests.bench.council import PRESS


def bare(engine: Engine, settings: Settings) -> FastAPI:
    """One listener that makes the same insert, and acknowledges."""
    app = AsyncApp(token=settings.slack_bot_token, signing_secret=settings.slack_signing_secret)
    app.client.base_url = settings.slack_api_url
    clock = SystemClock()

    @app.action(PRESS)
    async def pressed(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        key = f"press-{body['user']['id']}-{body['actions'][0]['action_ts']}"
        delivered = NewEvent(key, body, clock.now(), body["user"]["id"])
        await asyncio.to_thread(inbox.record, engine, "bare", [delivered])
        await ack()

    handler, site = AsyncSlackRequestHandler(app), FastAPI()

    @site.post(PATH)
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return site


async def main(which: str) -> None:
    settings = Settings()
    engine = make_engine(settings.database_url)
    app = bare(engine, settings) if which == "bare" else service_app(engine, settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
