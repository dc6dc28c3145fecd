"""Calls Microsoft Graph to install the app for people, for up to 20 in one call.

https://learn.microsoft.com/graph/api/userteamwork-post-installedapps,
https://learn.microsoft.com/graph/api/user-get and https://learn.microsoft.com/graph/json-batching
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
FORBIDDEN, NOT_FOUND, CONFLICT, SERVER_ERROR = 403, 404, 409, 500
BATCH = 20
"""The most requests that Graph takes in one call. Its own limit is 30 installations a second."""
Request = dict[str, Any]


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

    def accounts_of(self, addresses: Sequence[str]) -> dict[str, str | None]:
        """Return the Entra object ids of up to BATCH user principal names; None where nobody has one.

        A name of which Graph could say nothing is left out. Raises SendError and NotGrantedError.
        """
        requests = {each: {"method": "GET", "url": f"/users/{quote(each, safe='@')}?$select=id"} for each in addresses}
        answers = self._answers(requests, READ_USERS)
        try:
            return {
                name: None if answer.status_code == NOT_FOUND else str(answer.json()["id"]).lower()
                for name, answer in answers
            }
        except CALL_ERRORS as error:
            raise as_send_error(error, harmless=True) from error

    def install(self, accounts: Sequence[str]) -> dict[str, bool]:
        """Install the app for up to BATCH people, who may have it; False where it is in no catalogue, or they have no
        Teams.

        Whoever Graph could not serve is left out. Raises SendError and NotGrantedError.
        """
        body = {"teamsApp@odata.bind": f"{self._base}/appCatalogs/teamsApps/{self._app}"}
        request = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": body}
        requests = {each: {**request, "url": _apps_path(each)} for each in accounts}
        return {name: answer.status_code != NOT_FOUND for name, answer in self._answers(requests, INSTALL_APPS)}

    def check(self, address: str) -> None:
        """Check that the app may look people up and list their apps; it changes nothing.

        Raises SendError and NotGrantedError.
        """
        for account in filter(None, self.accounts_of([address]).values()):
            list(self._answers({account: {"method": "GET", "url": _apps_path(account)}}, INSTALL_APPS))

    def log_missing_permission(self, error: NotGrantedError) -> None:
        """Log each missing permission once."""
        if error.permission not in self._logged:
            self._logged.add(error.permission)
            log.error("not permitted by an admin in Entra", permission=error.permission, reason=error.problem)

    def _answers(self, requests: Mapping[str, Request], permission: str) -> Iterator[tuple[str, httpx.Response]]:
        """Make all requests in one call, and yield the answer to each by its name. Raises what the methods raise."""
        names = list(requests)
        batch = [{"id": str(number), **requests[name]} for number, name in enumerate(names)]
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            answer = self._client.post(f"{self._base}/$batch", headers=headers, json={"requests": batch})
            answer.raise_for_status()
            parts = [(names[int(part["id"])], _response(part, answer.request)) for part in answer.json()["responses"]]
        except CALL_ERRORS as error:
            raise as_send_error(error, harmless=True) from error
        for name, part in parts:
            if part.status_code >= SERVER_ERROR:
                # It may be this one alone, who must not keep out all the others.
                log.warning("not answered by Graph", of=name, status=part.status_code)
                continue
            if part.status_code not in (NOT_FOUND, CONFLICT):
                _check(part, permission)
            yield name, part


def _response(part: Mapping[str, Any], request: httpx.Request) -> httpx.Response:
    """Build the response that a part of a batch stands for."""
    return httpx.Response(int(part["status"]), headers=part.get("headers"), json=part.get("body"), request=request)


def _check(part: httpx.Response, permission: str) -> None:
    try:
        part.raise_for_status()
    except httpx.HTTPStatusError as error:
        refused = as_send_error(error, harmless=True)
        if part.status_code == FORBIDDEN:
            raise NotGrantedError(permission, refused.reason) from error
        raise refused from error


def _apps_path(account: str) -> str:
    return f"/users/{quote(account, safe='@')}/teamwork/installedApps"
