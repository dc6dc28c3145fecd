"""Parses Slack's payloads into events. Pure: nothing is looked up or decided.

Payloads: https://docs.slack.dev/reference/events, https://docs.slack.dev/reference/interaction-payloads
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from remembrancer.bot.inbound.dispatch import PlatformEvent
from remembrancer.bot.slack.inbound.message_text import words_of
from remembrancer.bot.slack.manifest import USE_AS_UPDATE
from remembrancer.bot.slack.outbound.blocks import action_of
from remembrancer.bot.slack.outbound.transport import PLATFORM

Payload = Mapping[str, Any]
COMMAND_TEXTS = {"/remembrancer": "help", "/returns": "my"}
"""The slash commands, each with the text that it stands for where nothing is typed after it."""
MESSAGE_SUBTYPES = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that contain somebody's own words; the others tell of edits, deletions, and the like."""
USER_EVENTS = frozenset({"user_change", "team_join"})
WORKSPACE_EVENTS = USER_EVENTS | frozenset(
    {
        "channel_archive",
        "channel_rename",
        "member_joined_channel",
        "app_uninstalled",
        "tokens_revoked",
    }
)
"""Events about changes of the workspace."""


@dataclass(frozen=True)
class Event(PlatformEvent):
    """One event, whose `user` is the sender's Slack id.

    text: `text` as Slack escapes it; change: `action`, `view`; submit and closed: `view`; home: `view`, where it was
    shown before; directory: `event`; stranger: our own note that an unknown user did something. `trigger` allows to
    open a form for three seconds. `elsewhere`: a command typed outside the DM, where its answer does not appear.
    """

    kind: Literal["text", "press", "change", "submit", "closed", "home", "directory", "stranger"]
    trigger: str = ""
    view: Payload = field(default_factory=dict)
    event: Payload = field(default_factory=dict)

    @property
    def lane(self) -> str:
        """The lane of the event: each person's events are handled in order, and so are those of the workspace."""
        return self.user if self.kind != "directory" else PLATFORM


def parse(body: Payload) -> Event | None:
    """Parse a payload; None where the app does not handle it."""
    if "command" in body:
        return _command(body)
    parser = _PARSERS.get(str(body.get("type")))
    return parser(body) if parser else None


def team_of(body: Payload) -> tuple[str, str]:
    """Return the payload's workspace, and its organisation where the app is installed in all of it."""
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    in_all = str(body.get("is_enterprise_install")).lower() == "true"
    enterprise = body.get("enterprise_id") or (body.get("enterprise") or {}).get("id") if in_all else ""
    return str(team or ""), str(enterprise or "")


def ends_installation(event: Payload) -> bool:
    """Return whether the event ends the app's access to the workspace: removed, or its bot token revoked.

    https://docs.slack.dev/reference/events/tokens_revoked names people's tokens too, of which we have none.
    """
    if event.get("type") == "tokens_revoked":
        return bool((event.get("tokens") or {}).get("bot"))
    return event.get("type") == "app_uninstalled"


def _event(body: Payload) -> Event | None:
    event, key = body["event"], str(body["event_id"])
    kind = event.get("type")
    if kind == "message":
        return _message(event, key)
    if kind == "app_home_opened" and event.get("tab") == "home":
        channel, view = str(event.get("channel", "")), event.get("view") or {}
        return Event("home", key, user=str(event["user"]), conversation=channel, view=view)
    if kind in WORKSPACE_EVENTS:
        return Event("directory", key, event=event)
    return None


def _message(event: Payload, key: str) -> Event | None:
    if event.get("channel_type") == "im" and event.get("subtype") == "message_changed":
        return _edited(event, key)
    if event.get("channel_type") != "im" or event.get("bot_id") or event.get("subtype") not in MESSAGE_SUBTYPES:
        return None
    return _text(event, key, str(event["channel"]))


def _edited(event: Payload, key: str) -> Event | None:
    """Parse an edit of somebody's own message; Slack tells of a link's preview in the same way, which is none.

    https://docs.slack.dev/reference/events/message/message_changed
    """
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    if new.get("bot_id") or new.get("subtype") not in MESSAGE_SUBTYPES or words_of(new) == words_of(old):
        return None
    return replace(_text(new, key, str(event["channel"])), edits=words_of(old), has_file=False)


def _text(message: Payload, key: str, channel: str) -> Event:
    thread = message.get("thread_ts")
    return Event(
        "text",
        key,
        user=str(message.get("user", "")),
        conversation=channel,
        text=words_of(message),
        about=str(thread) if thread and thread != message.get("ts") else None,
        has_file=bool(message.get("files")),
    )


def _press(body: Payload) -> Event | None:
    """Parse a pressed button, or a choice in a modal that changes what is asked."""
    [action, *_], view, user = body["actions"], body.get("view") or {}, str(body["user"]["id"])
    key = f"press-{user}-{action['action_ts']}"
    if view.get("type") == "modal":
        name, trigger = action_of(str(action["action_id"])), str(body.get("trigger_id", ""))
        return Event("change", key, user, view=view, trigger=trigger, action=name)
    if action.get("type") != "button" or "url" in action:
        return None
    channel = str((body.get("channel") or {}).get("id", ""))
    return Event(
        "press",
        key,
        user,
        conversation=channel if channel.startswith("D") else "",
        about=(body.get("message") or {}).get("ts"),
        action=action_of(str(action["action_id"])),
        value=str(action.get("value", "")),
        trigger=str(body.get("trigger_id", "")),
    )


def _submission(body: Payload) -> Event:
    """Parse a submission; its key covers the view's hash and the values, so that every new submission differs."""
    view = body["view"]
    typed = json.dumps(view.get("state", {}), sort_keys=True)
    digest = hashlib.sha256(typed.encode()).hexdigest()[:16]
    key = f"submit-{view['id']}-{view.get('hash', '')}-{digest}"
    return Event("submit", key, str(body["user"]["id"]), view=view, trigger=str(body.get("trigger_id", "")))


def _closed(body: Payload) -> Event:
    view = body["view"]
    return Event("closed", f"closed-{view['id']}", str(body["user"]["id"]), view=view)


def _command(body: Payload) -> Event | None:
    name = str(body["command"])
    if name not in COMMAND_TEXTS:
        return None
    elsewhere = body.get("channel_name") != "directmessage"
    return Event(
        "text",
        f"command-{body['trigger_id']}",
        str(body["user_id"]),
        text=str(body.get("text") or "").strip() or COMMAND_TEXTS[name],
        trigger=str(body["trigger_id"]),
        elsewhere=elsewhere,
    )


def _shortcut(body: Payload) -> Event | None:
    """Parse the shortcut 'Use as progress update': the message's text, by any author, becomes this person's own."""
    if body.get("callback_id") != USE_AS_UPDATE:
        return None
    message = body["message"]
    return Event(
        "text",
        f"shortcut-{body['user']['id']}-{body['action_ts']}",
        str(body["user"]["id"]),
        text=words_of(message),
        about=message.get("thread_ts"),
        trigger=str(body.get("trigger_id", "")),
    )


def stranger_note(event: Event, day: date) -> dict[str, Any]:
    """Build our own event that an unknown user did something; its key allows one a day."""
    return {"type": "stranger", "user": event.user, "day": day.isoformat()}


def _stranger(body: Payload) -> Event:
    return Event("stranger", f"stranger-{body['user']}-{body['day']}", user=str(body["user"]))


_PARSERS: Mapping[str, Callable[[Payload], Event | None]] = {
    "event_callback": _event,
    "block_actions": _press,
    "view_submission": _submission,
    "view_closed": _closed,
    "message_action": _shortcut,
    "stranger": _stranger,
}
