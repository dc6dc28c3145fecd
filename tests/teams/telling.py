"""Activities as the strict Teams would deliver them, of its own people and conversations."""

from typing import Any

from tests.teams.strict import Teams
from tests.teams.strict.state import Person

BOT = {"id": "28:bot", "name": "Remembrancer"}
ADDED = {"membersAdded": [BOT]}
SOMEBODY = Person("00000000-0000-4000-8000-00000000000f", "Somebody")
INSTALLED, REMOVED = {"action": "add"}, {"action": "remove"}


def told(teams: Teams, kind: str, who: Person, **more: Any) -> dict[str, Any]:
    """In somebody's personal chat."""
    return {
        "type": kind,
        "id": "1700000000002",
        "channelId": "msteams",
        "serviceUrl": teams.url,
        "from": {"id": f"29:{who.account}", "aadObjectId": who.account.upper(), "name": who.name},
        "recipient": BOT,
        "conversation": {"conversationType": "personal", "tenantId": teams.tenant, "id": teams.chat(who)},
        "channelData": {"tenant": {"id": teams.tenant}},
        **more,
    }


def in_channel(
    teams: Teams, kind: str, channel: str, team: str, name: str = "Services", /, **more: Any
) -> dict[str, Any]:
    """In a channel of a team of that id and name, by somebody who is not asked for."""
    there = {"conversationType": "channel", "isGroup": True, "id": f"{channel};messageid=1"}
    data = data_of(teams, team, name) | {"channel": {"id": channel}}
    return told(teams, kind, SOMEBODY, conversation=there, channelData=data, **more)


def data_of(teams: Teams, team: str, name: str) -> dict[str, Any]:
    return {"tenant": {"id": teams.tenant}, "team": {"id": team, "name": name}}


def changed(teams: Teams, event: str, team: str, name: str = "Services", /, **channel: str) -> dict[str, Any]:
    """What befalls a team, or a channel in it: told in the team's first, and without what sort of place that is."""
    data = data_of(teams, team, name) | {"eventType": event} | ({"channel": channel} if channel else {})
    return {
        "type": "conversationUpdate",
        "id": f"f:{event}",
        "channelId": "msteams",
        "serviceUrl": teams.url,
        "from": {"id": "29:somebody"},
        "recipient": BOT,
        "conversation": {"isGroup": True, "id": team},
        "channelData": data,
    }
