"""Where in Teams an activity comes from, and who did it. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from remembrancer.bot.teams.conversation_references import Reference
from remembrancer.bot.teams.inbound.message_text import within
from remembrancer.models import TeamsKind

PLATFORM = "teams"
ACCOUNT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""An Entra object id."""
Activity = Mapping[str, Any]
KINDS: Mapping[str, TeamsKind] = {
    "personal": TeamsKind.PERSONAL,
    "groupChat": TeamsKind.GROUP,
    "channel": TeamsKind.CHANNEL,
}
"""Teams' own words for them, and ours."""


def reference(activity: Activity) -> Reference | None:
    """Where an activity comes from; None where it does not say so.

    It is a channel's own id, never that of one of its threads. The account is the Entra object id of whom a personal
    chat is with, or where Teams tells none its own id of them.
    """
    conversation, data = within(activity, "conversation"), within(activity, "channelData")
    kind, team = kind_of(activity), within(data, "team")
    there, service_url = conversation_of(activity), str(activity.get("serviceUrl") or "")
    if not there or not service_url:
        return None
    return Reference(
        conversation=there,
        service_url=service_url,
        tenant_id=str(within(data, "tenant").get("id") or conversation.get("tenantId") or ""),
        kind=kind,
        name=_name(activity, kind),
        team=str(team.get("name") or ""),
        account=user_of(activity) if kind == TeamsKind.PERSONAL else "",
        team_id=str(team.get("id") or ""),
    )


def _name(activity: Activity, kind: TeamsKind) -> str:
    """A channel's events name the channel apart; a message in it names its thread, if anything."""
    if kind == TeamsKind.CHANNEL:
        return str(within(within(activity, "channelData"), "channel").get("name") or "")
    return str(within(activity, "conversation").get("name") or "") if kind == TeamsKind.GROUP else ""


def user_of(activity: Activity) -> str:
    """The Entra object id of who did it, in small letters; where Teams tells none, its own id of them."""
    who = within(activity, "from")
    return str(who.get("aadObjectId") or "").lower() or str(who.get("id") or "")


def conversation_of(activity: Activity) -> str:
    """The chat or the channel; not the thread. What befalls a channel is told in another, the team's first."""
    channel = (
        within(within(activity, "channelData"), "channel").get("id") if kind_of(activity) == TeamsKind.CHANNEL else None
    )
    return str(channel or within(activity, "conversation").get("id") or "").partition(";")[0]


def kind_of(activity: Activity) -> TeamsKind:
    """What sort of conversation an activity is in."""
    conversation = within(activity, "conversation")
    said = KINDS.get(str(conversation.get("conversationType")))
    if said is None and within(within(activity, "channelData"), "team").get("id"):
        # What befalls a team is told without this word.
        return TeamsKind.CHANNEL
    return said or (TeamsKind.GROUP if conversation.get("isGroup") else TeamsKind.PERSONAL)
