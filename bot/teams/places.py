"""Where in Teams an activity comes from, and who did it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from bot.teams.written import within

Activity = Mapping[str, Any]
Where = Literal["personal", "groupChat", "channel"]


@dataclass(frozen=True)
class Reference:
    """Where something can be said: kept of whatever comes in, for Teams lets nobody look it up.

    `conversation` is a channel's own id, never that of one of its threads. `person` is whom we speak to in a personal
    chat (Entra's object id), `bot` our own id there; names are empty where the activity does not tell them.
    """

    conversation: str
    service_url: str
    tenant: str
    where: Where
    bot: str = ""
    person: str = ""
    person_name: str = ""
    team: str = ""
    team_name: str = ""
    channel_name: str = ""


def reference(activity: Activity) -> Reference | None:
    """Where an activity comes from; None where it does not say so."""
    conversation, data = within(activity, "conversation"), within(activity, "channelData")
    team, channel = within(data, "team"), within(data, "channel")
    where = where_of(activity)
    there, service_url = conversation_of(activity), str(activity.get("serviceUrl") or "")
    if not there or not service_url:
        return None
    is_personal = where == "personal"
    return Reference(
        conversation=there,
        service_url=service_url,
        tenant=str(within(data, "tenant").get("id") or conversation.get("tenantId") or ""),
        where=where,
        bot=str(within(activity, "recipient").get("id") or ""),
        person=user_of(activity) if is_personal else "",
        person_name=str(within(activity, "from").get("name") or "") if is_personal else "",
        team=str(team.get("id") or ""),
        team_name=str(team.get("name") or ""),
        channel_name=str(channel.get("name") or ""),
    )


def user_of(activity: Activity) -> str:
    """The Entra object id of who did it; where Teams tells none, its own id of them."""
    who = within(activity, "from")
    return str(who.get("aadObjectId") or who.get("id") or "")


def conversation_of(activity: Activity) -> str:
    """The chat or the channel; not the thread. What befalls a channel is told in another, the team's first."""
    channel = within(within(activity, "channelData"), "channel").get("id") if where_of(activity) == "channel" else None
    return str(channel or within(activity, "conversation").get("id") or "").partition(";")[0]


def where_of(activity: Activity) -> Where:
    """What sort of conversation an activity is in."""
    conversation = within(activity, "conversation")
    said = conversation.get("conversationType")
    if said in ("personal", "groupChat", "channel"):
        return cast(Where, said)
    return "groupChat" if conversation.get("isGroup") else "personal"
