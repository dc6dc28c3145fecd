"""Resolves a person's Entra object id or a channel's name to Teams' conversation id."""

from sqlmodel import Session

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import find_channel, find_chat, find_conversation, without_thread
from remembrancer.bot.teams.inbound.activity_source import ACCOUNT
from remembrancer.models import TeamsKind

CHANNEL_SUFFIXES = ("@thread.tacv2", "@thread.skype")
"""The suffixes of channel ids; the ids of group chats end otherwise."""


class Addresses:
    """Resolves conversation ids and caches created chats. Thread-safe: two threads may create the same chat."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._created: dict[str, str] = {}

    def of(self, conversation: str) -> str:
        """Return the id of a conversation, of a channel by name, or of a person's chat, created where there is none.

        Raises SendError. An unknown name is returned as it is, for Teams to refuse.
        """
        with Session(self._connector.engine) as session:
            if find_conversation(session, conversation) is not None:
                return without_thread(conversation)
            is_account = ACCOUNT.fullmatch(conversation) is not None
            row = find_chat(session, conversation) if is_account else find_channel(session, conversation)
        if row is not None:
            return row.conversation
        if not is_account:
            return without_thread(conversation)
        if conversation not in self._created:
            self._created[conversation] = self._connector.create(conversation)
        return self._created[conversation]

    def is_channel(self, conversation: str) -> bool:
        """Return whether the conversation is a channel, which has threads."""
        with Session(self._connector.engine) as session:
            row = find_conversation(session, conversation)
        return conversation.endswith(CHANNEL_SUFFIXES) if row is None else row.kind == TeamsKind.CHANNEL

    def forget(self, conversation: str) -> None:
        """Drop a cached chat that Teams refuses; there may be another."""
        self._created.pop(conversation, None)
