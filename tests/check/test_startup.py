"""What the command imports: nothing heavy for its help, and no platform that is not set up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from remembrancer.cli.commands import COMMANDS, load_command
from tests.conftest import EXAMPLE

pytestmark = pytest.mark.check
OURS = [
    "bot",
    "cards",
    "intake",
    "models",
    "problems",
    "queries",
    "reports",
    "rules",
    "scheduler",
    "services",
    "settings",
    "web",
    "cli.shared",
    "cli.database",
]
HEAVY = [
    "aiohttp",
    "alembic",
    "apscheduler",
    "docx",
    "fastapi",
    "holidays",
    "httpcore",
    "httpx",
    "icalendar",
    "jinja2",
    "lxml",
    "microsoft_teams",
    "msal",
    "openpyxl",
    "psycopg",
    "pydantic",
    "pydantic_settings",
    "recurring_ical_events",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "structlog",
    "uvicorn",
]
PLATFORMS = ("slack_bolt", "slack_sdk", "microsoft_teams")
HELP = """
import sys
from remembrancer.cli import app

app(["--help"], standalone_mode=False)
print(*sys.modules, file=sys.stderr)
"""
WITHOUT_PLATFORMS = """
import sys
from remembrancer.cli import app
from remembrancer.cli.database import database
from remembrancer.settings import Settings
from remembrancer.web.app import demo_app, service_app

for arguments in (["load", sys.argv[1]], ["people", "list"], ["preview"], ["doctor"]):
    app(arguments, standalone_mode=False)
with database() as engine:
    service_app(engine, Settings())
print(*sys.modules, file=sys.stderr)
"""


def modules_after(script: str, folder: Path, *arguments: str) -> set[str]:
    """The names of all modules that a process has imported when the script ends; it writes them to stderr last."""
    settings = ("REMEMBRANCER_", "SLACK_", "TEAMS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_help_imports_nothing_that_only_a_command_needs(tmp_path: Path) -> None:
    loaded = modules_after(HELP, tmp_path)
    assert "typer" in loaded
    assert sorted(loaded.intersection([*HEAVY, *(f"remembrancer.{name}" for name in OURS)])) == []


def test_no_platform_is_imported_that_is_not_set_up(tmp_path: Path) -> None:
    loaded = modules_after(WITHOUT_PLATFORMS, tmp_path, str(EXAMPLE))
    assert {"fastapi", "sqlalchemy"} <= loaded
    assert sorted(loaded.intersection(PLATFORMS)) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_that_the_help_lists_is_in_the_module_that_the_table_names(name: str) -> None:
    loaded = load_command(name)
    assert hasattr(loaded, "commands") or loaded.name == name
