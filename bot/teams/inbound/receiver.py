"""Records what Teams sends and acknowledges it; an invoke may wait for its outcome.

An activity that cannot be recorded is answered with 500, so that Teams delivers it again.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from remembrancer.bot.inbound.batch_writer import Recorder
from remembrancer.bot.inbound.inbox import Delivered
from remembrancer.bot.inbound.pending_submissions import Submissions
from remembrancer.bot.inbound.worker import Tasks
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.events import PRESSED, Activity, Heard, hear
from remembrancer.bot.teams.inbound.invoke_responses import Answered, Body, shown
from remembrancer.clock import Clock
from remembrancer.wording import say

log = structlog.get_logger()
PATIENCE = 8.0
"""Seconds that the outcome of an invoke may take: Teams waits for ten, and the network takes some of them."""
Answer = Callable[[Heard], Awaitable[Body | None]]
"""Returns the body that answers an invoke; None: acknowledge it only."""
Again = Callable[[Heard], Awaitable[None]]
"""Handles a repeated delivery again, for the request that waits for its answer."""


async def nothing(_heard: Heard) -> None:
    """Return no answer beyond the acknowledgement."""


def waiting_for(submissions: Submissions) -> Answer:
    """Return an Answer that waits for the outcome of a form's page, and for nothing else."""

    def answer(heard: Heard) -> Awaitable[Body | None]:
        return _becomes(submissions, heard, submissions.expect(heard.key)) if heard.kind == "page" else nothing(heard)

    return answer


async def _becomes(submissions: Submissions, heard: Heard, future: asyncio.Future[Body]) -> Body:
    try:
        return await future
    finally:
        submissions.forget(heard.key, future)


class Listening:
    """Records the activities that the endpoint accepts.

    `recorded` is called after each event that is in the inbox. `answer` is called before an invoke is recorded, as a
    worker may handle it at once, and is waited for `patience` seconds at most; `again` is called for a repeated
    delivery.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        recorded: Callable[[], None],
        answer: Answer = nothing,
        again: Again = nothing,
        patience: float = PATIENCE,
    ) -> None:
        self._clock, self._recorder = clock, Recorder(engine, PLATFORM, recorded)
        self._answer, self._again, self._patience = answer, again, patience
        self._tasks = Tasks()

    async def __call__(self, activity: Activity) -> Answered:
        """Return the acknowledgement of an accepted activity."""
        heard = hear(activity)
        if heard is None:
            return _passed_over(activity)
        try:
            if heard.is_awaited:
                return Answered(200, await self._invoked(heard, activity))
            await self._recorded(heard, activity)
        except SQLAlchemyError:  # the edge: Teams delivers it again
            log.exception("not recorded", key=heard.key)
            return Answered(500)
        return Answered()

    async def _recorded(self, heard: Heard, activity: Activity) -> bool:
        """Record the event and return whether it is new."""
        return await self._recorder.record(Delivered(heard.key, activity, self._clock.now(), heard.lane))

    async def _invoked(self, heard: Heard, activity: Activity) -> Body:
        """Return the outcome of an invoke if it is known in time; a repeated delivery is handled again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        answering = asyncio.ensure_future(self._answer(heard))
        try:
            if not await self._recorded(heard, activity):
                self._tasks.start(self._done_again(heard))
            await asyncio.wait([answering], timeout=max(0.0, until - loop.time()))
            return _answer_of(answering, heard)
        finally:
            answering.cancel()

    async def _done_again(self, heard: Heard) -> None:
        try:
            await self._again(heard)
        except Exception:  # the edge: the card stays as it is, and the worker handles the recorded event
            log.exception("not done again", key=heard.key)

    async def stop(self) -> None:
        """Finish what is in progress."""
        await self._tasks.drain()
        await self._recorder.stop()


def _answer_of(answering: "asyncio.Future[Body | None]", heard: Heard) -> Body:
    """Return the answer, or a text where it failed or is late: the event is recorded, so Teams need not repeat it."""
    if not answering.done():
        return shown(say("teams.takes_longer"))
    error = answering.exception()
    if error is not None:
        log.error("no answer", key=heard.key, exc_info=error)
    answer = None if error else answering.result()
    return shown(say("teams.heard")) if answer is None else answer


def _passed_over(activity: Activity) -> Answered:
    """Answer an activity that the app does not handle; only an invoke is told so."""
    log.info("not listened to", type=activity.get("type"), name=activity.get("name"))
    if activity.get("type") != "invoke":
        return Answered()
    return Answered(200, shown(say("teams.not_understood"))) if activity.get("name") == PRESSED else Answered(501)
