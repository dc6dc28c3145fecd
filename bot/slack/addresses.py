"""Where a conversation is: Slack's own id of it, from a person's id or a channel's name."""

import re

from remembrancer.bot.slack.api import Web
from remembrancer.scheduler.outbox.transport import SendError, Trouble

CONVERSATION = re.compile(r"[CGD][A-Z0-9]{6,}")
ACCOUNT = re.compile(r"[UW][A-Z0-9]{6,}")


def open_conversation(web: Web, account: str, patience: float) -> str:
    """The bot's conversation with somebody (their own id), opened where it is not yet. Raises SendError."""
    return str(web.ask("conversations.open", patience, users=account)["channel"]["id"])


class Addresses:
    """Looked up once. For several threads: each may look up the same."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: dict[str, str] = {}

    def of(self, conversation: str, patience: float) -> str:
        """'D024BE91L' as it is; of 'U024BE7LH' and '#cabinet' the conversation's id. Raises SendError."""
        if CONVERSATION.fullmatch(conversation):
            return conversation
        if conversation not in self._known:
            opens = ACCOUNT.fullmatch(conversation)
            found = open_conversation(self._web, conversation, patience) if opens else self._named(conversation)
            self._known[conversation] = found
        return self._known[conversation]

    def forget(self, conversation: str) -> None:
        """Slack does not take it any more; another may have the name."""
        self._known.pop(conversation, None)

    def _named(self, conversation: str) -> str:
        """A channel that is archived only where there is no other of that name."""
        listed = self._web.pages("conversations.list", "channels", types="public_channel,private_channel")
        called = [channel for channel in listed if channel.get("name") == conversation.removeprefix("#")]
        if not called:
            raise SendError(Trouble.BROKEN, "channel_not_found")
        return str(min(called, key=lambda channel: bool(channel.get("is_archived")))["id"])
