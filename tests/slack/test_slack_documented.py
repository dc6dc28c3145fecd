"""docs/slack.md, done as it is written: from nothing to a first prompt, with the real command as processes."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from remembrancer.bot.slack.manifest import PATH
from tests.newcomer import Newcomer, Page
from tests.slack.hosting import until
from tests.slack.strict import Slack

PAGE = Page("slack.md")
MANIFEST, LOAD, PILOT, DOCTOR, LINK, RUN = PAGE.commands
CHANNEL = "its-name"
PUBLIC = "https://remembrancer.example.org"


class Admin(Newcomer):
    """What leads to the strict Slack is in the environment."""

    def __init__(self, place: Path, slack: Slack) -> None:
        super().__init__(place, {"SLACK_API_URL": slack.api_url})
        self.tokens = slack.tokens
        self.writes_settings(*PAGE.settings("SLACK_BOT_TOKEN"))
        self.makes_folder_for("slack", [f"#{CHANNEL}"] * 4)

    def writes_settings(self, *names: str, **others: str) -> None:
        self.writes({name: self.tokens[name] for name in names} | others)

    def prints(self, command: str, **settings: str) -> dict[str, object]:
        """The manifest, which the page has kept in a file."""
        command, _, _file = command.partition(" > ")
        code, said = self.does(command, **settings)
        assert code == 0, said
        manifest: dict[str, object] = json.loads(said)
        return manifest


@pytest.fixture
def admin(tmp_path: Path, slack: Slack) -> Admin:
    return Admin(tmp_path, slack)


@pytest.fixture
def you(slack: Slack) -> str:
    return slack.person("you")


def shown(slack: Slack, who: str) -> str:
    return "\n\n".join(message.text for message in slack.messages(who))


def sees(admin: Admin, slack: Slack, who: str, words: str) -> None:
    until(lambda: words in shown(slack, who), lambda: shown(slack, who) + admin.said(), 30)


def is_known(admin: Admin, who: str) -> bool:
    with closing(sqlite3.connect(admin.place / "remembrancer.sqlite")) as database:
        return bool(database.execute("SELECT 1 FROM chat_account WHERE account = ?", (who,)).fetchone())


def asks(admin: Admin, slack: Slack, who: str) -> None:
    """For what is wanted from them, once they are known: it comes at any hour."""
    until(lambda: is_known(admin, who), admin.said)
    slack.say(who, "my")
    sees(admin, slack, who, "Please update 1 activity by")


def doctor(admin: Admin) -> str:
    return admin.does(DOCTOR)[1]


def test_what_it_says_of_the_settings_is_all_that_is_written() -> None:
    assert set(PAGE.settings("SLACK_BOT_TOKEN")) == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}


def test_the_manifest_is_for_a_socket_or_for_an_address_of_ones_own(admin: Admin) -> None:
    assert admin.prints(MANIFEST)["settings"]["socket_mode_enabled"] is True  # type: ignore[index]
    code, said = admin.does("slack manifest --no-socket")
    assert (code, "set REMEMBRANCER_PUBLIC_URL" in said) == (1, True)
    called = admin.prints("slack manifest --no-socket", REMEMBRANCER_PUBLIC_URL=PUBLIC)
    assert called["settings"]["socket_mode_enabled"] is False  # type: ignore[index]
    assert called["settings"]["event_subscriptions"]["request_url"] == PUBLIC + PATH  # type: ignore[index]


def test_without_a_way_in_the_service_does_not_start_and_says_what_is_missing(admin: Admin) -> None:
    admin.writes_settings("SLACK_BOT_TOKEN")
    code, said = admin.does(RUN)
    assert (code, len(said.splitlines())) == (1, 1)
    assert "set SLACK_APP_TOKEN for a socket, or SLACK_SIGNING_SECRET" in said


def test_the_way_that_is_written_leads_to_a_first_prompt_and_to_nobody_elses(
    admin: Admin, slack: Slack, you: str
) -> None:
    joanna = slack.person("joanna.pell")
    for command in (LOAD, PILOT):
        assert admin.does(command)[0] == 0
    with admin.running(RUN):
        until(lambda: '"slack":"connected"' in admin.health(), admin.said)
        asks(admin, slack, you)
        assert "52 – Review of Voluntary and Community Sector Grants" in shown(slack, you)
    assert shown(slack, joanna) == ""
    assert slack.refusals == []


def test_where_slack_calls_the_service_it_is_the_same(admin: Admin, slack: Slack, you: str) -> None:
    admin.writes_settings("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", REMEMBRANCER_PUBLIC_URL=PUBLIC)
    for command in (LOAD, PILOT):
        assert admin.does(command)[0] == 0
    slack.listen_at(f"http://127.0.0.1:{admin.port}{PATH}")
    with admin.running(RUN):
        assert slack.verify_url(str(slack.courier.url))
        asks(admin, slack, you)
        slack.press(you, label="Answer")
        until(lambda: "Page 1 of" in slack.shown_modal(you), admin.said)
        assert '"slack":"listening"' in admin.health()


def test_doctor_says_what_is_to_be_put_right_until_it_is(admin: Admin, slack: Slack, you: str) -> None:
    admin.does(LOAD)
    assert f"The channel #{CHANNEL} of" in doctor(admin)
    room = slack.room(CHANNEL, [you], with_bot=False)
    assert f"The bot is not in the channel #{CHANNEL} of" in doctor(admin)
    slack.invite(room)
    found = doctor(admin)
    assert f"channel #{CHANNEL} of" not in found
    assert "Ruth Fairbrass (you@example.org) is in Slack and is linked as soon as the service runs" in found
    assert "Neil Coppard (neil.coppard@example.org) is not in Slack by that address" in found


def test_whoever_has_another_address_is_linked_by_hand(admin: Admin, slack: Slack) -> None:
    neil = slack.person("neil", "another@example.org")
    admin.does(LOAD)
    code, said = admin.does(LINK.replace(LINK.split()[-1], neil))
    assert code == 0, said
    assert "Neil Coppard" not in doctor(admin)
    with admin.running(RUN):
        asks(admin, slack, neil)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_wrong_token_is_found_by_doctor(admin: Admin, slack: Slack, name: str) -> None:
    admin.does(LOAD)
    names = [each for each in PAGE.settings("SLACK_BOT_TOKEN") if each != name]
    admin.writes_settings(*names, **{name: f"xo{name[6:8].lower()}-wrong"})
    assert name in doctor(admin)
