"""Habits of the repository that are easily forgotten."""

import re
import subprocess
import tomllib

import pytest
import yaml

from tests.conftest import ROOT, skip_or_fail

pytestmark = pytest.mark.check


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        skip_or_fail("this is no git checkout")
    return done.stdout.split()


PRODUCTION, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


@pytest.mark.parametrize("name", [PRODUCTION, DEVELOPMENT])
def test_a_lock_file_names_packages_versions_and_hashes_and_nothing_else(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert re.match(
            r"^(    --hash=sha256:[0-9a-f]{64}|[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ; .*?)?)( \\)?$", line
        ), line


def locked(name: str) -> dict[str, str]:
    """A lock file's packages by name, each with its version, its marker and its hashes."""
    entries = re.findall(r"^(\S+?)(==\S+.*(?:\n    .*)*)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {package.partition("[")[0]: entry for package, entry in entries}


def names_in(requirements: list[str]) -> set[str]:
    """The packages that pyproject.toml names, as a lock file writes them."""
    return {re.split(r"[\[<>=]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def test_production_installs_the_versions_that_are_tested_and_nothing_that_is_for_development() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    production, development = locked(PRODUCTION), locked(DEVELOPMENT)
    assert production.items() <= development.items()
    assert names_in(project["dependencies"]) <= production.keys()
    assert names_in(project["optional-dependencies"]["dev"]) <= development.keys() - production.keys()


def test_every_person_in_the_examples_is_invented_at_example_org() -> None:
    for name in tracked():
        if name.startswith(("examples/", "tests/", "docs/", "templates/")) and not name.endswith((".png", ".sqlite")):
            # Broken files are among them, for tests of how such are read.
            text = (ROOT / name).read_bytes().decode("utf-8", "replace")
            addresses = set(re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text))
            # The last is no address, but the end of a name in Microsoft Graph.
            assert addresses <= {"example.org", "db.example.org", "127.0.0.1", "odata.bind"}, name


def test_no_sentence_is_said_by_a_template_that_nobody_renders() -> None:
    renders = (name for name in tracked() if name.endswith(".py") or name.startswith("templates/"))
    source = "\n".join((ROOT / name).read_text("utf-8") for name in renders)
    for name in tracked():
        if name.startswith(("templates/messages/", "templates/digest/")):
            kind = name.removeprefix("templates/").split("/")[1].removesuffix(".md")
            assert name.removeprefix("templates/") in source or f'"{kind}"' in source, name


class _Words(yaml.SafeLoader):
    """YAML in which the same key twice is a mistake, and not the later one."""


def _mapping(loader: _Words, node: yaml.MappingNode) -> dict[str, object]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
    return {key: loader.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value, strict=True)}


_Words.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def test_no_sentence_has_the_name_of_another() -> None:
    assert yaml.load((ROOT / "templates/words.yaml").read_text(encoding="utf-8"), _Words)
