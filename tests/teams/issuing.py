"""Stands for the Bot Framework's issuer: keys of its own, served on loopback, and the tokens that they sign."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment, with_overrides

from remembrancer.bot.teams import sdk

APP = "11111111-1111-4111-8111-111111111111"
TENANT = "22222222-2222-4222-8222-222222222222"
OTHER = "33333333-3333-4333-8333-333333333333"
SERVICE = "https://smba.trafficmanager.net/emea/"
BOT_FRAMEWORK = "https://api.botframework.com"

KEY, ANOTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Issuer:
    """`asked` holds the path of each request for keys. `answering` can be held back; `is_away` breaks it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answering, self.waiting = threading.Event(), threading.Event()
        self.answering.set()
        self.is_away = False
        self.url = ""

    @property
    def cloud(self) -> CloudEnvironment:
        """The public cloud, but for where keys are: Entra's as well, where nobody should ask."""
        metadata = f"{self.url}/v1/.well-known/openidconfiguration"
        return with_overrides(PUBLIC, openid_metadata_url=metadata, login_endpoint=f"{self.url}/entra")

    def token(self, key: rsa.RSAPrivateKey | None = KEY, kid: str | None = "the-key", **claims: Any) -> str:
        """As the Bot Framework would sign it, for this app, but for `claims`; None takes one out. No key: unsigned."""
        now = int(time.time())
        told = {"iss": BOT_FRAMEWORK, "aud": APP, "iat": now, "nbf": now, "exp": now + 3600, "serviceurl": SERVICE}
        given = {name: value for name, value in (told | claims).items() if value is not None}
        return jwt.encode(given, key or "", "RS256" if key else "none", {"kid": kid} if kid else None)

    def keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": "the-key", "use": "sig", "endorsements": ["msteams"]}]}


@contextmanager
def issuing() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            issuer.waiting.set()
            issuer.answering.wait(20)
            content = json.dumps(issuer.keys()).encode()
            self.send_response(500 if issuer.is_away else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what is asked for is in `asked`."""

    server = ThreadingHTTPServer((sdk.LOOPBACK, 0), Handler)
    issuer.url = f"http://{sdk.LOOPBACK}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield issuer
    issuer.answering.set()
    server.shutdown()
    server.server_close()
    thread.join(10)
