"""The app's package holds what Teams demands of one, and nothing that it would refuse."""

import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.bot.teams.app_package import COMMANDS, ICONS, Publisher, manifest, package
from tests.conftest import ROOT
from tests.teams.issuing import APP

URL = "https://remembrancer.example.org"
PUBLISHER = Publisher("Kent", "https://example.org", "https://example.org/privacy", "https://example.org/terms")
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

LENGTHS = {
    ("name", "short"): 30,
    ("name", "full"): 100,
    ("description", "short"): 80,
    ("description", "full"): 4000,
    ("developer", "name"): 32,
}
"""How long each may be, by version 1.22 of the schema."""


def made() -> dict[str, Any]:
    return manifest(APP, PUBLISHER, URL)


def run(monkeypatch: pytest.MonkeyPatch, *options: str, app: str = APP, url: str = URL) -> Result:
    monkeypatch.setenv("TEAMS_CLIENT_ID", app)
    monkeypatch.setenv("REMEMBRANCER_PUBLIC_URL", url)
    return CliRunner().invoke(cli.app, ["teams", "package", *options])


def test_all_that_the_schema_requires_is_there() -> None:
    required = {"manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor"}
    assert required <= set(made())
    assert set(made()["developer"]) == {"name", "websiteUrl", "privacyUrl", "termsOfUseUrl"}
    assert made()["$schema"].endswith(f"/v{made()['manifestVersion']}/MicrosoftTeams.schema.json")
    assert re.fullmatch(r"\d+\.\d+\.\d+", made()["version"])
    assert re.fullmatch(r"#[0-9A-Fa-f]{6}", made()["accentColor"])


@pytest.mark.parametrize(("where", "most"), LENGTHS.items())
def test_texts_are_no_longer_than_teams_lets_them_be(where: tuple[str, str], most: int) -> None:
    assert 0 < len(made()[where[0]][where[1]]) <= most


def test_one_app_is_the_bot_and_the_package_in_personal_chats_teams_and_group_chats() -> None:
    [bot] = made()["bots"]
    assert made()["id"] == bot["botId"] == made()["webApplicationInfo"]["id"] == APP
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert not bot["isNotificationOnly"]


def test_commands_are_few_and_short_and_help_tells_of_each() -> None:
    [listed] = made()["bots"][0]["commandLists"]
    help_ = (ROOT / "templates/messages/help.md").read_text(encoding="utf-8")
    assert set(listed["scopes"]) <= set(made()["bots"][0]["scopes"])
    assert [each["title"] for each in listed["commands"]] == list(COMMANDS)
    assert len(COMMANDS) <= 10
    for command in listed["commands"]:
        assert f"**{command['title']}**" in help_
        assert 0 < len(command["description"]) <= 128


def test_domains_have_no_scheme_and_no_path() -> None:
    assert manifest(APP, PUBLISHER, f"{URL}:8443/below")["validDomains"] == ["remembrancer.example.org"]


def pixels(name: str) -> tuple[int, int, list[tuple[int, ...]]]:
    """The width, the height and the pixels of a PNG whose pixels are whole bytes, not interlaced."""
    data, at, packed = (ICONS / name).read_bytes(), 8, b""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, interlaced) == (8, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return width, height, unfiltered(zlib.decompress(packed), width, {2: 3, 6: 4}[colour])


def unfiltered(raw: bytes, width: int, size: int) -> list[tuple[int, ...]]:
    """https://www.w3.org/TR/png/#9Filters"""
    before, found = bytes(width * size), []
    for start in range(0, len(raw), width * size + 1):
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + width * size])
        for at in range(len(row)):
            left, up = row[at - size] if at >= size else 0, before[at]
            corner = before[at - size] if at >= size else 0
            guess = left + up - corner
            nearest = min((left, up, corner), key=lambda each: abs(guess - each))
            row[at] = (row[at] + [0, left, up, (left + up) // 2, nearest][kind]) % 256
        before = bytes(row)
        found += [tuple(row[at : at + size]) for at in range(0, len(row), size)]
    return found


def test_the_icons_are_as_teams_wants_them() -> None:
    width, height, colour = pixels("color.png")
    assert (width, height) == (192, 192)
    assert colour[0] == colour[-1] == (0x17, 0x43, 0x4C)
    assert (255, 255, 255) in colour
    width, height, outline = pixels("outline.png")
    assert (width, height) == (32, 32)
    shown = [pixel for pixel in outline if pixel[3]]
    assert {pixel[:3] for pixel in shown} == {(255, 255, 255)}
    assert 150 < len(shown) < 500
    assert outline[0][3] == outline[-1][3] == 0


def test_the_package_is_the_manifest_and_its_icons_and_always_the_same_bytes(tmp_path: Path) -> None:
    packed = package(made())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == made()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
    assert package(made()) == packed


def test_the_command_writes_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = tmp_path / "app.zip"
    done = run(monkeypatch, "--out", str(out), "--privacy", "https://example.org/privacy", app=f" {APP.upper()} ")
    assert done.exit_code == 0, done.output
    assert APP in done.output
    with zipfile.ZipFile(out) as archive:
        written = json.loads(archive.read("manifest.json"))
    assert all(GUID.fullmatch(each) for each in (written["id"], written["bots"][0]["botId"]))
    urls = [written["developer"][key] for key in ("websiteUrl", "privacyUrl", "termsOfUseUrl")]
    assert urls == [URL, "https://example.org/privacy", URL]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"app": ""}, "TEAMS_CLIENT_ID"),
        ({"app": "remembrancer"}, "TEAMS_CLIENT_ID"),
        ({"url": ""}, "REMEMBRANCER_PUBLIC_URL"),
        ({"url": "http://remembrancer.example.org"}, "REMEMBRANCER_PUBLIC_URL"),
    ],
)
def test_what_teams_would_refuse_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], named: str
) -> None:
    out = tmp_path / "app.zip"
    done = run(monkeypatch, "--out", str(out), **given)
    assert (done.exit_code, out.exists()) == (1, False)
    assert named in done.output


@pytest.mark.parametrize("options", [("--terms", "http://example.org"), ("--developer", "x" * 33)])
def test_an_option_that_teams_would_refuse_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: tuple[str, str]
) -> None:
    done = run(monkeypatch, "--out", str(tmp_path / "app.zip"), *options)
    assert done.exit_code == 1
    assert options[1] in done.output
