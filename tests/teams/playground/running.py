"""One process of the playground: the Teams of one person."""

import os
import signal
import socket
import subprocess
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx
import yaml

from tests.teams.playground.installing import program

LISTENING = "Listening on "
PATIENCE = 60.0
"""Seconds that it may take to start."""

OTHERS = 5
"""Whom else there must be in Teams, no fewer and no more."""

BOT = {"id": "28:remembrancer", "name": "Remembrancer"}
TEAM, GROUP, CHANNEL = "Team One", "Project Chat", "Announcements"

# It listens on all interfaces, and says how it is to Microsoft though it is told not to.
LOCAL = """
const net = require("net"), dns = require("dns");
const { listen } = net.Server.prototype, { lookup } = dns;
net.Server.prototype.listen = function (port, ...more) { return listen.call(this, port, "127.0.0.1", ...more); };
dns.lookup = (name, ...more) =>
  name === "localhost" || net.isIP(name) ? lookup(name, ...more) : more.at(-1)(new Error(`${name} is elsewhere`));
"""


@dataclass(frozen=True)
class Someone:
    """`id` is Teams' own of them, `account` the Entra object id.

    Whoever creates a personal chat by the object id gets theirs only where the two are the same.
    """

    id: str
    name: str
    account: str
    email: str = "someone@example.org"

    def told(self) -> dict[str, str]:
        """As the playground's settings name them."""
        given, _, surname = self.name.partition(" ")
        names = {"name": self.name, "givenName": given, "surname": surname}
        return {
            "id": self.id,
            "userPrincipleName": self.email,
            "email": self.email,
            "aadObjectId": self.account,
        } | names


class Playground:
    """What `me` has of Teams: a personal chat, a group chat and a team, all with the bot at the URL `messages`.

    Each process has conversations of its own: those of `others` in the same group chat are seen by nobody else.
    Entering starts it, leaving stops it. `url` is the page, `service_url` the connector that the bot answers by.
    """

    def __init__(
        self, messages: str, folder: Path, me: Someone, others: tuple[Someone, ...] = (), tenant: str = "tenant"
    ) -> None:
        self.me, self.log = me, list[str]()
        self.personal, self.group = f"a:personal-{me.id}", f"19:group-{me.id}@thread.v2"
        self.general, self.channel = f"19:general-{me.id}@thread.tacv2", f"19:announcements-{me.id}@thread.tacv2"
        self._messages, self._folder, self._others, self._tenant = messages, folder, others, tenant
        self._ready: Future[int] = Future()

    def __enter__(self) -> Self:
        port = free_port()
        self.url, self.service_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/_connector"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [*program(), *self._options(port)],
            cwd=self._folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._reading = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reading.start()
        try:
            assert self._ready.result(PATIENCE) == port, "the port was taken"
            # It says that it listens before it has read its settings.
            httpx.get(f"{self.url}/_debug/ping", timeout=PATIENCE).raise_for_status()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def _options(self, port: int) -> list[str]:
        return ["-e", self._messages, "-c", "msteams", "-p", str(port), "--su", self.service_url, "--dt"]

    def _environment(self) -> dict[str, str]:
        settings, local = self._folder / "playground.yml", self._folder / "local.cjs"
        settings.write_text(yaml.safe_dump(self._settings()), encoding="utf-8")
        local.write_text(LOCAL, encoding="utf-8")
        own = {
            "TEAMSAPPTESTER_BROWSER": "none",
            "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(settings),
            "M365_AGENTS_PLAYGROUND_LOGFILE": str(self._folder / "playground.log"),
            "APPLICATION_INSIGHTS_NO_STATSBEAT": "1",
            "TMPDIR": str(self._folder),
            "NODE_OPTIONS": f"--require {local}",
        }
        return os.environ | own

    def _settings(self) -> dict[str, object]:
        strangers = [_stranger(number) for number in range(OTHERS - len(self._others))]
        team = {"id": self.general, "name": TEAM, "aadGroupId": f"group-{self.me.id}"}
        return {
            "version": "0.1.1",
            "tenantId": self._tenant,
            "bot": BOT,
            "currentUser": self.me.told(),
            "users": [each.told() for each in (*self._others, *strangers)],
            "personalChat": {"id": self.personal},
            "groupChat": {"id": self.group, "name": GROUP},
            "team": team | {"channels": [{"id": self.channel, "name": CHANNEL}]},
        }

    def _read(self, said: IO[str]) -> None:
        with said:
            for line in said:
                self.log.append(line)
                if line.startswith(LISTENING) and not self._ready.done():
                    self._ready.set_result(int(line.removeprefix(LISTENING)))
        if not self._ready.done():
            self._ready.set_exception(RuntimeError("".join(self.log) or "it said nothing"))

    def _stop(self) -> None:
        """With all that it started."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, how)
            try:
                self._process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue
        self._reading.join(10)


def _stranger(number: int) -> Someone:
    return Someone(f"29:stranger-{number}", f"Stranger {number}", f"55555555-5555-4555-8555-55555555555{number}")


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
