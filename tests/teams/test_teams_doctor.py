"""`remembrancer doctor` looks at Teams, and says what to do."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.bot.teams.conversation_references import Reference, mark_removed, store_reference
from remembrancer.bot.teams.doctor import find_problems
from remembrancer.bot.teams.graph import Graph
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import ChatAccount, Person, TeamsConversation, TeamsKind
from remembrancer.queries.boards import boards_on
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import link, mark_broken
from remembrancer.settings import Settings
from tests.conftest import EXAMPLE
from tests.slack.connected import NOW
from tests.teams.strict import Teams
from tests.teams.strict.graph import INSTALLING, graph_of
from tests.teams.test_teams_graph import graph_to

RUTH = "lead0@example.org"
EMEA = "https://smba.trafficmanager.net/emea"
SETTINGS = {
    "TEAMS_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "TEAMS_TENANT_ID": "22222222-2222-4222-8222-222222222222",
    "TEAMS_CLIENT_SECRET": "secret",
    "public_url": "https://remembrancer.example.org",
}


@pytest.fixture
def well(loaded: Engine) -> Engine:
    """Everybody is linked and every board's channel is known."""
    with Session(loaded) as session:
        for number, person in enumerate(session.exec(select(Person).order_by(col(Person.id))).all()):
            account = f"00000000-0000-4000-8000-{number:012d}"
            store_reference(session, Reference(f"a:{number}", EMEA, "tenant", TeamsKind.PERSONAL, account=account), NOW)
            link(session, person, "teams", f"a:{number}", NOW, None, account)
        for name in channels(session):
            store_reference(session, in_team("Services", name), NOW)
        session.commit()
    return loaded


def channels(session: Session) -> list[str]:
    """The boards' channels, as they are called."""
    return list(dict.fromkeys(board.channel.removeprefix("#") for board in boards_on(session, "teams")))


def in_team(team: str, name: str) -> Reference:
    return Reference(
        f"19:{team}{name}@thread.tacv2", EMEA, "tenant", TeamsKind.CHANNEL, name, team, team_id=f"19:{team}"
    )


def findings(
    engine: Engine, token: Callable[[], str] = lambda: "token", graph: Graph | None = None, **others: Any
) -> list[str]:
    with Session(engine) as session:
        return find_problems(session, Settings(_env_file=None, **SETTINGS | others), token, graph)


def refusing(trouble: Trouble, reason: str) -> Callable[[], str]:
    def refuse() -> str:
        raise SendError(trouble, reason)

    return refuse


def change(engine: Engine, act: Callable[[Session], object]) -> None:
    with Session(engine) as session:
        act(session)
        session.commit()


def unlink(session: Session) -> None:
    """Ruth has no account, and no chat."""
    person = session.exec(select(Person).where(Person.email == RUTH)).one()
    account = session.exec(select(ChatAccount).where(ChatAccount.person_id == person.id)).one()
    mark_removed(session, account.conversation, NOW)
    session.delete(account)


def test_where_all_is_well_nothing_is_found(well: Engine) -> None:
    assert findings(well) == []


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"TEAMS_TENANT_ID": ""}, "Set TEAMS_TENANT_ID to your organisation's tenant"),
        ({"TEAMS_CLIENT_SECRET": ""}, "Set TEAMS_CLIENT_SECRET, or TEAMS_MANAGED_IDENTITY"),
        ({"public_url": ""}, "Teams delivers what people do over https alone: set REMEMBRANCER_PUBLIC_URL"),
        ({"public_url": "http://remembrancer.example.org"}, "Teams delivers what people do over https alone"),
    ],
)
def test_settings_that_do_not_go_together_are_said(well: Engine, others: dict[str, Any], says: str) -> None:
    [found] = findings(well, **others)
    assert found.startswith(says)


def test_without_a_token_it_is_said_whether_to_mend_something_or_to_wait(well: Engine) -> None:
    [found] = findings(well, refusing(Trouble.STOPPED, "NoToken: invalid_client"))
    assert found.startswith("Microsoft gives the bot no token (NoToken: invalid_client): check TEAMS_CLIENT_ID")
    [found] = findings(well, refusing(Trouble.AGAIN, "NoToken: TimeoutError"))
    assert found.startswith("Microsoft could not be asked for the bot's token (NoToken: TimeoutError): check the netw")


def test_a_boards_channel_is_one_in_which_the_bot_is(well: Engine) -> None:
    with Session(well) as session:
        name = channels(session)[0]
        count = [board.channel.removeprefix("#") for board in boards_on(session, "teams")].count(name)
    change(well, lambda session: mark_removed(session, in_team("Services", name).conversation, NOW))
    found = findings(well)
    assert len(found) == count
    assert found[0].startswith(f"The channel #{name} of ")
    assert "is none in which the bot is: add the app to the channel's team" in found[0]
    assert "mention @Remembrancer in the channel" in found[0]
    change(well, lambda session: store_reference(session, in_team("Services", name), NOW))
    assert findings(well) == []


def test_a_boards_channel_is_the_only_one_of_its_name_or_is_named_with_its_team(well: Engine) -> None:
    with Session(well) as session:
        [board, *_] = boards_on(session, "teams")
        name, board_id = board.channel.removeprefix("#"), board.id
        others = [each.id for each in boards_on(session, "teams") if each.channel == board.channel]
    change(well, lambda session: store_reference(session, in_team("Growth", name), NOW))
    found = findings(well)
    assert len(found) == len(others)
    assert f"may be any of these: 'Services / {name}', 'Growth / {name}'. Write one of them" in found[0]
    for written in (f"Growth / {name}", in_team("Growth", name).conversation):
        for each in others:
            _rename(well, each, written)
        assert findings(well) == []
    assert board_id in others
    change(well, lambda session: mark_removed(session, in_team("Growth", name).conversation, NOW))
    assert all("is none in which the bot is" in each for each in findings(well))
    assert len(findings(well)) == len(others)


def _rename(engine: Engine, board_id: int | None, channel: str) -> None:
    with Session(engine) as session:
        next(board for board in boards_on(session, "teams") if board.id == board_id).channel = channel
        session.commit()


def test_whoever_is_reached_on_no_platform_is_asked_to_get_the_app(well: Engine) -> None:
    change(well, unlink)
    [found] = findings(well)
    assert f"({RUTH}) has not got the app in Teams, so no message can reach them: ask them to add it" in found
    assert "ask them to write to it" in found
    assert f"'remembrancer people link {RUTH} teams OBJECT_ID'" in found
    with Session(well) as session:
        person = session.exec(select(Person).where(Person.email == RUTH)).one()
        link(session, person, "slack", "D1", NOW, None, "U1")
        session.commit()
    assert findings(well) == []


def test_many_who_have_not_got_the_app_are_one_finding(engine: Engine) -> None:
    with Session(engine) as session:
        store(session, read_folder(EXAMPLE), NOW)
        session.commit()
    [found] = [each for each in findings(engine) if "not got the app" in each]
    assert "people have not got the app in Teams, so no message can reach them: Amara Nwosu, " in found
    assert "more ('remembrancer people list' names all)" in found
    assert "'remembrancer people link EMAIL teams OBJECT_ID'" in found


def test_many_who_have_the_app_and_are_nobody_are_one_finding(well: Engine) -> None:
    accounts = [f"99999999-0000-4000-8000-{number:012d}" for number in range(40)]
    told = [Reference(f"a:{each}", EMEA, "tenant", TeamsKind.PERSONAL, account=each) for each in accounts]
    for each in told:
        change(well, partial(store_reference, ref=each, now=NOW))
    [found] = findings(well)
    assert found.startswith("40 people have the app in Teams and are linked to nobody here")
    assert accounts[0] in found
    assert len(found) < 1000


def test_whoever_has_the_app_and_is_nobody_is_said_with_what_to_link(well: Engine) -> None:
    account = "99999999-0000-4000-8000-000000000001"
    stranger = Reference("a:stranger", EMEA, "tenant", TeamsKind.PERSONAL, account=account)
    change(well, lambda session: store_reference(session, stranger, NOW))
    [found] = findings(well)
    assert "Somebody has the app in Teams and is linked to nobody here" in found
    assert f"'remembrancer people link EMAIL teams {account}'" in found
    change(well, lambda session: mark_removed(session, "a:stranger", NOW))
    assert findings(well) == []


def test_a_conversation_of_another_host_is_said_with_its_address(well: Engine) -> None:
    def move(session: Session) -> None:
        session.exec(
            select(TeamsConversation).where(TeamsConversation.conversation == "a:0")
        ).one().service_url = "https://smba.infra.gov.teams.microsoft.us/teams"

    change(well, move)
    [found] = findings(well)
    assert "whose address https://smba.infra.gov.teams.microsoft.us/teams is none of Microsoft's public cloud" in found


def test_what_graph_does_not_let_the_app_do_is_said_once_for_everybody(well: Engine, teams: Teams) -> None:
    teams.person("Ruth", upn=RUTH)
    change(well, unlink)
    with graph_of(teams) as server, closing(graph_to(server)) as graph:
        assert len(findings(well, graph=graph)) == 1
        server.granted.remove(INSTALLING)
        [found, _] = findings(well, graph=graph)
        assert found.startswith("Microsoft Graph does not let the app install itself for people (Forbidden: Missing")
        assert f"grant it {INSTALLING}, User.ReadBasic.All in Entra" in found
        server.script.append("500")
        [found, _] = findings(well, graph=graph)
        assert found.startswith("Microsoft Graph could not be asked whether the app may install itself (generalExc")


def test_graph_is_not_asked_where_the_bot_cannot_show_who_it_is(well: Engine, teams: Teams) -> None:
    change(well, unlink)
    with graph_of(teams) as server, closing(graph_to(server)) as graph:
        assert len(findings(well, graph=graph, TEAMS_TENANT_ID="")) == 2
        assert len(findings(well, refusing(Trouble.STOPPED, "NoToken: invalid_client"), graph)) == 2
        assert server.asked == []
        findings(well, graph=graph)
        assert server.asked != []


@pytest.mark.both_databases
def test_the_command_tells_of_teams_where_it_is_set_up(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    assert CliRunner().invoke(cli.app, ["load", str(EXAMPLE)]).exit_code == 0
    with Session(bare_engine) as session:
        ruth = session.exec(select(Person).where(Person.email == "ruth.fairbrass@example.org")).one()
        link(session, ruth, "teams", "a:1ruth", NOW, None, "")
        mark_broken(session, session.exec(select(ChatAccount)).one(), "AppRemoved", NOW)
        session.commit()
    before = CliRunner().invoke(cli.app, ["doctor"]).output
    assert "in Teams" not in before
    assert before.startswith("- No chat platform is set up")
    monkeypatch.setenv("TEAMS_CLIENT_ID", SETTINGS["TEAMS_CLIENT_ID"])
    done = CliRunner().invoke(cli.app, ["doctor"])
    assert done.exit_code == 1
    assert "- Set TEAMS_TENANT_ID" in done.output
    assert "have not got the app in Teams" in done.output
    assert "has no chat account" not in done.output
    assert "is not reached on teams: it refuses what is sent there (AppRemoved)" in done.output
