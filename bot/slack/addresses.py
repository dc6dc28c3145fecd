"""Resolves a person's id or a channel's name to Slack's conversation id.

A person's conversation need not be opened before the first message: chat.postMessage takes the person's id and answers
with the conversation's, which is kept. So a first message to each of 500 people goes out at the pace of messages, and
not at the 50 a minute of conversations.open, which is left to what needs the conversation itself: its history, an
update. https://docs.slack.dev/reference/methods/chat.postMessage
"""

import re

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.scheduler.outbox.transport import SendError, Trouble

CONVERSATION_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
ACCOUNT = re.compile(r"[UW][A-Z0-9]{6,}")


def open_conversation(web: SlackWebApi, account: str, patience: float) -> str:
    """Return the bot's conversation with a person (Slack user id), opening it where there is none. Raises SendError."""
    return str(web.ask("conversations.open", patience, users=account)["channel"]["id"])


class Addresses:
    """Resolves and caches conversation ids. Thread-safe: two threads may look up the same."""

    def __init__(self, web: SlackWebApi) -> None:
        self._web = web
        self._ids: dict[str, str] = {}

    def of(self, conversation: str, patience: float) -> str:
        """Return 'D024BE91L' as it is, and the conversation id of 'U024BE7LH' or '#cabinet'. Raises SendError."""
        if CONVERSATION_ID.fullmatch(conversation):
            return conversation
        if conversation not in self._ids and ACCOUNT.fullmatch(conversation):
            self._ids[conversation] = open_conversation(self._web, conversation, patience)
        elif conversation not in self._ids:
            channels = self._web.pages("conversations.list", "channels", types="public_channel,private_channel")
            named = [channel for channel in channels if channel.get("name") == conversation.removeprefix("#")]
            if not named:
                raise SendError(Trouble.BROKEN, "channel_not_found")
            # An archived one only where no other has the name.
            self._ids[conversation] = str(min(named, key=lambda channel: bool(channel.get("is_archived")))["id"])
        return self._ids[conversation]

    def to_post_to(self, conversation: str, patience: float) -> str:
        """Return where a message can be posted: a person's id may stay as it is. Raises SendError."""
        is_account = ACCOUNT.fullmatch(conversation) is not None
        return conversation if is_account and conversation not in self._ids else self.of(conversation, patience)

    def keep(self, conversation: str, channel: str) -> None:
        """Keep the conversation id with which Slack answered a post."""
        self._ids[conversation] = channel

    def forget(self, conversation: str) -> None:
        """Drop a cached id that Slack refuses; another conversation may have the name now."""
        self._ids.pop(conversation, None)
