"""The wheel is the whole product: it runs from any folder and imports nothing from the checkout."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
import urllib.request
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from tests.check.test_processes import answer, end, free_port
from tests.conftest import ROOT, skip_or_fail

pytestmark = [pytest.mark.check, pytest.mark.xdist_group("wheel")]
DATA = (
    "bot/teams/icons/",
    "examples/",
    "jurisdictions/",
    "migrations/",
    "programmes/",
    "templates/",
    "web/static/",
    "bot/language/requests.yaml",
)
# Only those who make pictures or migrations use these.
SOURCES = {"bot/teams/icons/color.svg", "bot/teams/icons/outline.svg", "migrations/script.py.mako"}
DEPENDENCIES = Path(sysconfig.get_path("purelib"))
# Python imports this when it starts; it writes down at the end where every module came from.
WRITE_DOWN_IMPORTS = """
import atexit, os, sys


def write_down():
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())} - {None}
    with open(os.environ["IMPORTED"], "a", encoding="utf-8") as file:
        file.writelines(f"{name}\\n" for name in files)


atexit.register(write_down)
"""


@dataclass(frozen=True)
class Installed:
    """A virtual environment has the wheel in `site`; `imported` lists the files that its commands import."""

    folder: Path
    site: Path
    imported: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = ("PYTHON", "REMEMBRANCER_", "SLACK_", "TEAMS_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return kept | {"IMPORTED": str(self.imported)}

    def command(self, *arguments: str | Path) -> Sequence[str]:
        return [str(self.folder / "bin" / "remembrancer"), *map(str, arguments)]

    def run(self, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = self.command(*arguments)
        return subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True, check=False)


def sources() -> list[str]:
    """The repository's files, those that are not committed yet among them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        skip_or_fail("this is no git checkout")
    return [name for name in done.stdout.split() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing that an earlier build left in the checkout comes into it."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in sources():
        (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "copy" / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", f"--wheel-dir={folder}", folder / "copy"], check=True)
    shutil.rmtree(folder / "copy")
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", f"--python={folder / 'bin' / 'python'}", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", "--no-deps", "--no-index", wheel], check=True)
    [site] = folder.glob("lib/python*/site-packages")
    # A path in a .pth file is searched, but the .pth files in it are not read: not the one that names the checkout.
    (site / "dependencies.pth").write_text(f"{DEPENDENCIES}\n", encoding="utf-8")
    (site / "sitecustomize.py").write_text(WRITE_DOWN_IMPORTS, encoding="utf-8")
    return Installed(folder, site, folder / "imported.txt")


def assert_nothing_is_imported_from_the_checkout(installed: Installed) -> None:
    files = [Path(name) for name in installed.imported.read_text(encoding="utf-8").splitlines()]
    assert [file for file in files if file.is_relative_to(installed.site / "remembrancer")]
    assert [file for file in files if file.is_relative_to(ROOT) and not file.is_relative_to(DEPENDENCIES)] == []


def test_every_folder_with_python_files_is_a_package_of_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    modules = [PurePosixPath(name) for name in sources() if name.endswith(".py") and not name.startswith("tests/")]
    folders = {".".join(("remembrancer", *module.parent.parts)) for module in modules}
    # Alembic reads the migrations as files.
    assert folders - {"remembrancer.migrations.versions"} == set(project["tool"]["setuptools"]["packages"])


def test_the_wheel_has_one_package_and_all_that_is_shipped_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    assert {name.split("/")[0] for name in names} == {"remembrancer", "remembrancer-0.1.0.dist-info"}
    shipped = {name for name in sources() if name.startswith(DATA)} - SOURCES
    modules = {name for name in sources() if name.endswith(".py") and not name.startswith("tests/")}
    inside = {name.removeprefix("remembrancer/") for name in names if name.startswith("remembrancer/")}
    assert inside == shipped | modules


def test_what_is_installed_loads_simulates_and_examines_from_another_folder(
    installed: Installed, tmp_path: Path
) -> None:
    example = installed.site / "remembrancer" / "examples" / "kent-2019-20"
    days = ["--from", "2019-08-30", "--to", "2019-08-31", "--out", tmp_path / "out"]
    for arguments in (["--help"], ["migrate"], ["load", example], ["simulate", example, *days]):
        done = installed.run(tmp_path, *arguments)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "remembrancer.sqlite"]
    assert list((tmp_path / "out").iterdir())
    examined = installed.run(tmp_path, "doctor")
    assert examined.returncode == (1 if "- " in examined.stdout else 0), examined.stderr
    assert_nothing_is_imported_from_the_checkout(installed)


def test_the_demonstration_that_is_installed_answers_with_its_page_and_its_static_files(
    installed: Installed, tmp_path: Path
) -> None:
    port = free_port()
    environment = installed.environment | {"PORT": str(port), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        installed.command("demo"),
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        page = answer(process, f"http://127.0.0.1:{port}/")
        for file in (ROOT / "web" / "static").iterdir():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/{file.name}", timeout=10) as response:
                assert response.read() == file.read_bytes()
        code, said = end(process, signal.SIGINT)
    assert "Ruth Fairbrass" in page
    assert (code, "Traceback" in said) == (0, False)
    assert_nothing_is_imported_from_the_checkout(installed)
