"""Calls of Teams' Bot Connector, at Teams' pace, that end with an answer or a SendError.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from microsoft_teams.api.activities.message import MessageActivityInput
from microsoft_teams.api.clients.conversation import ConversationClient, CreateConversationParams
from microsoft_teams.api.clients.team import TeamClient
from microsoft_teams.api.models import Account, ChannelInfo, TeamsChannelAccount
from microsoft_teams.common import Client, ClientOptions
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.platform.circuit_breaker import Standstill
from remembrancer.bot.teams.async_thread import Loop
from remembrancer.bot.teams.conversation_references import (
    ANYWHERE,
    THREAD,
    ForeignAddressError,
    checked,
    find,
    heard_last,
)
from remembrancer.bot.teams.errors import OF_A_CALL, as_send_error
from remembrancer.bot.teams.outbound.rate_limits import Pace
from remembrancer.scheduler.outbox.transport import SendError, Trouble

T = TypeVar("T")
TIMEOUT = 10.0
"""Seconds that Teams has for an answer; well within the lease of a message that is being sent."""
NAMELESS = "DO_NOT_USE_PLACEHOLDER_ID"
"""What the SDK calls a message of which Teams did not give the id."""


class Connector:
    """One app in Teams, as its bot. `with Connector(...) as connector:` or start() and stop(). For several threads.

    `token` gives the bot's own and may block and raise SendError. `tenant` is whose the conversations are of which
    nothing was heard; they are called where the tenant was heard from last, and before that at `service_url`. Nothing
    is repeated here: what may be is sent again by the outbox, with its own waits.
    """

    def __init__(
        self,
        engine: Engine,
        token: Callable[[], str],
        tenant: str = "",
        service_url: str = ANYWHERE,
        loopback: bool = False,
        pace: Pace | None = None,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = engine
        self.loopback = loopback
        self._token, self._tenant, self._timeout = token, tenant, timeout
        self._service_url = checked(service_url, loopback)
        self._pace = pace or Pace()
        self._standstill = Standstill("teams", clock)
        self._loop = Loop("teams")
        self._client = Client(ClientOptions(timeout=timeout))

    @property
    def stopped(self) -> str | None:
        """Why nothing can be sent to anybody just now."""
        return self._standstill.reason

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        """What is under way is broken off, and is in doubt. Stopping twice is harmless."""
        if self._loop.runs:
            self._loop.call(self._client.http.aclose(), self._timeout)
        self._loop.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def post(self, conversation: str, activity: Mapping[str, Any], reply_to: str | None = None) -> str:
        """Say it; what Teams calls it. `reply_to`: the first message of the thread in which it is said, in a channel.

        Raises SendError; of all that may have arrived it is in doubt.
        """
        said, where = MessageActivityInput.model_validate(activity), _thread(conversation, reply_to)
        sent = self._call(conversation, lambda teams: teams.create_activity(where, said))
        if not sent.id or sent.id == NAMELESS:
            raise SendError(Trouble.DOUBT, "NoId")
        return sent.id

    def update(
        self, conversation: str, activity_id: str, activity: Mapping[str, Any], reply_to: str | None = None
    ) -> None:
        """Let a message of ours show this instead. Raises SendError, and never in doubt: it can be done again."""
        said, where = MessageActivityInput.model_validate(activity), _thread(conversation, reply_to)

        async def put(teams: ConversationClient) -> None:
            try:
                await teams.update_activity(where, quote(activity_id, safe=""), said)
            except KeyError:
                # It was done: the SDK looks for an id in an answer that need not have one.
                return

        self._call(conversation, put, harmless=True)

    def create(self, account: str, tenant: str = "") -> str:
        """The chat with somebody (their Entra object id), made where there is none; the app must be theirs already.

        Raises SendError. Asked again, Teams gives the same chat.
        """
        tenant = tenant or self._tenant
        wanted = CreateConversationParams(members=[Account(id=account)], tenant_id=tenant)
        try:
            return self._call(account, lambda teams: teams.create(wanted), harmless=True).id
        except SendError as error:
            if error.trouble == Trouble.OURS:
                # There is nothing in it but the address.
                raise SendError(Trouble.BROKEN, error.reason) from error
            raise

    def member(self, conversation: str, account: str) -> TeamsChannelAccount:
        """Whoever of a conversation is meant, by their Entra object id or by Teams' own id of them.

        Raises SendError, and never in doubt.
        """
        where, who = _thread(conversation, None), quote(account, safe=":@;=")

        async def found(teams: ConversationClient) -> TeamsChannelAccount:
            return await teams.members_client.get_by_id(where, who)

        return self._call(conversation, found, harmless=True)

    def channels(self, team_id: str) -> list[ChannelInfo]:
        """The channels of a team in which the bot is; the first, which every team has, has no name of its own.

        Raises SendError, and never in doubt.
        """

        async def listed(teams: ConversationClient) -> list[ChannelInfo]:
            return await TeamClient(teams.service_url, teams.http).get_conversations(_thread(team_id, None))

        return self._call(team_id, listed, harmless=True)

    def _call(self, conversation: str, ask: Callable[[ConversationClient], Awaitable[T]], harmless: bool = False) -> T:
        self._standstill.check()
        service_url, tenant = self._where(conversation)
        token = self._noted(conversation, self._token)
        with self._pace.turn(conversation, tenant):
            answer = self._noted(conversation, lambda: self._asked(service_url, token, ask, harmless))
        self._standstill.end()
        return answer

    def _asked(
        self, service_url: str, token: str, ask: Callable[[ConversationClient], Awaitable[T]], harmless: bool
    ) -> T:
        async def asked() -> T:
            http = self._client.clone(ClientOptions(token=token), share_http=True)
            return await ask(ConversationClient(service_url, http))

        try:
            return self._loop.call(asked(), self._timeout)
        except OF_A_CALL as error:
            raise as_send_error(error, harmless) from error

    def _noted(self, conversation: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except SendError as error:
            if error.trouble == Trouble.AGAIN and error.retry_after is not None:
                self._pace.hold(conversation, error.retry_after)
            if error.trouble == Trouble.STOPPED:
                self._standstill.begin(error.reason)
            raise

    def _where(self, conversation: str) -> tuple[str, str]:
        """Where calls about it go, and its tenant. Raises SendError."""
        with Session(self.engine) as session:
            known = find(session, conversation)
            if known is not None and known.removed_at is not None:
                raise SendError(Trouble.BROKEN, "BotNotInConversationRoster")
            known = known or heard_last(session, self._tenant)
        if known is None:
            return self._service_url, self._tenant
        try:
            return checked(known.service_url, self.loopback), known.tenant_id
        except ForeignAddressError as error:
            raise SendError(Trouble.BROKEN, f"ForeignAddress: {known.service_url}") from error


def _thread(conversation: str, reply_to: str | None) -> str:
    """As it stands in an address."""
    return quote(f"{conversation}{THREAD}{reply_to}" if reply_to else conversation, safe=":@;=")
