"""Records what Teams sends and acknowledges it; the submission of a form's page waits for its outcome.

An activity that cannot be recorded is answered with 500, so that Teams delivers it again.
https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from remembrancer.bot.inbound.event_recorder import EventRecorder
from remembrancer.bot.teams.inbound.events import BUTTON_INVOKE, Activity, Event, parse
from remembrancer.wording import phrase

log = structlog.get_logger()
Body = Mapping[str, Any]
PATIENCE = 8.0
"""Seconds that the outcome of an invoke may take: Teams waits for ten, and the network takes some of them."""


@dataclass(frozen=True)
class Acknowledgement:
    """The response to a request: its HTTP `status`, and for an invoke a `body`."""

    status: int = 200
    body: Body | None = None


def text_response(text: str) -> Body:
    """Build the response that shows text to the person who pressed, and leaves the card as it is."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def card_response(content: Mapping[str, Any]) -> Body:
    """Build the response that replaces the pressed card for the person who pressed."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}


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
