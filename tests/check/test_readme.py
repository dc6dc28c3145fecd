"""The README's commands run as they are written there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, skip_or_fail

pytestmark = pytest.mark.check
README = ROOT / "README.md"


def commands() -> list[str]:
    """Every line of the README's shell blocks that calls remembrancer."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("remembrancer ")]


def test_the_readme_shows_commands() -> None:
    assert len(commands()) >= 5


def test_every_command_of_the_readme_runs_in_the_order_it_is_shown(tmp_path: Path) -> None:
    binary = ROOT / ".venv" / "bin" / "remembrancer"
    if not binary.exists():
        skip_or_fail("remembrancer is not installed in .venv: run make setup")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for line in commands():
        done = subprocess.run(
            [str(binary), *line.split()[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        findings = line == "remembrancer doctor" and done.returncode == 1
        assert done.returncode == 0 or findings, f"{line}\n{done.stdout}\n{done.stderr}"


def test_the_readme_shows_the_two_commands_that_do_everything() -> None:
    text = README.read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
