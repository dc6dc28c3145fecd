"""Which workspace the app is installed in, and who its bot is: asked of Slack once."""

import asyncio

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


class NotKnownError(Exception):
    """Slack does not say who we are. What comes meanwhile is not acknowledged, and delivered again."""


class Identity:
    """The answer of auth.test, kept: Bolt's own way asks for it at every request."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asking = asyncio.Lock()
        self._known: AuthorizeResult | None = None

    async def get(self) -> AuthorizeResult:
        """Raises NotKnownError."""
        async with self._asking:
            if self._known is None:
                self._known = await self._ask()
            return self._known

    async def _ask(self) -> AuthorizeResult:
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            # Bolt answers Slack's own errors with 200, and what was delivered would be lost.
            raise NotKnownError(str(error)) from error
        return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=self._client.token)

    async def is_ours(self, team: str, enterprise: str) -> bool:
        """Whether something comes from our workspace, or our organisation where the app is installed in all of it."""
        us = await self.get()
        return team == us.team_id or bool(enterprise and enterprise == us.enterprise_id)
