"""Calls Teams' Bot Connector within its rate limits; every failure is raised as SendError.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from microsoft_teams.api.activities.message import MessageActivityInput
from microsoft_teams.api.clients.conversation import ConversationClient, CreateConversationParams
from microsoft_teams.api.clients.team import TeamClient
from microsoft_teams.api.models import Account, ChannelInfo, TeamsChannelAccount
from microsoft_teams.common import Client, ClientOptions
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.platform.circuit_breaker import CircuitBreaker
from remembrancer.bot.teams.async_thread import AsyncThread
from remembrancer.bot.teams.conversation_references import (
    DEFAULT_SERVICE_URL,
    THREAD_SEPARATOR,
    ForeignAddressError,
    check_service_url,
    find_conversation,
    latest_conversation,
)
from remembrancer.bot.teams.errors import CALL_ERRORS, as_send_error
from remembrancer.bot.teams.outbound.rate_limits import TeamsRateLimiter
from remembrancer.scheduler.outbox.transport import SendError, Trouble

T = TypeVar("T")
TIMEOUT = 10.0
"""Seconds that Teams has for an answer; well within the lease of a message that is being sent."""
NO_ID = "DO_NOT_USE_PLACEHOLDER_ID"
"""The SDK's id for a message of which Teams did not give one."""


class Connector:
    """The Bot Connector for one bot, between start() and stop(). Thread-safe.

    `token` returns the bot's token and may block and raise SendError. A conversation that is not known yet belongs to
    `tenant`; it is called at the latest address of that tenant, or, where there is none, at `service_url`. Where that
    is empty, it waits until Teams has called: the local Teams says only then where it listens. Nothing is retried here:
    the outbox sends again what may be repeated, with its own waits.
    """

    def __init__(
        self,
        engine: Engine,
        token: Callable[[], str],
        tenant: str = "",
        service_url: str = DEFAULT_SERVICE_URL,
        loopback: bool = False,
        rate_limiter: TeamsRateLimiter | None = None,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = engine
        self.loopback = loopback
        self._token, self._tenant, self._timeout = token, tenant, timeout
        self._service_url = check_service_url(service_url, loopback) if service_url else ""
        self._rate_limiter = rate_limiter or TeamsRateLimiter()
        self._breaker = CircuitBreaker("teams", clock)
        self._thread = AsyncThread("teams")
        self._client = Client(ClientOptions(timeout=timeout))

    @property
    def stopped(self) -> str | None:
        """Why nothing can be sent to anybody now; None where it can."""
        return self._breaker.reason

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Cancel what is in progress, which is then in doubt. Idempotent."""
        if self._thread.is_running:
            self._thread.call(self._client.http.aclose(), self._timeout)
        self._thread.stop()

    def post(self, conversation: str, activity: Mapping[str, Any], reply_to: str | None = None) -> str:
        """Post an activity and return its id. `reply_to`: the id of the first message of the thread, in a channel.

        Raises SendError; it is in doubt where the message may have arrived.
        """
        message, path = MessageActivityInput.model_validate(activity), _conversation_path(conversation, reply_to)
        sent = self._call(conversation, lambda teams: teams.create_activity(path, message))
        if not sent.id or sent.id == NO_ID:
            raise SendError(Trouble.DOUBT, "NoId")
        return sent.id

    def update(
        self, conversation: str, activity_id: str, activity: Mapping[str, Any], reply_to: str | None = None
    ) -> None:
        """Replace the content of a posted message. Raises SendError, never in doubt: an update can be repeated."""
        message, path = MessageActivityInput.model_validate(activity), _conversation_path(conversation, reply_to)

        async def put(teams: ConversationClient) -> None:
            try:
                await teams.update_activity(path, quote(activity_id, safe=""), message)
            except KeyError:
                # The update succeeded: the SDK requires an id in the response, which may have none.
                return

        self._call(conversation, put, harmless=True)

    def create(self, account: str) -> str:
        """Return the chat with a person (Entra object id), created where there is none; they must have the app already.

        Raises SendError. A repeated call returns the same chat.
        """
        parameters = CreateConversationParams(members=[Account(id=account)], tenant_id=self._tenant)
        try:
            return self._call(account, lambda teams: teams.create(parameters), harmless=True).id
        except SendError as error:
            if error.trouble == Trouble.OURS:
                # The request contains nothing but the address, so that must be wrong.
                raise SendError(Trouble.BROKEN, error.reason) from error
            raise

    def member(self, conversation: str, account: str) -> TeamsChannelAccount:
        """Return a conversation's member by their Entra object id or by Teams' own id of them.

        Raises SendError, never in doubt.
        """
        path, member_path = _conversation_path(conversation, None), quote(account, safe=":@;=")
        return self._call(conversation, lambda teams: teams.members_client.get_by_id(path, member_path), harmless=True)

    def channels(self, team_id: str) -> list[ChannelInfo]:
        """Return the channels of a team in which the bot is; the first, which every team has, has no name.

        Raises SendError, never in doubt.
        """
        path = _conversation_path(team_id, None)

        def listed(teams: ConversationClient) -> Awaitable[list[ChannelInfo]]:
            return TeamClient(teams.service_url, teams.http).get_conversations(path)

        return self._call(team_id, listed, harmless=True)

    def _call(self, conversation: str, ask: Callable[[ConversationClient], Awaitable[T]], harmless: bool = False) -> T:
        self._breaker.check()
        service_url, tenant = self._service_of(conversation)
        block = partial(self._rate_limiter.block, conversation)
        with self._breaker.watching(block):
            token = self._token()  # outside the rate limit, because it is no call to the connector

        async def asked() -> T:
            http = self._client.clone(ClientOptions(token=token), share_http=True)
            return await ask(ConversationClient(service_url, http))

        with self._rate_limiter.acquire(conversation, tenant), self._breaker.watching(block):
            try:
                return self._thread.call(asked(), self._timeout)
            except CALL_ERRORS as error:
                raise as_send_error(error, harmless) from error

    def _service_of(self, conversation: str) -> tuple[str, str]:
        """Return the service URL and the tenant of a conversation. Raises SendError."""
        with Session(self.engine) as session:
            row = find_conversation(session, conversation)
            if row is not None and row.removed_at is not None:
                raise SendError(Trouble.BROKEN, "BotNotInConversationRoster")
            row = row or latest_conversation(session, self._tenant)
        if row is None and not self._service_url:
            raise SendError(Trouble.AGAIN, "NoServiceUrlYet")
        if row is None:
            return self._service_url, self._tenant
        try:
            return check_service_url(row.service_url, self.loopback), row.tenant_id
        except ForeignAddressError as error:
            raise SendError(Trouble.BROKEN, f"ForeignAddress: {row.service_url}") from error


def _conversation_path(conversation: str, reply_to: str | None) -> str:
    """Return the conversation or thread id, quoted for a URL path."""
    return quote(f"{conversation}{THREAD_SEPARATOR}{reply_to}" if reply_to else conversation, safe=":@;=")
