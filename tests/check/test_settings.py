"""Every setting is documented, in .env.example and in docs/settings.md."""

import re

import pytest

from remembrancer.settings import Settings
from tests.conftest import ROOT

pytestmark = pytest.mark.check


def names() -> dict[str, str]:
    """Each setting's environment variable, and its default as text."""
    prefix = Settings.model_config["env_prefix"]
    return {
        str(field.validation_alias or f"{prefix}{name}".upper()): str(field.default)
        for name, field in Settings.model_fields.items()
    }


def test_the_example_file_holds_every_setting_with_its_default_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given == names()


def test_the_page_of_settings_names_every_setting_its_default_and_its_meaning() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| `(.*)` \| (.*) \|$", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name: default for name, default, _ in rows} == names()
    assert [meaning for *_, meaning in rows] == [field.description for field in Settings.model_fields.values()]
