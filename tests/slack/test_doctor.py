"""`remembrancer doctor` looks at Slack, and says what to do."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.directory import match
from remembrancer.bot.slack.doctor import find_problems
from remembrancer.models import Person
from remembrancer.queries.boards import boards_on
from tests.conftest import EXAMPLE
from tests.slack.connected import NOW, settings_of, web_to
from tests.slack.strict import Slack

RUTH = "lead0@example.org"


@pytest.fixture
def people(loaded: Engine, slack: Slack) -> dict[str, str]:
    """Everybody and every channel is in Slack, and is linked: their ids, by address and by name."""
    with Session(loaded) as session:
        emails = session.exec(select(Person.email).order_by(col(Person.id))).all()
        channels = [board.channel for board in boards_on(session, "slack")]
    ids = {email: slack.person(email.split("@")[0], email) for email in emails}
    rooms = {channel: slack.room(channel.removeprefix("#"), []) for channel in dict.fromkeys(channels)}
    match(loaded, web_to(slack), NOW)
    return ids | rooms


def findings(engine: Engine, slack: Slack, **settings: str) -> list[str]:
    with Session(engine) as session:
        return find_problems(session, web_to(slack), settings_of(slack, **settings))


def channel_of(ids: dict[str, str]) -> str:
    return next(name for name in ids if name.startswith("#"))


def test_where_all_is_well_nothing_is_found(loaded: Engine, slack: Slack, people: dict[str, str]) -> None:
    assert findings(loaded, slack) == []


def test_a_token_that_is_not_good_is_the_one_finding(loaded: Engine, slack: Slack, people: dict[str, str]) -> None:
    settings = settings_of(slack, SLACK_BOT_TOKEN="xoxb-wrong")
    with Session(loaded) as session:
        [found] = find_problems(session, SlackWebApi(settings), settings)
    assert found.startswith("Slack takes nothing from us (invalid_auth): install the app")


def test_scopes_that_are_missing_are_named(loaded: Engine, slack: Slack, people: dict[str, str]) -> None:
    slack.take_scope("files:write")
    [found] = findings(loaded, slack)
    assert found.startswith("The app lacks files:write: give it the manifest")


def test_a_way_in_is_needed(loaded: Engine, slack: Slack, people: dict[str, str]) -> None:
    [found] = findings(loaded, slack, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="")
    assert "set SLACK_APP_TOKEN for a socket, or SLACK_SIGNING_SECRET for requests to /slack/events" in found
    [found] = findings(loaded, slack, SLACK_APP_TOKEN="")
    assert "set REMEMBRANCER_PUBLIC_URL" in found
    assert findings(loaded, slack, SLACK_APP_TOKEN="", public_url="https://x.example.org") == []
    [found] = findings(loaded, slack, SLACK_APP_TOKEN="xapp-wrong")
    assert found.startswith("The socket to Slack does not open (invalid_auth): make an app-level token")


def test_a_channel_without_the_bot_archived_or_unknown(loaded: Engine, slack: Slack, people: dict[str, str]) -> None:
    name = channel_of(people)
    room = people[name]
    slack.remove(room)
    [found] = findings(loaded, slack)
    assert found.startswith(f"The bot is not in the channel {name} of ")
    slack.invite(room)
    slack.rename(room, "another")
    [found] = findings(loaded, slack)
    assert found.startswith(f"The channel {name} of ")
    assert "is none that the bot can see" in found
    slack.rename(room, name.removeprefix("#"))
    slack.archive(room)
    [found] = findings(loaded, slack)
    assert "is archived: take it out of the archive" in found


def test_people_whom_slack_does_not_know_have_left_or_are_somebody_else(
    loaded: Engine, slack: Slack, people: dict[str, str]
) -> None:
    tom, olive = people["lead1@example.org"], people["sam@example.org"]
    slack.deactivate(people[RUTH])
    slack.change(tom, email="old@example.org")
    new = slack.person("tom.new", "lead1@example.org")
    slack.change(olive, email="olive@example.org")
    found = findings(loaded, slack)
    assert len(found) == 2
    assert any(f"({RUTH}) has no active account in Slack any more: reactivate it" in each for each in found)
    assert any(f"is linked to the Slack account {tom}, and lead1@example.org" in each for each in found)
    assert any(f"is the address of another, {new}" in each for each in found)


def test_people_who_are_not_linked_are_named_with_what_to_do(loaded: Engine, slack: Slack) -> None:
    slack.person("ruth", RUTH)
    found = findings(loaded, slack)
    assert any(f"({RUTH}) is in Slack and is linked as soon as" in each for each in found)
    assert any("(lead1@example.org) is not in Slack by that address: ask them to join" in each for each in found)


def test_a_network_that_is_down_is_a_finding(loaded: Engine, slack: Slack) -> None:
    slack.next_fault("auth.test", "500 before")
    [found] = findings(loaded, slack)
    assert found.startswith(f"Slack could not be asked at {slack.api_url} (HTTP 500): check the network")


@pytest.mark.both_databases
def test_the_command_tells_of_slack_where_it_is_set_up(
    bare_engine: Engine, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    assert CliRunner().invoke(cli.app, ["load", str(EXAMPLE)]).exit_code == 0
    assert "set up Slack (docs/slack.md)" in CliRunner().invoke(cli.app, ["doctor"]).output
    for name, value in slack.tokens.items():
        monkeypatch.setenv(name, value)
    slack.take_scope("files:write")
    done = CliRunner().invoke(cli.app, ["doctor"])
    assert done.exit_code == 1
    assert "- The app lacks files:write" in done.output
