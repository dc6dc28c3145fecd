"""Records what Teams sends and acknowledges it; an invoke may wait for its outcome.

An activity that cannot be recorded is answered with 500, so that Teams delivers it again.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from remembrancer.bot.inbound.batch_writer import BatchWriter
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.bot.inbound.pending_submissions import PendingSubmissions
from remembrancer.bot.inbound.worker import Tasks
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.events import BUTTON_INVOKE, Activity, Event, parse
from remembrancer.bot.teams.inbound.invoke_responses import Acknowledgement, Body, text_response
from remembrancer.clock import Clock
from remembrancer.wording import say

log = structlog.get_logger()
PATIENCE = 8.0
"""Seconds that the outcome of an invoke may take: Teams waits for ten, and the network takes some of them."""
AnswerInvoke = Callable[[Event], Awaitable[Body | None]]
"""Returns the body that answers an invoke; None: acknowledge it only."""
Repeat = Callable[[Event], Awaitable[None]]
"""Handles a repeated delivery again, for the request that waits for its answer."""


async def no_answer(_event: Event) -> None:
    """Return no answer beyond the acknowledgement."""


def wait_for_outcome(submissions: PendingSubmissions) -> AnswerInvoke:
    """Return an AnswerInvoke that waits for the outcome of a form's page, and for nothing else."""

    def answer(event: Event) -> Awaitable[Body | None]:
        return (
            _outcome_of(submissions, event, submissions.expect(event.key)) if event.kind == "page" else no_answer(event)
        )

    return answer


async def _outcome_of(submissions: PendingSubmissions, event: Event, future: asyncio.Future[Body]) -> Body:
    try:
        return await future
    finally:
        submissions.forget(event.key, future)


class Receiver:
    """Records the activities that the endpoint accepts.

    `on_recorded` is called after each event that is in the inbox. `answer` is called before an invoke is recorded, as a
    worker may handle it at once, and is waited for `patience` seconds at most; `again` is called for a repeated
    delivery.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        on_recorded: Callable[[], None],
        answer: AnswerInvoke = no_answer,
        again: Repeat = no_answer,
        patience: float = PATIENCE,
    ) -> None:
        self._clock, self._batch_writer = clock, BatchWriter(engine, PLATFORM, on_recorded)
        self._answer, self._repeat, self._patience = answer, again, patience
        self._tasks = Tasks()

    async def __call__(self, activity: Activity) -> Acknowledgement:
        """Return the acknowledgement of an accepted activity."""
        event = parse(activity)
        if event is None:
            return _acknowledge_unhandled(activity)
        try:
            if event.is_awaited:
                return Acknowledgement(200, await self._invoke(event, activity))
            await self._record(event, activity)
        except SQLAlchemyError:  # the edge: Teams delivers it again
            log.exception("not recorded", key=event.key)
            return Acknowledgement(500)
        return Acknowledgement()

    async def _record(self, event: Event, activity: Activity) -> bool:
        """Record the event and return whether it is new."""
        return await self._batch_writer.record(NewEvent(event.key, activity, self._clock.now(), event.lane))

    async def _invoke(self, event: Event, activity: Activity) -> Body:
        """Return the outcome of an invoke if it is known in time; a repeated delivery is handled again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        answering = asyncio.ensure_future(self._answer(event))
        try:
            if not await self._record(event, activity):
                self._tasks.start(self._repeat_logged(event))
            await asyncio.wait([answering], timeout=max(0.0, until - loop.time()))
            return _invoke_body(answering, event)
        finally:
            answering.cancel()

    async def _repeat_logged(self, event: Event) -> None:
        try:
            await self._repeat(event)
        except Exception:  # the edge: the card stays as it is, and the worker handles the recorded event
            log.exception("not done again", key=event.key)

    async def stop(self) -> None:
        """Finish what is in progress."""
        await self._tasks.drain()
        await self._batch_writer.stop()


def _invoke_body(answering: "asyncio.Future[Body | None]", event: Event) -> Body:
    """Return the answer, or a text where it failed or is late: the event is recorded, so Teams need not repeat it."""
    if not answering.done():
        return text_response(say("teams.takes_longer"))
    error = answering.exception()
    if error is not None:
        log.error("no answer", key=event.key, exc_info=error)
    answer = None if error else answering.result()
    return text_response(say("teams.heard")) if answer is None else answer


def _acknowledge_unhandled(activity: Activity) -> Acknowledgement:
    """Answer an activity that the app does not handle; only an invoke is told so."""
    log.info("not listened to", type=activity.get("type"), name=activity.get("name"))
    if activity.get("type") != "invoke":
        return Acknowledgement()
    return (
        Acknowledgement(200, text_response(say("teams.not_understood")))
        if activity.get("name") == BUTTON_INVOKE
        else Acknowledgement(501)
    )
