"""docs/teams.md, done as it is written: from nothing to a first prompt, with the real command as processes."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser

from remembrancer.bot.teams.inbound.endpoint import PATH
from tests.slack.hosting import until
from tests.teams.issuing import APP
from tests.teams.issuing import OTHER as OTHERS
from tests.teams.microsoft import Microsoft, microsoft
from tests.teams.newcomer import CHANNELS, PAGE, Newcomer
from tests.teams.playground.person import person
from tests.teams.playground.running import Playground, Someone
from tests.teams.strict.graph import CATALOGUE
from tests.teams.strict.state import Person
from tests.teams.telling import BOT, INSTALLED, in_channel, told

CABINET, FULL = CHANNELS
LOAD, PILOT, RUN, PACKAGE, LINK, DOCTOR, *IN_PLAYGROUND = PAGE.commands
UNPROVEN = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Microsoft]:
    with microsoft(tmp_path) as made:
        yield made


@pytest.fixture
def admin(tmp_path: Path, strict: Microsoft) -> Newcomer:
    place = tmp_path / "place"
    place.mkdir()
    made = Newcomer(place, strict.environment)
    made.writes_settings(strict)
    made.makes_folder(CABINET, FULL)
    return made


@pytest.fixture
def you(strict: Microsoft) -> Person:
    return strict.teams.person("You", upn="You@example.org")


def shown(strict: Microsoft, who: Person) -> str:
    return "\n\n".join(each.text for each in strict.teams.shown(strict.teams.chat(who)))


def sees(admin: Newcomer, strict: Microsoft, who: Person, words: str) -> None:
    until(lambda: words in shown(strict, who), lambda: shown(strict, who) + admin.said(), 30)


def installs(admin: Newcomer, strict: Microsoft, who: Person) -> None:
    assert admin.passes_on(strict, told(strict.teams, "installationUpdate", who, **INSTALLED)) == 200


def writes(admin: Newcomer, strict: Microsoft, who: Person, text: str) -> None:
    said = told(strict.teams, "message", who, text=text, textFormat="plain", id=text)
    assert admin.passes_on(strict, said) == 200


def doctor(admin: Newcomer) -> str:
    return admin.does(DOCTOR)[1]


@pytest.mark.parametrize(
    ("command", "changed", "says"),
    [
        (PACKAGE, {"TEAMS_CLIENT_ID": ""}, "Set TEAMS_CLIENT_ID to the bot's app id"),
        (PACKAGE, {"REMEMBRANCER_PUBLIC_URL": ""}, "begins not with https://"),
        (RUN, {"TEAMS_TENANT_ID": ""}, "Set TEAMS_TENANT_ID to your organisation's tenant"),
        (RUN, {"TEAMS_CLIENT_SECRET": ""}, "Set TEAMS_CLIENT_SECRET, or TEAMS_MANAGED_IDENTITY"),
        (RUN, {UNPROVEN: "true"}, f"{UNPROVEN} is on"),
        (IN_PLAYGROUND[-1], {"REMEMBRANCER_HOST": "0.0.0.0"}, "set REMEMBRANCER_HOST to 127.0.0.1"),
    ],
)
def test_what_is_left_out_or_wide_open_is_refused_with_what_to_do(
    admin: Newcomer, strict: Microsoft, command: str, changed: dict[str, str], says: str
) -> None:
    admin.writes_settings(strict, **changed)
    code, said = admin.does(command)
    assert code == 1
    assert says in said
    assert len(said.splitlines()) == 1


def test_the_way_that_is_written_leads_to_a_first_prompt_and_to_nobody_elses(
    admin: Newcomer, strict: Microsoft, you: Person
) -> None:
    joanna = strict.teams.person("Joanna", "joanna.pell@example.org")
    for command in (LOAD, PILOT):
        assert admin.does(command)[0] == 0
    with admin.running(RUN):
        assert admin.does(PACKAGE)[0] == 0
        with ZipFile(admin.place / "remembrancer.zip") as package:
            manifest = json.loads(package.read("manifest.json"))
        assert (manifest["bots"][0]["botId"], manifest["validDomains"]) == (APP, ["remembrancer.example.org"])
        for who in (joanna, you):
            installs(admin, strict, who)
        # What is asked for comes at any hour; the welcome, which nobody asked for, in working hours.
        writes(admin, strict, you, "my")
        sees(admin, strict, you, "Please update 1 activity by")
        assert "52 – Review of Voluntary and Community Sector Grants" in shown(strict, you)
        assert '"teams":"listening"' in admin.health()
        assert "Asif Chaudhry" in doctor(admin)
        for name in ("Ruth Fairbrass", "Joanna Pell"):
            assert f"{name} (" not in doctor(admin)
    assert shown(strict, joanna) == ""


def test_only_what_is_proven_to_come_from_microsoft_for_the_tenant_is_heard(
    admin: Newcomer, strict: Microsoft, you: Person
) -> None:
    admin.does(LOAD)
    with admin.running(RUN):
        said = told(strict.teams, "message", you, text="my", textFormat="plain")
        assert admin.passes_on(strict, said, signed=False) == 401
        another = {"conversation": {"conversationType": "personal", "tenantId": OTHERS, "id": "a:1"}}
        assert admin.passes_on(strict, said | another) == 403
    assert strict.teams.calls == []


def test_boards_channels_are_known_once_the_app_is_in_their_teams(admin: Newcomer, strict: Microsoft) -> None:
    admin.does(LOAD)
    teams = {name: strict.teams.channel() for name in ("Democratic Services", "Health")}
    cabinets = {name: strict.teams.channel("Cabinet", first) for name, first in teams.items()}
    with admin.running(RUN):
        assert f"The channel {CABINET} of" in doctor(admin)
        for name, first in teams.items():
            added = in_channel(strict.teams, "installationUpdate", first, first, name, **INSTALLED)
            assert admin.passes_on(strict, added) == 200
        until(lambda: len(strict.teams.called("channels")) == len(cabinets), admin.said)
        assert f"may be any of these: '{FULL}', 'Health / Cabinet'" in doctor(admin)
        admin.makes_folder(FULL, FULL)
        assert admin.does(LOAD)[0] == 0
        assert "The channel" not in doctor(admin)


def test_what_teams_said_while_nothing_ran_is_made_good_by_a_word(
    admin: Newcomer, strict: Microsoft, you: Person
) -> None:
    """It was said to nobody that the app was added; what `doctor` tells to do is done."""
    admin.does(LOAD)
    admin.does(PILOT)
    first = strict.teams.channel()
    cabinet = strict.teams.channel("Cabinet", first)
    with admin.running(RUN):
        assert "ask them to write to it" in doctor(admin)
        assert "mention @Remembrancer in the channel" in doctor(admin)
        writes(admin, strict, you, "my")
        sees(admin, strict, you, "Please update 1 activity by")
        mention = {"type": "mention", "mentioned": BOT, "text": "<at>Remembrancer</at>"}
        words = {"text": "<at>Remembrancer</at> help", "entities": [mention], "textFormat": "plain"}
        assert admin.passes_on(strict, in_channel(strict.teams, "message", cabinet, first, **words)) == 200
        until(lambda: strict.teams.called("channels"), admin.said)
        until(lambda: "The channel" not in doctor(admin), lambda: doctor(admin) + admin.said())
        assert "Ruth Fairbrass (" not in doctor(admin)


def test_whoever_has_another_address_is_linked_by_hand(admin: Newcomer, strict: Microsoft) -> None:
    neil = strict.teams.person("Neil", "n.coppard@example.org")
    admin.does(LOAD)
    with admin.running(RUN):
        assert admin.does(re.sub(r"[-0-9]{36}", neil.account, LINK))[0] == 0
        assert "Neil Coppard (" not in doctor(admin)
        writes(admin, strict, neil, "my")
        sees(admin, strict, neil, "Please update 1 activity by")


def test_with_the_permissions_that_are_named_the_app_installs_itself(
    admin: Newcomer, strict: Microsoft, you: Person
) -> None:
    you.installed = False
    strict.graph.granted = set()
    admin.writes_settings(strict, TEAMS_CATALOG_APP_ID=CATALOGUE)
    admin.does(LOAD)
    admin.does(PILOT)
    assert "Microsoft Graph does not let the app install itself" in doctor(admin)
    strict.graph.granted = set(re.findall(r"\*\*(\w+\.\w+\.All)\*\*", PAGE.text))
    assert "Microsoft Graph" not in doctor(admin)
    with admin.running(RUN):
        until(lambda: you.installed, admin.said, 30)
        writes(admin, strict, you, "my")
        sees(admin, strict, you, "Please update 1 activity by")


def test_a_secret_that_has_run_out_is_said_and_all_waits_for_the_new_one(
    admin: Newcomer, strict: Microsoft, you: Person
) -> None:
    admin.does(LOAD)
    admin.does(PILOT)
    strict.entra.secret = "the next secret"
    with admin.running(RUN):
        writes(admin, strict, you, "my")
        until(lambda: '"teams":"stopped"' in admin.health(), admin.said, 30)
        assert "Microsoft gives the bot no token" in doctor(admin)
    admin.writes_settings(strict, TEAMS_CLIENT_SECRET="the next secret")
    with admin.running(RUN):
        sees(admin, strict, you, "Please update 1 activity by")
        assert '"teams":"listening"' in admin.health()


class AsWritten(Playground):
    """Started with the page's own words, and with no settings but its own."""

    def _options(self, port: int) -> list[str]:
        [line] = re.findall(r"^npx @microsoft/m365agentsplayground start (.*)$", PAGE.text, re.MULTILINE)
        ours = line.replace("http://127.0.0.1:8000/api/messages", self._messages).replace("56150", str(port))
        return [*shlex.split(ours), "-p", str(port), "--dt"]

    def _environment(self) -> dict[str, str]:
        named = "M365_AGENTS_PLAYGROUND_CONFIG_PATH"
        return {name: value for name, value in super()._environment().items() if name != named}


@pytest.mark.xdist_group("browser")
def test_without_an_account_the_local_teams_leads_to_a_first_prompt(admin: Newcomer, browser: Browser) -> None:
    (admin.place / ".env").unlink()
    *before, run = IN_PLAYGROUND
    for command in before:
        assert admin.does(command)[0] == 0
    messages, alex = f"http://127.0.0.1:{admin.port}{PATH}", Someone("", "Alex Wilber", "")
    with admin.running(run), AsWritten(messages, admin.place / "teams", alex) as teams, person(browser, teams) as you:
        you.says("my")
        you.is_told("Please update 1 activity by")
        you.is_told("52 – Review of Voluntary and Community Sector Grants")
