"""Where in Teams an activity comes from, and who did it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.teams.written import within

Activity = Mapping[str, Any]
Kind = Literal["personal", "group", "channel"]
KINDS: Mapping[str, Kind] = {"personal": "personal", "groupChat": "group", "channel": "channel"}
"""Teams' own words for them, and ours."""


@dataclass(frozen=True)
class Reference:
    """Where something can be said: kept of whatever comes in, for Teams lets nobody look it up.

    `conversation` is a channel's own id, never that of one of its threads; `name` and `team` are what a channel or a
    group chat and its team are called; `account` is the Entra object id of whom a personal chat is with. Empty: the
    activity does not say.
    """

    conversation: str
    service_url: str
    tenant_id: str
    kind: Kind
    name: str = ""
    team: str = ""
    account: str = ""


def reference(activity: Activity) -> Reference | None:
    """Where an activity comes from; None where it does not say so."""
    conversation, data = within(activity, "conversation"), within(activity, "channelData")
    kind = kind_of(activity)
    there, service_url = conversation_of(activity), str(activity.get("serviceUrl") or "")
    if not there or not service_url:
        return None
    return Reference(
        conversation=there,
        service_url=service_url,
        tenant_id=str(within(data, "tenant").get("id") or conversation.get("tenantId") or ""),
        kind=kind,
        name=_name(activity, kind),
        team=str(within(data, "team").get("name") or ""),
        account=user_of(activity) if kind == "personal" else "",
    )


def _name(activity: Activity, kind: Kind) -> str:
    """A channel's events name the channel apart; a message in it names its thread, if anything."""
    if kind == "channel":
        return str(within(within(activity, "channelData"), "channel").get("name") or "")
    return str(within(activity, "conversation").get("name") or "") if kind == "group" else ""


def user_of(activity: Activity) -> str:
    """The Entra object id of who did it, in small letters; where Teams tells none, its own id of them."""
    who = within(activity, "from")
    return str(who.get("aadObjectId") or "").lower() or str(who.get("id") or "")


def conversation_of(activity: Activity) -> str:
    """The chat or the channel; not the thread. What befalls a channel is told in another, the team's first."""
    channel = within(within(activity, "channelData"), "channel").get("id") if kind_of(activity) == "channel" else None
    return str(channel or within(activity, "conversation").get("id") or "").partition(";")[0]


def kind_of(activity: Activity) -> Kind:
    """What sort of conversation an activity is in."""
    conversation = within(activity, "conversation")
    said = KINDS.get(str(conversation.get("conversationType")))
    return said or ("group" if conversation.get("isGroup") else "personal")
