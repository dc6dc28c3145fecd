"""The web application. Only this file and cli/ know which platforms there are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI
from sqlalchemy import Engine, text

from bot.sandbox.demo import Demo
from bot.set_up import SetUpError
from bot.slack.app import SlackApp
from bot.slack.manifest import PATH
from bot.slack.transport import PLATFORM, SlackTransport
from bot.slack.web import Web
from bot.transport import Transport
from scheduler.clearing import clear_old
from scheduler.clock import Clock, SystemClock
from scheduler.deliver import Way
from scheduler.look import look
from scheduler.read_feeds import read_committees, read_feeds
from scheduler.sources import Means, sleep_unless
from settings import Settings
from web.calendars import calendar_router
from web.sandbox import make_router
from wording import say

MATCH_SECONDS = 3600
"""How often whoever has no account is looked for again; whoever is new is looked for at once."""

TOGETHER = 4
"""How many messages are on their way at a time, each to somebody else."""


def demo_app(demo: Demo) -> FastAPI:
    """The sandbox, and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(calendar_router(lambda: demo.engine, lambda: demo.clock))
    app.include_router(make_router(demo))
    return app


def service_app(engine: Engine, settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The production service: it looks every so often for as long as the application runs. Raises SetUpError."""
    transports: dict[str, Transport] = {}
    now_by = clock or SystemClock()
    stopping = Event()
    slack = make_slack(engine, transports, settings, now_by)
    scheduler = make_scheduler(engine, transports, settings, now_by, stopping)
    if slack is not None:
        again = {"coalesce": True, "misfire_grace_time": None}
        scheduler.add_job(slack.ask_match, "interval", seconds=MATCH_SECONDS, **again)
        scheduler.add_job(slack.match_new, "interval", seconds=settings.look_seconds, **again)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if slack is not None:
            await slack.start()
            slack.ask_match()
        scheduler.start()
        yield
        stopping.set()
        scheduler.shutdown(wait=True)
        if slack is not None:
            await slack.stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/health")
    async def health() -> dict[str, str]:
        # A dead Slack is for an admin to put right: to start the service anew would not.
        await asyncio.to_thread(_ask_database, engine)
        return {"status": "ok", **({"slack": await slack.standing()} if slack is not None else {})}

    app.include_router(calendar_router(lambda: engine, lambda: now_by))
    if slack is not None and settings.slack_signing_secret:
        app.add_api_route(PATH, slack.events, methods=["POST"])
    return app


def _ask_database(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def make_slack(engine: Engine, transports: dict[str, Transport], settings: Settings, clock: Clock) -> SlackApp | None:
    """Slack, and its transport among the others, where the settings have it. Raises SetUpError."""
    if not settings.slack_bot_token:
        return None
    if not settings.slack_app_token and not settings.slack_signing_secret:
        raise SetUpError(say("slack_admin.no_way_in", path=PATH))
    transport = SlackTransport(Web(settings))
    transports[PLATFORM] = transport
    return SlackApp(settings, engine, transport, transports, clock)


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
    scheduler.add_job(
        lambda: clear_old(engine, clock.now()), "interval", days=1, next_run_time=clock.now(), misfire_grace_time=None
    )
    return scheduler
