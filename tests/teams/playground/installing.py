"""The playground's program, installed once, beside the repository's own files."""

import fcntl
import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT, skip_or_fail

PACKAGE = "@microsoft/m365agentsplayground"
VERSION = "0.2.28"
KEPT = ROOT / ".playground"
PATIENCE = 240
"""Seconds that npm may take."""


def program() -> list[str]:
    """The command that starts it. Skips the test (in CI: fails it) where it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        skip_or_fail("no node and npm are installed, so Microsoft's local Teams is not tried")
        raise AssertionError
    return [node, str(_installed(npm) / "node_modules" / PACKAGE / "cli.js"), "start"]


def _installed(npm: str) -> Path:
    """Of several processes one installs it, and the others wait."""
    KEPT.mkdir(exist_ok=True)
    there = KEPT / VERSION
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not there.exists():
            _install(npm, there)
    return there


def _install(npm: str, there: Path) -> None:
    """It is there as a whole, or not at all."""
    partial = there.with_name(f"{VERSION}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    command = [npm, "install", "--prefix", str(partial), *options, f"{PACKAGE}@{VERSION}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.CalledProcessError as error:
        skip_or_fail(f"npm does not install Microsoft's local Teams: {error.stderr}")
    except subprocess.TimeoutExpired as error:
        skip_or_fail(f"npm does not install Microsoft's local Teams: {error}")
    partial.rename(there)
