"""An admin who has docs/teams.md."""

import re
from collections.abc import Mapping

import httpx

from remembrancer.bot.teams.inbound.endpoint import PATH
from tests.newcomer import Newcomer as OfAnyPlatform
from tests.newcomer import Page
from tests.teams.issuing import APP
from tests.teams.microsoft import SECRET, SERVICE, Microsoft

PAGE = Page("teams.md")
CHANNELS = re.findall(r'`"([^"`]+)"`', PAGE.text)
"""The two ways in which the page writes a board's channel."""


class Newcomer(OfAnyPlatform):
    """What leads to the strict Microsoft is in the environment."""

    def writes_settings(self, microsoft: Microsoft, **others: str) -> None:
        """Each of `others` is added, or put in the place of the page's; what is the organisation's own, of the dots."""
        own = {"TEAMS_CLIENT_ID": APP, "TEAMS_CLIENT_SECRET": SECRET, "TEAMS_TENANT_ID": microsoft.teams.tenant}
        given = PAGE.settings("TEAMS_CLIENT_ID")
        self.writes({name: own[name] if value == "..." else value for name, value in given.items()} | others)

    def makes_folder(self, cabinet: str, other: str) -> None:
        self.makes_folder_for("teams", [cabinet, *[other] * 3])

    def passes_on(self, microsoft: Microsoft, activity: Mapping[str, object], signed: bool = True) -> int:
        """What Teams delivers, as the web server that stands before the service would; the status."""
        token = microsoft.issuer.token(serviceurl=SERVICE)
        headers = {"Authorization": f"Bearer {token}"} if signed else {}
        url = f"http://127.0.0.1:{self.port}{PATH}"
        sent = {**activity, "serviceUrl": SERVICE}
        return httpx.post(url, json=sent, headers=headers, timeout=30, trust_env=False).status_code
