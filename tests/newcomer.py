"""An admin who has a page of docs/ and a folder of their own: does what the page says, with the real command."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from remembrancer.cli import app
from tests.conftest import EXAMPLE, ROOT
from tests.forked import start_forked
from tests.slack.hosting import until
from tests.teams.playground.running import free_port

COMMAND = "remembrancer "

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
        said = self.place / "command.log"
        said.unlink(missing_ok=True)
        process = start_forked(_run, _words(command), self.place, self.environment | settings, said)
        process.join(120)
        assert process.exitcode is not None, f"{command} does not end"
        return process.exitcode, said.read_text(encoding="utf-8")

    @contextmanager
    def running(self, command: str = "run") -> Iterator[None]:
        """The service, from where it answers until it has ended by itself when told to."""
        process = start_forked(_run, _words(command), self.place, self.environment, self.place / "said")
        try:
            until(lambda: not process.is_alive() or self.health(), self.said, 60)
            yield
            process.terminate()
            process.join(30)
        finally:
            process.kill()
            process.join(10)

    def said(self) -> str:
        """All that the service has logged."""
        return (self.place / "said").read_text(encoding="utf-8")

    def health(self) -> str:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=20, trust_env=False).text
        except httpx.TransportError:
            return ""


def _run(words: Sequence[str], place: Path, environment: Mapping[str, str], said: Path) -> None:
    """The command, in a process that has imported it already."""
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environment)
    with said.open("ab") as file:
        for output in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), output.fileno())
    sys.argv = ["remembrancer", *words]
    app()


def _words(command: str) -> list[str]:
    return shlex.split(command, comments=True)
