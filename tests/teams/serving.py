"""An application behind real HTTP, on loopback, in a thread and a loop of its own."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from starlette.types import Lifespan

from remembrancer.bot.teams.inbound.endpoint import PATH, Endpoint


def site(gate: Endpoint, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The gate's route, and one of somebody else's."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_api_route(PATH, gate.messages, methods=["POST"])

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Its address. It is stopped at the end, as a service is."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    ready: Future[str] = Future()

    async def run() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        ready.set_result(f"http://127.0.0.1:{port}")
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    yield ready.result(20)
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive(), "the application did not stop"
