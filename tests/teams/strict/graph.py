"""A small strict Microsoft Graph: whom it knows, what the app may do, and what goes wrong; over real HTTP.

https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/json-batching and
https://learn.microsoft.com/graph/api/userteamwork-post-installedapps
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.teams.strict.server import Teams
from tests.teams.strict.state import Json, Person

TOKEN = "for graph"
CATALOGUE = "99999999-0000-4000-8000-000000000009"
"""The app's id in the catalogue."""

LOOKING, INSTALLING = "User.ReadBasic.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"
USER = re.compile(r"/v1\.0/users/([^/]+)")
APPS = re.compile(r"/v1\.0/users/([^/]+)/teamwork/installedApps")
BATCH = "/v1.0/$batch"
MOST = 20
"""Requests in one batch."""
FAULTS = ("429", "500", "503", "dropped", "garbled", "web page")
PARTS = ("429", "500", "503")
"""What may strike one request of a batch."""


@dataclass
class Graph:
    """Its people are those of a strict Teams. `script` strikes the next calls in order; 'no fault' lets one pass.

    `parts` strikes the next requests within batches in the same way. `calls` counts calls, `asked` has all requests.
    """

    teams: Teams
    granted: set[str] = field(default_factory=lambda: {LOOKING, INSTALLING})
    script: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    calls: int = 0
    asked: list[str] = field(default_factory=list)
    url: str = ""
    token: str = TOKEN

    def answer(self, method: str, target: str, token: str, body: Any) -> tuple[int, Json]:
        self.calls += 1
        if token != f"Bearer {self.token}":
            return self._refused(401, "InvalidAuthenticationToken", "Access token is empty.")
        if (method, target) != ("POST", BATCH):
            return self._answer(method, target, body)
        given = body.get("requests") if isinstance(body, dict) else None
        if (
            not isinstance(given, list)
            or not 0 < len(given) <= MOST
            or len({each["id"] for each in given}) < len(given)
        ):
            return self._refused(400, "BadRequest", "Invalid batch payload format.")
        # In any order: the ids say which is which.
        return 200, {"responses": [self._part(each) for each in reversed(given)]}

    def _part(self, given: Json) -> Json:
        fault = self.parts.pop(0) if self.parts else "no fault"
        headers = {"Retry-After": "10"} if fault == "429" else {}
        if "body" in given and given.get("headers") != {"Content-Type": "application/json"}:
            status, said = self._refused(400, "BadRequest", "Write request without a content type.")
        elif fault != "no fault":
            status, said = self._refused(int(fault), "generalException", "Later.")
        else:
            status, said = self._answer(given["method"], f"/v1.0{given['url']}", given.get("body"))
        return {"id": given["id"], "status": status, "headers": headers, **({"body": said} if said else {})}

    def _answer(self, method: str, target: str, body: Any) -> tuple[int, Json]:
        path = unquote(urlsplit(target).path)
        self.asked.append(f"{method} {path.removeprefix('/v1.0')}")
        if method == "GET" and (found := USER.fullmatch(path)):
            return self._user(found[1], urlsplit(target).query)
        if found := APPS.fullmatch(path):
            return self._apps(method, found[1], body)
        return self._refused(400, "BadRequest", "Resource not found for the segment.")

    def _user(self, named: str, query: str) -> tuple[int, Json]:
        if LOOKING not in self.granted:
            return self._refused(403, "Authorization_RequestDenied", "Insufficient privileges.")
        person = self._person(named)
        if person is None:
            return self._refused(404, "Request_ResourceNotFound", f"Resource '{named}' does not exist.")
        assert unquote(query) == "$select=id", query
        return 200, {"@odata.context": f"{self.url}/$metadata#users(id)/$entity", "id": person.account}

    def _apps(self, method: str, named: str, body: Any) -> tuple[int, Json]:
        if INSTALLING not in self.granted:
            return self._refused(403, "Forbidden", "Missing role permissions on the request.")
        person = self._person(named)
        if person is None:
            return self._refused(404, "NotFound", "User not found.")
        if method == "GET":
            return 200, {"@odata.context": f"{self.url}/$metadata", "value": []}
        if not isinstance(body, dict) or set(body) != {"teamsApp@odata.bind"}:
            return self._refused(400, "BadRequest", "Invalid body.")
        if body["teamsApp@odata.bind"] != f"{self.url}/appCatalogs/teamsApps/{CATALOGUE}":
            return self._refused(404, "NotFound", "App not found in the catalog.")
        if person.installed:
            return self._refused(409, "Conflict", "App is already installed for the user.")
        self.teams.do(lambda: setattr(person, "installed", True))
        return 201, {}

    def _person(self, named: str) -> Person | None:
        """By object id or user principal name."""
        people = self.teams.do(lambda: list(self.teams.state.people.values()))
        return next((each for each in people if named.lower() in (each.account, each.upn.lower())), None)

    def _refused(self, status: int, code: str, message: str) -> tuple[int, Json]:
        inner = {"date": "2019-09-02T09:00:00", "request-id": "1", "client-request-id": "1"}
        return status, {"error": {"code": code, "message": message, "innerError": inner}}

    def struck(self, fault: str) -> tuple[int, bytes]:
        if fault == "garbled":
            return 200, b'["id"]'
        if fault == "web page":
            return 200, b"<html>Sign in</html>"
        _, said = self._refused(int(fault), "TooManyRequests" if fault == "429" else "generalException", "Later.")
        return int(fault), json.dumps(said).encode()


@contextmanager
def graph_of(teams: Teams) -> Iterator[Graph]:
    graph = Graph(teams)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = graph.script.pop(0) if graph.script else None
            if fault == "dropped":
                self.close_connection = True
                return
            if fault not in (None, "no fault"):
                self._say(*graph.struck(fault))
                return
            body = json.loads(content) if content else None
            status, said = graph.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            self._say(status, json.dumps(said).encode() if said else b"")

        def _say(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status == 429:
                self.send_header("Retry-After", "10")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what is asked for is in `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    graph.url = f"http://127.0.0.1:{server.server_port}/v1.0"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield graph
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
