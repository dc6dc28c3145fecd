"""Activities as Teams sends them, each as much as a test needs.

https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability
"""

from typing import Any

from tests.teams.issuing import APP, SERVICE, TENANT

Activity = dict[str, Any]

THREADS = "thread.tacv2"
BOT = {"id": f"28:{APP}", "name": "Remembrancer"}
RUTH = {"id": "29:ruth", "name": "Ruth Fairbrass", "aadObjectId": "44444444-4444-4444-8444-444444444444"}
CHAT = {"conversationType": "personal", "tenantId": TENANT, "id": "a:personal-chat"}
GROUP = {"conversationType": "groupChat", "tenantId": TENANT, "id": f"19:group@{THREADS}", "isGroup": True}
CHANNEL_ID = f"19:board@{THREADS}"
THREAD = {
    "conversationType": "channel",
    "tenantId": TENANT,
    "id": f"{CHANNEL_ID};messageid=1700000000001",
    "isGroup": True,
}
IN_TEAM = {
    "tenant": {"id": TENANT},
    "team": {"id": f"19:team@{THREADS}", "name": "Board"},
    "channel": {"id": CHANNEL_ID},
}


def activity(kind: str, **more: Any) -> Activity:
    """Of any type, in the personal chat."""
    told: Activity = {
        "type": kind,
        "id": "1700000000002",
        "timestamp": "2019-09-02T09:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": RUTH,
        "recipient": BOT,
        "conversation": CHAT,
        "channelData": {"tenant": {"id": TENANT}},
    }
    return told | more


def message(text: str | None = "my", **more: Any) -> Activity:
    return activity("message", **({"text": text, "textFormat": "plain"} | more))


def mention(whom: dict[str, Any] = BOT) -> dict[str, Any]:
    """What says of a text that it mentions somebody."""
    return {"type": "mention", "mentioned": whom, "text": f"<at>{whom['name']}</at>"}


def execute(data: Any, **more: Any) -> Activity:
    """A button of a card that is answered at once (Action.Execute)."""
    value = {"action": {"type": "Action.Execute", "verb": "press", "data": data}, "trigger": "manual"}
    told = {"name": "adaptiveCard/action", "value": value, "replyToId": "1700000000000", "id": "f:press-1"}
    return activity("invoke", **(told | more))


def page(step: str = "send", token: str = "token", number: Any = 0, **more: Any) -> Activity:
    """A button of a form's page, with what is typed on it."""
    return execute({"action": f"form_{step}", "token": token, "page": number, "progress": "on_track"} | more)
