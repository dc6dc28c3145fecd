"""An admin who has docs/teams.md and a folder of their own: does what the page says, with the real command."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot.teams.gate import PATH
from tests.conftest import EXAMPLE, ROOT
from tests.slack.hosting import until
from tests.teams.issuing import APP
from tests.teams.microsoft import SECRET, SERVICE, Microsoft
from tests.teams.playground.running import free_port

PAGE = (ROOT / "docs" / "teams.md").read_text(encoding="utf-8")
COMMAND = "remembrancer "
CHANNELS = re.findall(r'`"([^"`]+)"`', PAGE)
"""The two ways in which the page writes a board's channel."""

WINDOW = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example council//EN
BEGIN:VEVENT
UID:now@example.org
DTSTAMP:20190401T090000Z
SUMMARY:Strategic Delivery Plan monitoring: Quarter 2 {year}/{end}
DTSTART;VALUE=DATE:{first:%Y%m%d}
DTEND;VALUE=DATE:{last:%Y%m%d}
END:VEVENT
END:VCALENDAR
"""


def commands() -> list[str]:
    """Every command of the page, in order, without its first word."""
    lines = [line for block in _blocks() for line in block.splitlines()]
    return [line.removeprefix(COMMAND) for line in lines if line.startswith(COMMAND)]


def settings() -> str:
    """The page's settings as a .env file, with what is this organisation's own in place of the dots."""
    [block] = [block for block in _blocks() if "TEAMS_CLIENT_ID" in block]
    return block


def _blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


class Newcomer:
    """In a folder of their own, with no setting but what they write there and what leads to the strict Microsoft."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.place, self.port = place, free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEAMS", "SLACK", "REMEMB"))}
        self.environment = kept | dict(environment) | {"PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.environment["REMEMBRANCER_LOOK_SECONDS"] = "1"

    def writes_settings(self, microsoft: Microsoft, **others: str) -> None:
        """Each of `others` is added, or put in the place of the page's."""
        own = {"TEAMS_CLIENT_ID": APP, "TEAMS_CLIENT_SECRET": SECRET, "TEAMS_TENANT_ID": microsoft.teams.tenant}
        given = dict(line.split("=", 1) for line in settings().splitlines())
        given = {name: own[name] if value == "..." else value for name, value in given.items()} | others
        text = "".join(f"{name}={value}\n" for name, value in given.items())
        (self.place / ".env").write_text(text, encoding="utf-8")

    def makes_folder(self, cabinet: str, other: str) -> None:
        """The example's, with the page's people and channels, and a window that is open now."""
        folder = self.place / "my-organisation"
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("responses", "demo.yaml"), dirs_exist_ok=True)
        people = (EXAMPLE / "people.csv").read_text(encoding="utf-8")
        yours = people.replace("ruth.fairbrass@example.org", "you@example.org")
        (folder / "people.csv").write_text(yours, encoding="utf-8")
        organisation = (EXAMPLE / "organisation.yaml").read_text(encoding="utf-8")
        channels = iter([cabinet, *[other] * 3])
        organisation = re.sub(
            'channel: ".*"', lambda _: f'platform: teams\n    channel: "{next(channels)}"', organisation
        )
        (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
        today = datetime.now(UTC).date()
        days = {"first": today - timedelta(days=3), "last": today + timedelta(days=11)}
        text = WINDOW.format(year=today.year, end=(today.year + 1) % 100, **days)
        (folder / "calendar.ics").write_text(text, encoding="utf-8")

    def does(self, command: str, **settings: str) -> tuple[int, str]:
        """The exit code, and all that it says."""
        done = subprocess.run(
            [sys.executable, "-c", "from cli import app; app()", *_words(command)],
            cwd=self.place,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    @contextmanager
    def running(self, command: str = "run") -> Iterator[None]:
        """The service, from where it answers until it has ended by itself when told to."""
        with (self.place / "said").open("a") as said:
            process = subprocess.Popen(
                [sys.executable, "-c", "from cli import app; app()", *_words(command)],
                cwd=self.place,
                env=self.environment,
                stdout=said,
                stderr=said,
            )
        try:
            until(lambda: process.poll() is not None or self.health(), self.said, 60)
            yield
            process.terminate()
            process.wait(30)
        finally:
            process.kill()
            process.wait(10)

    def said(self) -> str:
        """All that the service has logged."""
        return (self.place / "said").read_text(encoding="utf-8")

    def health(self) -> str:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=20, trust_env=False).text
        except httpx.TransportError:
            return ""

    def passes_on(self, microsoft: Microsoft, activity: Mapping[str, object], signed: bool = True) -> int:
        """What Teams delivers, as the web server that stands before the service would; the status."""
        token = microsoft.issuer.token(serviceurl=SERVICE)
        headers = {"Authorization": f"Bearer {token}"} if signed else {}
        url = f"http://127.0.0.1:{self.port}{PATH}"
        sent = {**activity, "serviceUrl": SERVICE}
        return httpx.post(url, json=sent, headers=headers, timeout=30, trust_env=False).status_code


def _words(command: str) -> list[str]:
    return shlex.split(command, comments=True)
