"""Calls Microsoft Graph to install the app for people.

https://learn.microsoft.com/graph/api/userteamwork-post-installedapps and
https://learn.microsoft.com/graph/api/user-get
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from remembrancer.bot.teams.errors import CALL_ERRORS, as_send_error

log = structlog.get_logger()
BASE = "https://graph.microsoft.com/v1.0"
TIMEOUT = 10.0
"""Seconds that Graph has for an answer."""
READ_USERS, INSTALL_APPS = "User.ReadBasic.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"
"""The application permissions that an admin grants."""
FORBIDDEN, NOT_FOUND, CONFLICT = 403, 404, 409


class NotGrantedError(Exception):
    """Graph refuses the call for lack of `permission`; `problem` is its own reason."""

    def __init__(self, permission: str, problem: str) -> None:
        super().__init__(f"{permission}: {problem}")
        self.permission, self.problem = permission, problem


class Graph:
    """A client of Microsoft Graph, until close(). Thread-safe; calls may be repeated.

    `token` returns the token for Graph and may block and raise SendError. `app` is the app's id in the tenant's
    catalogue.
    """

    def __init__(self, token: Callable[[], str], app: str) -> None:
        # Whoever is called receives the token with every call.
        self._token, self._app, self._base = token, app, BASE
        self._client = httpx.Client(timeout=TIMEOUT)
        self._logged: set[str] = set()

    def close(self) -> None:
        self._client.close()

    def account_of(self, address: str) -> str | None:
        """Return the Entra object id of a user principal name; None where nobody has it.

        Raises SendError and NotGrantedError.
        """
        answer = self._request("GET", f"/users/{quote(address, safe='@')}", READ_USERS, params={"$select": "id"})
        if answer.status_code == NOT_FOUND:
            return None
        try:
            return str(answer.json()["id"]).lower()
        except CALL_ERRORS as error:
            raise as_send_error(error, harmless=True) from error

    def install(self, account: str) -> bool:
        """Install the app for a person, who may have it; False where it is in no catalogue, or they have no Teams.

        Raises SendError and NotGrantedError.
        """
        body = {"teamsApp@odata.bind": f"{self._base}/appCatalogs/teamsApps/{self._app}"}
        return self._request("POST", _apps_path(account), INSTALL_APPS, json=body).status_code != NOT_FOUND

    def check(self, address: str) -> None:
        """Check that the app may look people up and list their apps; it changes nothing.

        Raises SendError and NotGrantedError.
        """
        account = self.account_of(address)
        if account is not None:
            self._request("GET", _apps_path(account), INSTALL_APPS)

    def log_missing_permission(self, error: NotGrantedError) -> None:
        """Log each missing permission once."""
        if error.permission not in self._logged:
            self._logged.add(error.permission)
            log.error("not permitted by an admin in Entra", permission=error.permission, reason=error.problem)

    def _request(
        self, method: str, path: str, permission: str, params: Mapping[str, str] | None = None, json: Any = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            answer = self._client.request(method, f"{self._base}{path}", headers=headers, params=params, json=json)
            if answer.status_code not in (NOT_FOUND, CONFLICT):
                answer.raise_for_status()
        except CALL_ERRORS as error:
            refused = as_send_error(error, harmless=True)
            if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == FORBIDDEN:
                raise NotGrantedError(permission, refused.reason) from error
            raise refused from error
        return answer


def _apps_path(account: str) -> str:
    return f"/users/{quote(account, safe='@')}/teamwork/installedApps"
