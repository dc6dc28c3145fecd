"""A small strict Entra: it gives one app of one tenant its tokens, for a right secret; over real HTTP.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ADDRESS = "https://login.microsoftonline.com"
CONNECTOR, GRAPH = "https://api.botframework.com/.default", "https://graph.microsoft.com/.default"
"""The scopes that a bot may ask for."""


@dataclass
class Entra:
    """`tokens` by scope. `given` holds the scope of each token that was given, in order."""

    tenant: str
    app: str
    secret: str
    tokens: Mapping[str, str]
    given: list[str] = field(default_factory=list)
    port: int = 0

    def answer(self, path: str, form: Mapping[str, str] | None) -> tuple[int, dict[str, Any]]:
        if path == "/common/discovery/instance":
            host = ADDRESS.removeprefix("https://")
            return 200, {"metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}]}
        if not path.startswith(f"/{self.tenant}/"):
            return _refused("invalid_request", "AADSTS90002: Tenant not found.")
        if form is None:
            return 200, {
                "issuer": f"{ADDRESS}/{self.tenant}/v2.0",
                "authorization_endpoint": f"{ADDRESS}/{self.tenant}/oauth2/v2.0/authorize",
                "token_endpoint": f"{ADDRESS}/{self.tenant}/oauth2/v2.0/token",
            }
        if form.get("client_id") != self.app:
            return _refused("unauthorized_client", "AADSTS700016: Application was not found in the directory.")
        if form.get("client_secret") != self.secret:
            return _refused("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        if form.get("grant_type") != "client_credentials" or form.get("scope") not in self.tokens:
            return _refused("invalid_scope", "AADSTS70011: The provided value for scope is not valid.")
        self.given.append(form["scope"])
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": self.tokens[form["scope"]]}


def _refused(error: str, description: str, status: int = 400) -> tuple[int, dict[str, Any]]:
    return status, {"error": error, "error_description": description}


@contextmanager
def entra_of(tenant: str, app: str, secret: str, tokens: Mapping[str, str]) -> Iterator[Entra]:
    entra = Entra(tenant, app, secret, tokens)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*entra.answer(urlsplit(self.path).path, None))

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(content).items()}
            self._say(*entra.answer(urlsplit(self.path).path, form))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what was given is in `given`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    entra.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield entra
    server.shutdown()
    server.server_close()
    thread.join(10)
