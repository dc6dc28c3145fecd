"""Records what Teams sends and acknowledges it; the submission of a form's page waits for its outcome.

An activity that cannot be recorded is answered with 500, so that Teams delivers it again.
"""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from remembrancer.bot.inbound.event_recorder import EventRecorder
from remembrancer.bot.teams.inbound.events import BUTTON_INVOKE, Activity, Event, parse
from remembrancer.bot.teams.inbound.invoke_responses import Acknowledgement, text_response
from remembrancer.wording import phrase

log = structlog.get_logger()
PATIENCE = 8.0
"""Seconds that the outcome of an invoke may take: Teams waits for ten, and the network takes some of them."""


class Receiver:
    """Records the activities that the endpoint accepts. An invoke is answered within `patience` seconds."""

    def __init__(self, recorder: EventRecorder[Event], patience: float = PATIENCE) -> None:
        self._recorder, self._patience = recorder, patience

    async def __call__(self, activity: Activity) -> Acknowledgement:
        """Return the acknowledgement of an accepted activity."""
        event = parse(activity)
        if event is None:
            return _acknowledge_unhandled(activity)
        try:
            if event.is_awaited and event.kind == "page":
                outcome = await self._recorder.outcome_of(event, activity, self._patience)
                return Acknowledgement(200, outcome or text_response(phrase("teams.takes_longer")))
            await self._recorder.record(event, activity)
        except SQLAlchemyError:  # the edge: Teams delivers it again
            log.exception("not recorded", key=event.key)
            return Acknowledgement(500)
        return Acknowledgement(200, text_response(phrase("teams.heard")) if event.is_awaited else None)


def _acknowledge_unhandled(activity: Activity) -> Acknowledgement:
    """Answer an activity that the app does not handle; only an invoke is told so."""
    log.info("not listened to", type=activity.get("type"), name=activity.get("name"))
    if activity.get("type") != "invoke":
        return Acknowledgement()
    if activity.get("name") != BUTTON_INVOKE:
        return Acknowledgement(501)
    return Acknowledgement(200, text_response(phrase("teams.not_understood")))
