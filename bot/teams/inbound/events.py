"""Parses Teams' activities into events. Pure: nothing is looked up or decided.

Activities: https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md and
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from remembrancer.bot.teams.forms.form_cards import Act, turned
from remembrancer.bot.teams.inbound.activity_source import PLATFORM, conversation_of, kind_of, user_of
from remembrancer.bot.teams.inbound.message_text import is_spoken_to, objects, quoted, within, written
from remembrancer.bot.teams.outbound.card_actions import pressed
from remembrancer.models import TeamsKind

Activity = Mapping[str, Any]
PRESSED = "adaptiveCard/action"
"""The name of the invoke that a card's button sends."""
OF_TEAMS = frozenset(
    {
        "channelCreated",
        "channelDeleted",
        "channelRenamed",
        "channelRestored",
        "teamArchived",
        "teamDeleted",
        "teamHardDeleted",
        "teamRenamed",
        "teamRestored",
        "teamUnarchived",
    }
)
"""Events about changes of teams and their channels."""
_INSTALLED: Mapping[str, Literal["installed", "removed"]] = {
    "add": "installed",
    "add-upgrade": "installed",
    "remove": "removed",
    "remove-upgrade": "removed",
}


@dataclass(frozen=True)
class Heard:
    """One event. `key` identifies it across repeated deliveries.

    user: the sender's Entra object id, or where Teams sends none, Teams' own id of them. text: `text`, and `about`, the
    id of the message that it replies to or quotes; press: `action`, `value`, and `about`, the card's message; page: the
    form's button `step`, the form's `token`, its `page` (from nought), and in `data` all that the button sent, typed
    values among it; installed and removed: the bot, in the `activity_source.reference` of the activity; channel:
    `event`; stranger: our own note that an unknown user did something. `conversation` is the personal chat in which it
    happened, empty elsewhere. `elsewhere`: outside a personal chat, where others read. `is_awaited`: Teams waits for
    the outcome and shows it.
    """

    kind: Literal["text", "press", "page", "installed", "removed", "channel", "stranger"]
    key: str
    user: str = ""
    conversation: str = ""
    text: str = ""
    about: str | None = None
    action: str = ""
    value: str = ""
    token: str = ""
    page: int = 0
    step: Act = "send"
    data: Mapping[str, Any] = field(default_factory=dict)
    event: str = ""
    elsewhere: bool = False
    is_awaited: bool = False

    @property
    def lane(self) -> str:
        """The lane of the event: each person's events are handled in order, and so are those about channels."""
        return PLATFORM if self.kind == "channel" else self.user or PLATFORM


def hear(activity: Activity) -> Heard | None:
    """Parse an activity; None where the app does not handle it."""
    hearer = _HEARERS.get(str(activity.get("type")))
    return hearer(activity) if hearer else None


def stranger(activity: Activity, day: date) -> dict[str, Any]:
    """Build our own event that an unknown user did something, with where to answer them; its key allows one a day."""
    kept = ("from", "recipient", "conversation", "serviceUrl", "channelData")
    return {"type": "stranger", "day": day.isoformat(), **{key: activity[key] for key in kept if key in activity}}


def _key(activity: Activity) -> str:
    """Return the event's key: the activity's id within its conversation, or a hash where it has none."""
    named = activity.get("id")
    if not named:
        named = hashlib.sha256(json.dumps(activity, sort_keys=True).encode()).hexdigest()
    return f"{within(activity, 'conversation').get('id', '')}/{named}"


def _from_us(activity: Activity) -> bool:
    """Return whether a bot sent it: in some conversations bots receive what they and other bots post."""
    return within(activity, "from").get("role") == "bot" or str(within(activity, "from").get("id")).startswith("28:")


def _done(kind: Literal["text", "press", "page"], activity: Activity, **more: Any) -> Heard:
    """Build the event of something that a person did."""
    is_personal = kind_of(activity) == TeamsKind.PERSONAL
    there = conversation_of(activity) if is_personal else ""
    return Heard(kind, _key(activity), user_of(activity), there, elsewhere=not is_personal, **more)


def _message(activity: Activity) -> Heard | None:
    """Parse a text message, or a button whose answer Teams does not wait for (Action.Submit, sent as a value)."""
    if _from_us(activity):
        return None
    button = _of_data(activity, within(activity, "value"), is_awaited=False)
    if button is not None:
        return button
    if not (activity.get("text") or activity.get("attachments")):
        return None
    if kind_of(activity) != TeamsKind.PERSONAL and not is_spoken_to(activity):
        return None
    return _done("text", activity, text=written(activity), about=_about(activity))


def _about(activity: Activity) -> str | None:
    """Return the id of the message that this replies to, or of its thread's first message; None for that one itself."""
    thread = str(within(activity, "conversation").get("id") or "").partition(";messageid=")[2]
    found = quoted(activity) or activity.get("replyToId") or thread
    return str(found) if found and found != activity.get("id") else None


def _invoke(activity: Activity) -> Heard | None:
    value = within(activity, "value")
    # An automatic refresh of a card is not caused by a person.
    if activity.get("name") != PRESSED or value.get("trigger") == "automatic":
        return None
    return _of_data(activity, within(within(value, "action"), "data"), is_awaited=True)


def _of_data(activity: Activity, data: Mapping[str, Any], is_awaited: bool) -> Heard | None:
    """Parse a button of a message or of a form's page."""
    more = {"about": str(activity["replyToId"]) if activity.get("replyToId") else None, "is_awaited": is_awaited}
    page = turned(data)
    if page is not None:
        return _done("page", activity, step=page.act, token=page.token, page=page.page, data=data, **more)
    button = pressed(data)
    return _done("press", activity, action=button[0], value=button[1], **more) if button else None


def _installation(activity: Activity) -> Heard | None:
    kind = _INSTALLED.get(str(activity.get("action")))
    return _of_place(kind, activity) if kind else None


def _of_place(kind: Literal["installed", "removed", "channel"], activity: Activity, event: str = "") -> Heard:
    is_personal = kind_of(activity) == TeamsKind.PERSONAL
    user, there = (user_of(activity), conversation_of(activity)) if is_personal else ("", "")
    return Heard(kind, _key(activity), user, there, event=event, elsewhere=not is_personal)


def _changed(activity: Activity) -> Heard | None:
    event = str(within(activity, "channelData").get("eventType"))
    if event in OF_TEAMS:
        return _of_place("channel", activity, event)
    if _is_among(activity, "membersAdded"):
        return _of_place("installed", activity)
    return _of_place("removed", activity) if _is_among(activity, "membersRemoved") else None


def _is_among(activity: Activity, members: str) -> bool:
    """Return whether the bot is among the members who came or went."""
    us = within(activity, "recipient").get("id")
    return us is not None and any(each.get("id") == us for each in objects(activity, members))


def _stranger(note: Activity) -> Heard:
    user = user_of(note)
    return Heard("stranger", f"stranger-{user}-{note['day']}", user, conversation_of(note))


_HEARERS: Mapping[str, Callable[[Activity], Heard | None]] = {
    "message": _message,
    "invoke": _invoke,
    "installationUpdate": _installation,
    "conversationUpdate": _changed,
    "stranger": _stranger,
}
