"""Proves with Microsoft's SDK that an activity comes from the Bot Framework. Slow to import."""

import asyncio
from collections.abc import Mapping
from typing import Any

import jwt
import structlog
from microsoft_teams.api import Credentials, InvokeResponse
from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment
from microsoft_teams.apps.events import ActivityEvent
from microsoft_teams.apps.http import FastAPIAdapter, HttpRequest, HttpServer

log = structlog.get_logger()
PROVEN, UNPROVEN, LATER = 200, 401, 503
PATIENCE = 5.0
"""Seconds that fetching the issuer's keys may take."""
BEARER = "Bearer "


class TokenValidator:
    """Validates tokens. Its calls block, because they may fetch keys: call them in a thread."""

    def __init__(
        self, credentials: Credentials | None, playground: bool, cloud: CloudEnvironment | None = None
    ) -> None:
        self._cloud, self._playground = cloud or PUBLIC, playground
        # The SDK's adapter makes an application, which is never served.
        self._server = HttpServer(FastAPIAdapter())
        self._server.initialize(credentials, self._cloud, dangerously_allow_unauthenticated_requests=playground)
        self._server.on_request = _answer_proven
        keys = self._cloud.openid_metadata_url.removesuffix("/openidconfiguration") + "/keys"
        self._keys = jwt.PyJWKClient(keys, timeout=PATIENCE)

    def names_issuer(self, authorization: str) -> bool:
        """Return whether the token names the issuer, unproven; a token of any other is refused before keys are fetched.

        The SDK would ask Entra for the keys of any tenant that a token names.
        """
        if self._playground:
            return True
        try:
            claims = jwt.decode(authorization.removeprefix(BEARER), options={"verify_signature": False})
        except jwt.PyJWTError:
            return False
        return authorization.startswith(BEARER) and claims.get("iss") == self._cloud.token_issuer

    def validate(self, authorization: str, activity: Mapping[str, Any]) -> int:
        """Return PROVEN, UNPROVEN, or LATER where the keys cannot be fetched and Teams has to deliver again."""
        status = PROVEN if self._playground else self._check_key(authorization.removeprefix(BEARER))
        if status != PROVEN:
            return status
        request = HttpRequest(body=dict(activity), headers={"authorization": authorization})
        return asyncio.run(self._server.handle_request(request))["status"]

    def _check_key(self, token: str) -> int:
        """Check that the token's key can be had: the SDK would report unreachable keys as a wrong token."""
        try:
            self._keys.get_signing_key_from_jwt(token)
        except (jwt.PyJWKClientConnectionError, ValueError) as error:
            log.error("keys of the bot framework not reached", reason=str(error))
            return LATER
        except jwt.PyJWTError:
            return UNPROVEN
        return PROVEN


async def _answer_proven(_event: ActivityEvent) -> InvokeResponse[Any]:
    """Answer an activity that the SDK has proven, with a status that it uses for nothing else."""
    return InvokeResponse(status=PROVEN)
