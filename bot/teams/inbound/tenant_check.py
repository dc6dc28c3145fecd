"""Decides which authenticated activities are accepted. Pure.

The token of an activity proves its service URL, and says nothing of the tenant that it comes from.
"""

from collections.abc import Mapping
from typing import Any

from remembrancer.bot.teams.conversation_references import ForeignAddressError, check_service_url
from remembrancer.bot.teams.inbound.message_text import object_at
from remembrancer.bot.teams.sdk import LOOPBACK

CHANNEL = "msteams"


def refusal(activity: Mapping[str, Any], tenant: str, playground: bool = False) -> str | None:
    """Return why an activity is refused; None where it is accepted. `tenant` is ours; a playground may have none."""
    if activity.get("channelId") != CHANNEL:
        return "another channel"
    if not _is_allowed(str(activity.get("serviceUrl") or ""), playground):
        return "another service"
    tenants = tenants_of(activity)
    if any(each.lower() != tenant.lower() for each in tenants) and (tenant or not playground):
        return "another tenant"
    return None


def tenants_of(activity: Mapping[str, Any]) -> set[str]:
    """Return every tenant that an activity names as its own."""
    of_data = object_at(object_at(activity, "channelData"), "tenant").get("id")
    of_conversation = object_at(activity, "conversation").get("tenantId")
    return {str(each) for each in (of_data, of_conversation) if each}


def _is_allowed(service_url: str, playground: bool) -> bool:
    try:
        called = check_service_url(service_url, loopback=playground)
    except ForeignAddressError:
        return False
    return called.startswith(f"http://{LOOPBACK}") if playground else True
