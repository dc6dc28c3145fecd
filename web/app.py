"""Composes the web application. Only this module and cli/ know which platforms there are."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from threading import Event

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from remembrancer.bot.platform.base import Job, Platform, SetUpError
from remembrancer.bot.sandbox.demo import Demo
from remembrancer.bot.slack.manifest import PATH
from remembrancer.bot.teams import sdk
from remembrancer.clock import Clock, SystemClock
from remembrancer.logs import reported
from remembrancer.queries.change_watch import ChangeWatch
from remembrancer.scheduler.feeds.poll import read_committees, read_feeds
from remembrancer.scheduler.feeds.source import Means, sleep_unless
from remembrancer.scheduler.notices.unreachable import NotLookedUp
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, Transports
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.scheduler.retention import clear_old
from remembrancer.scheduler.tick import tick
from remembrancer.scheduler.tick_loop import TickLoop
from remembrancer.settings import Settings
from remembrancer.web.calendar_feeds import calendar_router
from remembrancer.web.sandbox import make_router
from remembrancer.wording import phrase

log = structlog.get_logger()
DAY_SECONDS = 24 * 60 * 60
CONCURRENT_SENDS = 4
"""How many messages are sent at the same time, each to another conversation."""


def demo_app(demo: Demo) -> FastAPI:
    """Build the application that serves the sandbox alone."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(calendar_router(lambda: demo.engine, lambda: demo.clock))
    app.include_router(make_router(demo))
    return app


def service_app(
    engine: Engine, settings: Settings, clock: Clock | None = None, teams_playground: bool = False
) -> FastAPI:
    """Build the production service, which ticks periodically while the application runs. Raises SetUpError.

    `teams_playground`: accept Microsoft's local Teams, on this machine alone.
    """
    transports: dict[str, Transport] = {}
    now_by, stopping = clock or SystemClock(), Event()
    candidates = {
        "slack": make_slack(engine, transports, settings, now_by),
        "teams": make_teams(engine, transports, settings, now_by, teams_playground),
    }
    platforms = {name: platform for name, platform in candidates.items() if platform is not None}

    def not_looked_up(session: Session) -> set[int]:
        return {person_id for platform in platforms.values() for person_id in platform.not_looked_up(session)}

    jobs = [*feed_jobs(engine, settings, now_by, stopping)]
    jobs += [job for platform in platforms.values() for job in platform.jobs]
    scheduler = _make_scheduler(jobs)
    loop = tick_loop(engine, transports, settings, now_by, stopping, not_looked_up, scheduler)
    watch = ChangeWatch(engine, loop.wake)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for platform in platforms.values():
            await platform.start()
        scheduler.start()
        watch.start()
        yield
        stopping.set()
        loop.stop()  # a scheduler that ends waits for its jobs, and they would wait for it to take another
        await asyncio.to_thread(watch.stop)
        await asyncio.to_thread(scheduler.shutdown)  # waits for the jobs that run, while the loop answers
        for platform in platforms.values():
            await platform.stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/health")
    async def health() -> dict[str, str]:
        # A dead platform does not make the service unhealthy: a restart would not help, an admin must.
        def ask_database() -> None:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))

        await asyncio.to_thread(ask_database)
        return {"status": "ok", **{name: await platform.status() for name, platform in platforms.items()}}

    app.add_exception_handler(OperationalError, _without_database)
    app.include_router(calendar_router(lambda: engine, lambda: now_by))
    for path, handler in (route for platform in platforms.values() for route in platform.routes.items()):
        app.add_api_route(path, handler, methods=["POST"])
    return app


async def _without_database(request: Request, error: Exception) -> JSONResponse:
    """Answer that the database does not serve us now: whoever asks, asks again."""
    log.error("not answered", path=request.url.path, exc_info=error)
    return JSONResponse({"status": "no database"}, 503)


def _make_scheduler(jobs: Sequence[Job]) -> BackgroundScheduler:
    # A late run still happens, and several missed runs become one.
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
    for name, work, seconds in jobs:
        run = reported(name, work)
        scheduler.add_job(run, "interval", seconds=seconds, id=name, next_run_time=SystemClock().now())
    return scheduler


def make_slack(engine: Engine, transports: dict[str, Transport], settings: Settings, clock: Clock) -> Platform | None:
    """Build Slack's app and add its transport; None where the settings have no Slack. Raises SetUpError."""
    if not settings.slack_bot_token:
        return None
    if not settings.slack_app_token and not settings.slack_signing_secret:
        raise SetUpError(phrase("slack_admin.no_way_in", path=PATH))
    from remembrancer.bot.slack.api import SlackWebApi
    from remembrancer.bot.slack.app import SlackApp
    from remembrancer.bot.slack.outbound.transport import PLATFORM, SlackTransport

    transport = SlackTransport(SlackWebApi(settings))
    transports[PLATFORM] = transport
    return SlackApp(settings, engine, transport, transports, clock)


def make_teams(
    engine: Engine, transports: dict[str, Transport], settings: Settings, clock: Clock, playground: bool
) -> Platform | None:
    """Build Teams' app and add its transport; None where the settings have no Teams. Raises SetUpError."""
    sdk.check(settings, playground)
    if not settings.teams_client_id and not playground:
        return None
    from remembrancer.bot.teams.app import TeamsApp
    from remembrancer.bot.teams.clients import make_clients

    return TeamsApp(settings, engine, make_clients(engine, settings, playground), transports, clock, playground)


def tick_loop(
    engine: Engine,
    transports: Transports,
    settings: Settings,
    clock: Clock,
    stopping: Event,
    not_looked_up: NotLookedUp,
    scheduler: BackgroundScheduler,
) -> TickLoop:
    """Build the loop of ticks, and schedule its looks. `stopping` ends the sending."""
    between = timedelta(seconds=settings.look_seconds)
    lease = timedelta(seconds=settings.lease_seconds)
    options = DeliveryOptions(lease, at_most=between, together=CONCURRENT_SENDS, stopping=stopping)

    def schedule(seconds: float) -> None:
        moment = SystemClock().now() + timedelta(seconds=seconds)
        scheduler.add_job(loop.look, "date", run_date=moment, id="tick", replace_existing=True)

    def run(now: datetime) -> bool:
        return tick(engine, transports, now, options, not_looked_up)

    loop = TickLoop(engine, run, clock, between, schedule)
    scheduler.add_job(
        loop.look, "interval", seconds=settings.look_seconds, id="look", next_run_time=SystemClock().now()
    )
    return loop


def feed_jobs(engine: Engine, settings: Settings, clock: Clock, stopping: Event) -> Iterator[Job]:
    """Yield the recurring jobs that belong to no platform, beside the ticks.

    Feeds and committee systems are read in jobs of their own, so that a slow server delays nothing else. `stopping`
    ends the wait between two requests to one server, so that the service can stop.
    """
    means = Means(sleep=sleep_unless(stopping))
    yield Job("feeds", lambda: read_feeds(engine, settings, clock.now()), settings.look_seconds)
    yield Job("committees", lambda: read_committees(engine, settings, clock.now(), means), settings.look_seconds)
    yield Job("clearing", lambda: clear_old(engine, clock.now()), DAY_SECONDS)
