"""Parses Teams' activities into events. Pure: nothing is looked up or decided.

Activities: https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md and
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from remembrancer.bot.inbound.dispatch import PlatformEvent
from remembrancer.bot.teams.forms.form_cards import Act, parse_page_action
from remembrancer.bot.teams.inbound.activity_source import PLATFORM, conversation_of, kind_of, user_of
from remembrancer.bot.teams.inbound.message_text import (
    has_file,
    mentions_bot,
    object_at,
    objects_at,
    quoted_message,
    to_plain_text,
)
from remembrancer.bot.teams.outbound.card import parse_press
from remembrancer.models import TeamsKind

Activity = Mapping[str, Any]
BUTTON_INVOKE = "adaptiveCard/action"
"""The name of the invoke that a card's button sends."""
CHANNEL_EVENTS = frozenset(
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
class Event(PlatformEvent):
    """One event, whose `user` is the sender's Entra object id, or where Teams sends none, Teams' own id of them.

    press: `about` is the card's message; page: the form's button `step`, the form's `token`, its `page` (from nought),
    and in `data` all that the button sent, typed values among it; installed and removed: the bot, in the
    `activity_source.reference` of the activity; channel: `event`; stranger: our own note that an unknown user did
    something. `elsewhere`: outside a personal chat, where others read. `is_awaited`: Teams waits for the outcome and
    shows it. `activity` is all that Teams sent.
    """

    kind: Literal["text", "press", "page", "installed", "removed", "channel", "stranger"]
    token: str = ""
    page: int = 0
    step: Act = "send"
    data: Mapping[str, Any] = field(default_factory=dict)
    event: str = ""
    is_awaited: bool = False
    activity: Activity = field(default_factory=dict, compare=False)

    @property
    def lane(self) -> str:
        """The lane of the event: each person's events are handled in order, and so are those about channels."""
        return PLATFORM if self.kind == "channel" else self.user or PLATFORM


def parse(activity: Activity) -> Event | None:
    """Parse an activity; None where the app does not handle it."""
    parser = _PARSERS.get(str(activity.get("type")))
    event = parser(activity) if parser else None
    return replace(event, activity=activity) if event else None


def stranger_note(event: Event, day: date) -> dict[str, Any] | None:
    """Build our own event that an unknown user did something, with where to answer them; its key allows one a day.

    None where others read what would be answered.
    """
    copied_keys = ("from", "recipient", "conversation", "serviceUrl", "channelData")
    copied = {key: event.activity[key] for key in copied_keys if key in event.activity}
    return None if event.elsewhere else {"type": "stranger", "day": day.isoformat(), **copied}


def _key(activity: Activity) -> str:
    """Return the event's key: the activity's id within its conversation, or a hash where it has none."""
    activity_id = activity.get("id")
    if not activity_id:
        activity_id = hashlib.sha256(json.dumps(activity, sort_keys=True).encode()).hexdigest()
    return f"{object_at(activity, 'conversation').get('id', '')}/{activity_id}"


def _is_from_bot(activity: Activity) -> bool:
    """Return whether a bot sent it: in some conversations bots receive what they and other bots post."""
    return object_at(activity, "from").get("role") == "bot" or str(object_at(activity, "from").get("id")).startswith(
        "28:"
    )


def _person_event(kind: Literal["text", "press", "page"], activity: Activity, **more: Any) -> Event:
    is_personal = kind_of(activity) == TeamsKind.PERSONAL
    conversation = conversation_of(activity) if is_personal else ""
    return Event(kind, _key(activity), user_of(activity), conversation, elsewhere=not is_personal, **more)


def _message(activity: Activity) -> Event | None:
    """Parse a text message, or a button whose answer Teams does not wait for (Action.Submit, sent as a value)."""
    if _is_from_bot(activity):
        return None
    button = _button_event(activity, object_at(activity, "value"), is_awaited=False)
    if button is not None:
        return button
    if not (activity.get("text") or activity.get("attachments")):
        return None
    if kind_of(activity) != TeamsKind.PERSONAL and not mentions_bot(activity):
        return None
    return _person_event(
        "text", activity, text=to_plain_text(activity), about=_about(activity), has_file=has_file(activity)
    )


def _edited(activity: Activity) -> Event | None:
    """Parse an edit of somebody's own message, which has the id of the message that it edits.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
    """
    is_edit = object_at(activity, "channelData").get("eventType") == "editMessage"
    event = _message(activity) if is_edit else None
    if event is None or event.kind != "text":
        return None
    digest = hashlib.sha256(event.text.encode()).hexdigest()[:16]
    return replace(event, key=f"edit-{event.key}-{digest}", edits=event.key)


def _about(activity: Activity) -> str | None:
    """Return the id of the message that this replies to, or of its thread's first message; None for that one itself."""
    thread = str(object_at(activity, "conversation").get("id") or "").partition(";messageid=")[2]
    message_id = quoted_message(activity) or activity.get("replyToId") or thread
    return str(message_id) if message_id and message_id != activity.get("id") else None


def _invoke(activity: Activity) -> Event | None:
    value = object_at(activity, "value")
    # An automatic refresh of a card is not caused by a person.
    if activity.get("name") != BUTTON_INVOKE or value.get("trigger") == "automatic":
        return None
    return _button_event(activity, object_at(object_at(value, "action"), "data"), is_awaited=True)


def _button_event(activity: Activity, data: Mapping[str, Any], is_awaited: bool) -> Event | None:
    more = {"about": str(activity["replyToId"]) if activity.get("replyToId") else None, "is_awaited": is_awaited}
    page = parse_page_action(data)
    if page is not None:
        return _person_event("page", activity, step=page.act, token=page.token, page=page.page, data=data, **more)
    button = parse_press(data)
    return _person_event("press", activity, action=button[0], value=button[1], **more) if button else None


def _installation(activity: Activity) -> Event | None:
    kind = _INSTALLED.get(str(activity.get("action")))
    return _conversation_event(kind, activity) if kind else None


def _conversation_event(kind: Literal["installed", "removed", "channel"], activity: Activity, event: str = "") -> Event:
    is_personal = kind_of(activity) == TeamsKind.PERSONAL
    user, conversation = (user_of(activity), conversation_of(activity)) if is_personal else ("", "")
    return Event(kind, _key(activity), user, conversation, event=event, elsewhere=not is_personal)


def _conversation_update(activity: Activity) -> Event | None:
    event = str(object_at(activity, "channelData").get("eventType"))
    if event in CHANNEL_EVENTS:
        return _conversation_event("channel", activity, event)
    if _is_bot_among(activity, "membersAdded"):
        return _conversation_event("installed", activity)
    return _conversation_event("removed", activity) if _is_bot_among(activity, "membersRemoved") else None


def _is_bot_among(activity: Activity, members: str) -> bool:
    bot_id = object_at(activity, "recipient").get("id")
    return bot_id is not None and any(each.get("id") == bot_id for each in objects_at(activity, members))


def _stranger(note: Activity) -> Event:
    user = user_of(note)
    return Event("stranger", f"stranger-{user}-{note['day']}", user, conversation_of(note))


_PARSERS: Mapping[str, Callable[[Activity], Event | None]] = {
    "message": _message,
    "messageUpdate": _edited,
    "invoke": _invoke,
    "installationUpdate": _installation,
    "conversationUpdate": _conversation_update,
    "stranger": _stranger,
}
