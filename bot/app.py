"""The web application. Only this file and cli/ know which platforms there are."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI
from sqlalchemy import Engine, text

from bot.sandbox.demo import Demo
from bot.transport import Transport
from scheduler.clock import Clock, SystemClock
from scheduler.deliver import Way
from scheduler.look import look
from scheduler.read_feeds import read_committees, read_feeds
from scheduler.sources import Means, sleep_unless
from settings import Settings
from web.calendars import calendar_router
from web.sandbox import make_router

TOGETHER = 4
"""How many messages are on their way at a time, each to somebody else."""


def demo_app(demo: Demo) -> FastAPI:
    """The sandbox, and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(calendar_router(lambda: demo.engine, lambda: demo.clock))
    app.include_router(make_router(demo))
    return app


def service_app(engine: Engine, settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The production service: it looks every so often for as long as the application runs."""
    transports: dict[str, Transport] = {}
    now_by = clock or SystemClock()
    stopping = Event()
    scheduler = make_scheduler(engine, transports, settings, now_by, stopping)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        scheduler.start()
        yield
        stopping.set()
        scheduler.shutdown(wait=True)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/health")
    def health() -> dict[str, str]:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return {"status": "ok"}

    app.include_router(calendar_router(lambda: engine, lambda: now_by))
    return app


def make_scheduler(
    engine: Engine, transports: dict[str, Transport], settings: Settings, clock: Clock, stopping: Event
) -> BackgroundScheduler:
    """APScheduler only says 'look again': a late look is taken, and several missed ones are one.

    Feeds and committee systems are read beside the look, so that a slow server is in nobody's way. `stopping` wakes
    whoever waits between two requests to one, so that the service can end.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    lease, between = timedelta(seconds=settings.lease_seconds), timedelta(seconds=settings.look_seconds)
    way = Way(lease, at_most=between, together=TOGETHER)

    def every_so_often(step: Callable[[], object]) -> None:
        scheduler.add_job(
            step,
            "interval",
            seconds=settings.look_seconds,
            next_run_time=clock.now(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    every_so_often(lambda: look(engine, transports, clock.now(), way))
    every_so_often(lambda: read_feeds(engine, settings, clock.now()))
    means = Means(sleep=sleep_unless(stopping))
    every_so_often(lambda: read_committees(engine, settings, clock.now(), means))
    return scheduler
