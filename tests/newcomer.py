"""An admin who has a page of docs/ and a folder of their own: does what the page says, with the real command."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.conftest import EXAMPLE, ROOT
from tests.slack.hosting import until
from tests.teams.playground.running import free_port

COMMAND = "remembrancer "
REMEMBRANCER = (sys.executable, "-c", "from remembrancer.cli import app; app()")

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


class Page:
    """One of docs/, by its name."""

    def __init__(self, name: str) -> None:
        self.text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        self._blocks: list[str] = re.findall(r"^```sh\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL)

    @property
    def commands(self) -> list[str]:
        """Every command, in order, without its first word."""
        lines = [line for block in self._blocks for line in block.splitlines()]
        return [line.removeprefix(COMMAND) for line in lines if line.startswith(COMMAND)]

    def settings(self, name: str) -> dict[str, str]:
        """Those among which this one is, as they stand there."""
        [block] = [block for block in self._blocks if f"{name}=" in block]
        return dict(line.split("=", 1) for line in block.splitlines())


class Newcomer:
    """In a folder of their own, with no setting but what they write there and what leads to a strict platform."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.place, self.port = place, free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEAMS", "SLACK", "REMEMB"))}
        self.environment = kept | dict(environment) | {"PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.environment["REMEMBRANCER_LOOK_SECONDS"] = "1"

    def writes(self, settings: Mapping[str, str]) -> None:
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self.place / ".env").write_text(text, encoding="utf-8")

    def makes_folder_for(self, platform: str, channels: Iterable[str]) -> None:
        """The example's, with the page's people, the boards' channels there, and a window that is open now."""
        folder, each = self.place / "my-organisation", iter(channels)
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("responses", "demo.yaml"), dirs_exist_ok=True)
        people = (EXAMPLE / "people.csv").read_text(encoding="utf-8")
        yours = people.replace("ruth.fairbrass@example.org", "you@example.org")
        (folder / "people.csv").write_text(yours, encoding="utf-8")
        organisation = (EXAMPLE / "organisation.yaml").read_text(encoding="utf-8")
        organisation = re.sub(
            'channel: ".*"', lambda _: f'platform: {platform}\n    channel: "{next(each)}"', organisation
        )
        (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
        today = datetime.now(UTC).date()
        days = {"first": today - timedelta(days=3), "last": today + timedelta(days=11)}
        text = WINDOW.format(year=today.year, end=(today.year + 1) % 100, **days)
        (folder / "calendar.ics").write_text(text, encoding="utf-8")

    def does(self, command: str, **settings: str) -> tuple[int, str]:
        """The exit code, and all that it says."""
        done = subprocess.run(
            [*REMEMBRANCER, *_words(command)],
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
                [*REMEMBRANCER, *_words(command)], cwd=self.place, env=self.environment, stdout=said, stderr=said
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


def _words(command: str) -> list[str]:
    return shlex.split(command, comments=True)
