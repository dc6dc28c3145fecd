"""Extracts from an activity who caused it and in which conversation. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from remembrancer.bot.teams.conversation_references import Reference
from remembrancer.bot.teams.inbound.message_text import object_at
from remembrancer.models import TeamsKind

PLATFORM = "teams"
ACCOUNT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""The pattern of an Entra object id."""
Activity = Mapping[str, Any]
KINDS: Mapping[str, TeamsKind] = {
    "personal": TeamsKind.PERSONAL,
    "groupChat": TeamsKind.GROUP,
    "channel": TeamsKind.CHANNEL,
}
"""Kinds of conversation by Teams' names for them."""


def reference(activity: Activity) -> Reference | None:
    """Return the conversation of an activity; None where the activity has none.

    The conversation is a channel, never one of its threads. The account is the Entra object id of the person in a
    personal chat, or, where Teams sends none, Teams' own id of them.
    """
    conversation, data = object_at(activity, "conversation"), object_at(activity, "channelData")
    kind, team = kind_of(activity), object_at(data, "team")
    conversation_id, service_url = conversation_of(activity), str(activity.get("serviceUrl") or "")
    if not conversation_id or not service_url:
        return None
    # A channel's name is in the channel data; a message in it names at most its thread.
    named = {TeamsKind.CHANNEL: object_at(data, "channel"), TeamsKind.GROUP: conversation}.get(kind, {})
    return Reference(
        conversation=conversation_id,
        service_url=service_url,
        tenant_id=str(object_at(data, "tenant").get("id") or conversation.get("tenantId") or ""),
        kind=kind,
        name=str(named.get("name") or ""),
        team=str(team.get("name") or ""),
        account=user_of(activity) if kind == TeamsKind.PERSONAL else "",
        team_id=str(team.get("id") or ""),
    )


def user_of(activity: Activity) -> str:
    """Return the sender's Entra object id in lower case; where Teams sends none, Teams' own id of them."""
    sender = object_at(activity, "from")
    return str(sender.get("aadObjectId") or "").lower() or str(sender.get("id") or "")


def conversation_of(activity: Activity) -> str:
    """Return the id of the chat or channel, not of the thread; events about a channel come in the team's first one."""
    channel = (
        object_at(object_at(activity, "channelData"), "channel").get("id")
        if kind_of(activity) == TeamsKind.CHANNEL
        else None
    )
    return str(channel or object_at(activity, "conversation").get("id") or "").partition(";")[0]


def kind_of(activity: Activity) -> TeamsKind:
    """Return the kind of conversation that an activity is in."""
    conversation = object_at(activity, "conversation")
    kind = KINDS.get(str(conversation.get("conversationType")))
    if kind is None and object_at(object_at(activity, "channelData"), "team").get("id"):
        # Events about a team have no conversationType.
        return TeamsKind.CHANNEL
    return kind or (TeamsKind.GROUP if conversation.get("isGroup") else TeamsKind.PERSONAL)
