"""Where a conversation is: Teams' own id of it, from a person's Entra object id or a channel's name."""

from sqlmodel import Session

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import channel_called, find, personal, without_thread
from remembrancer.bot.teams.inbound.activity_source import ACCOUNT
from remembrancer.models import TeamsKind

CHANNELS = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels end; those of group chats end otherwise."""


class Addresses:
    """Chats that were made are remembered. For several threads: each may make the same."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._made: dict[str, str] = {}

    def of(self, conversation: str) -> str:
        """A conversation's id as it is, that of somebody's chat, made where there is none, or of a channel.

        Raises SendError. What nobody knows is left to Teams to refuse.
        """
        with Session(self._connector.engine) as session:
            if find(session, conversation) is not None:
                return without_thread(conversation)
            is_account = ACCOUNT.fullmatch(conversation) is not None
            known = personal(session, conversation) if is_account else channel_called(session, conversation)
        if known is not None:
            return known.conversation
        return self._chat_with(conversation) if is_account else without_thread(conversation)

    def is_channel(self, conversation: str) -> bool:
        """Whether there are threads in it."""
        with Session(self._connector.engine) as session:
            known = find(session, conversation)
        return conversation.endswith(CHANNELS) if known is None else known.kind == TeamsKind.CHANNEL

    def forget(self, conversation: str) -> None:
        """Teams does not take it any more; there may be another."""
        self._made.pop(conversation, None)

    def _chat_with(self, account: str) -> str:
        if account not in self._made:
            self._made[account] = self._connector.create(account)
        return self._made[account]
