"""Looks up, once, in which workspace the app is installed and which user its bot is."""

import asyncio

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


class IdentityUnknownError(Exception):
    """Slack does not tell our identity. Events that arrive now stay unacknowledged, so Slack delivers them again."""


class Identity:
    """Caches the answer of auth.test, which Bolt itself would request for every event."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asking = asyncio.Lock()
        self._known: AuthorizeResult | None = None

    async def get(self) -> AuthorizeResult:
        """Return the identity, fetching it the first time. Raises IdentityUnknownError."""
        async with self._asking:
            if self._known is None:
                try:
                    answer = await self._client.auth_test()
                except SlackApiError as error:
                    # Bolt answers SlackApiError with 200, and the delivered event would be lost.
                    raise IdentityUnknownError(str(error)) from error
                token = self._client.token
                self._known = AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)
            return self._known

    async def is_ours(self, team: str, enterprise: str) -> bool:
        """Return whether a payload is from our workspace, or our organisation if the app is installed in all of it."""
        identity = await self.get()
        return team == identity.team_id or bool(enterprise and enterprise == identity.enterprise_id)
