"""Builds the app manifest with which an admin creates their Slack app."""

from typing import Any

from remembrancer.wording import phrase

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
"""The permissions of the bot; each is needed."""
EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_rename",
    "member_joined_channel",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
)
"""The events that the app subscribes to; each is handled."""
COMMANDS = ("remembrancer", "returns")
USE_AS_UPDATE = "use_as_update"
"""The message shortcut's callback_id."""
PATH = "/slack/events"
"""The path of all HTTP requests from Slack."""


def manifest(base_url: str, socket: bool) -> dict[str, Any]:
    """Build the manifest: with `socket`, events come over Socket Mode; without, to PATH at `base_url`."""
    url = base_url + PATH
    to_us = {} if socket else {"request_url": url}
    return {
        "display_information": {
            "name": phrase("slack_admin.app_name"),
            "description": phrase("slack_admin.app_description"),
            "long_description": phrase("slack_admin.app_long_description"),
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": phrase("slack_admin.app_name"), "always_online": True},
            "shortcuts": [
                {
                    "name": phrase("slack_admin.shortcut_name"),
                    "type": "message",
                    "callback_id": USE_AS_UPDATE,
                    "description": phrase("slack_admin.shortcut_description"),
                }
            ],
            "slash_commands": [
                {
                    "command": f"/{name}",
                    **({} if socket else {"url": url}),
                    "description": phrase(f"slack_admin.command_{name}"),
                    "usage_hint": phrase("slack_admin.command_hint"),
                    "should_escape": True,
                }
                for name in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**to_us, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **to_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
