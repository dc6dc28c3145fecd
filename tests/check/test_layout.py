"""The tree keeps its shape; what imports what is import-linter's, in pyproject.toml."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.check
MOST_MODULES = 20
"""In one folder, besides its __init__.py: more than that is no list that somebody reads."""
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def test_no_folder_holds_more_modules_than_somebody_reads() -> None:
    folders = Counter(path.parent.relative_to(ROOT) for path in sources() if path.name != "__init__.py")
    too_full = {str(folder): count for folder, count in folders.items() if count > MOST_MODULES}
    too_full.pop("migrations/versions", None)
    assert too_full == {}


def imported(path: Path) -> set[str]:
    """The first names of what a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
    return found


def test_our_own_modules_are_imported_by_their_installed_names() -> None:
    """In a checkout `rules` can be imported too: it would be another module than `remembrancer.rules`."""
    ours = {*PACKAGES, *(path.stem for path in ROOT.glob("*.py"))}
    files = [*sources(), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.py")]
    assert {str(path.relative_to(ROOT)): names for path in files if (names := imported(path) & ours)} == {}


def test_no_module_knows_a_programme_by_its_key() -> None:
    """The stages of forward plans are no programme of the organisation's choice: every board has them."""
    keys = {path.stem for path in (ROOT / "programmes").glob("*.yaml")} - {"forward-plan"}
    assert keys
    for path in sources():
        text = path.read_text(encoding="utf-8")
        assert not [key for key in keys if key in text], path
