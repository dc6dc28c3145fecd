"""People, channels, messages and views as Slack writes them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack.strict.state import Channel, Json, Message, User, View, Workspace


def user_json(workspace: Workspace, user: User) -> Json:
    profile: Json = {"real_name": user.real_name, "display_name": user.name, "team": workspace.team_id}
    if "users:read.email" in workspace.scopes and not user.is_bot:
        profile["email"] = user.email
    if user.is_bot:
        profile["bot_id"] = workspace.bot_id
    shape: Json = {"id": user.id, "team_id": workspace.team_id, "name": user.name, "deleted": user.deleted}
    shape |= {"profile": profile, "is_bot": user.is_bot, "updated": user.updated, "is_app_user": False}
    return shape if user.deleted else shape | {"real_name": user.real_name, **zone_json(workspace, user)}


def zone_json(workspace: Workspace, user: User) -> Json:
    here: datetime = workspace.clock.now().astimezone(ZoneInfo(user.tz))
    offset = here.utcoffset()
    return {"tz": user.tz, "tz_label": here.tzname(), "tz_offset": int(offset.total_seconds()) if offset else 0}


def channel_json(workspace: Workspace, channel: Channel) -> Json:
    if channel.kind == "im":
        return {"id": channel.id, "created": 1, "is_im": True, "user": channel.user, "is_archived": False}
    shape: Json = {"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": 1}
    shape |= {"is_channel": channel.kind == "channel", "is_group": channel.kind == "group", "is_im": False}
    shape |= {"is_private": channel.kind == "group", "is_archived": channel.archived}
    shape |= {"is_member": workspace.bot.id in channel.members, "num_members": len(channel.members)}
    return shape


def message_json(workspace: Workspace, message: Message, with_metadata: bool = False) -> Json:
    shape: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    shape["team"] = workspace.team_id
    optional: Json = {"thread_ts": message.thread_ts, "blocks": message.blocks, "files": message.files}
    if message.from_bot:
        optional |= {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
        optional["bot_profile"] = {"id": workspace.bot_id, "app_id": workspace.app_id, "name": workspace.bot.name}
    if message.edited:
        optional["edited"] = {"user": message.user, "ts": message.edited}
    if with_metadata:
        optional["metadata"] = message.metadata
    return shape | {key: value for key, value in optional.items() if value}


def view_json(workspace: Workspace, view: View) -> Json:
    content = view.content
    shape: Json = {"id": view.id, "team_id": workspace.team_id, "type": content["type"], "blocks": content["blocks"]}
    for key, otherwise in VIEW_DEFAULTS.items():
        shape[key] = content.get(key, otherwise)
    shape |= {"state": {"values": view.values}, "hash": view.hash, "bot_id": workspace.bot_id}
    shape |= {"root_view_id": view.root, "previous_view_id": view.previous, "app_id": workspace.app_id}
    return shape | {"app_installed_team_id": workspace.team_id}


VIEW_DEFAULTS: dict[str, Any] = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "title": None,
    "close": None,
    "submit": None,
    "clear_on_close": False,
    "notify_on_close": False,
}
