"""Habits of the repository that are easily forgotten."""

import re
import subprocess

import pytest
import yaml

from tests.conftest import ROOT, skip_or_fail

pytestmark = pytest.mark.check


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        skip_or_fail("this is no git checkout")
    return done.stdout.split()


LOCKED = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?|[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ; .*?)? \\")


def test_the_lock_file_names_packages_versions_and_hashes_and_nothing_else() -> None:
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        assert re.match(
            r"^(    --hash=sha256:[0-9a-f]{64}|[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+( ; .*?)?)( \\)?$", line
        ), line


def test_every_person_in_the_examples_is_invented_at_example_org() -> None:
    for name in tracked():
        if name.startswith(("examples/", "tests/", "docs/", "templates/")) and not name.endswith((".png", ".sqlite")):
            # Broken files are among them, for tests of how such are read.
            text = (ROOT / name).read_bytes().decode("utf-8", "replace")
            addresses = set(re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text))
            # The last is no address, but the end of a name in Microsoft Graph.
            assert addresses <= {"example.org", "db.example.org", "127.0.0.1", "odata.bind"}, name


def test_no_sentence_is_said_by_a_template_that_nobody_renders() -> None:
    source = "\n".join((ROOT / name).read_text("utf-8") for name in tracked() if name.endswith(".py"))
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
