"""Who knocks: with a token that is right, or wrong in one thing."""

from typing import Any

import httpx

from remembrancer.bot.teams.inbound.endpoint import PATH
from remembrancer.settings import Settings
from tests.teams.issuing import APP, TENANT, Issuer


def settings(**more: str) -> Settings:
    told = {"TEAMS_CLIENT_ID": APP, "TEAMS_CLIENT_SECRET": "secret", "TEAMS_TENANT_ID": TENANT}
    return Settings(_env_file=None, **(told | more))  # type: ignore[arg-type]


class Door:
    """The gate behind HTTP, and who knocks."""

    def __init__(self, url: str, issuer: Issuer) -> None:
        self.url, self.issuer = url, issuer

    def post(self, body: Any, token: str | None = None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        return httpx.post(self.url + PATH, headers=headers | more.get("headers", {}), timeout=20, **given)

    def says(self, body: Any, **claims: Any) -> int:
        """The status for what comes with a token that is right but for `claims`."""
        return self.post(body, self.issuer.token(**claims)).status_code
