"""The app is made people's own where the organisation lets it do so, over a strict Graph and a strict Teams."""

import logging
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import closing
from typing import Any

import jwt
import pytest
import structlog
from microsoft_teams.api.auth.credentials import TokenCredentials
from microsoft_teams.apps.token_manager import TokenManager
from sqlalchemy import Engine
from sqlmodel import Session, select
from structlog.testing import capture_logs

from remembrancer.bot.teams.app_installation import match
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.directory import Directory
from remembrancer.bot.teams.graph import Graph, NotGrantedError
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.bot.teams.tokens import Tokens
from remembrancer.clock import SetClock
from remembrancer.models import ChatAccount, Person
from remembrancer.models.message import message
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import link
from tests.slack.connected import NOW
from tests.teams.strict import Teams
from tests.teams.strict import graph as strict
from tests.teams.strict import state as teams_state
from tests.teams.strict.graph import CATALOGUE, INSTALLING, LOOKING, TOKEN, graph_of
from tests.teams.telling import INSTALLED, told

RUTH, TOM = "lead0@example.org", "lead1@example.org"


@pytest.fixture
def served(teams: Teams) -> Iterator[strict.Graph]:
    with graph_of(teams) as server:
        yield server


@pytest.fixture
def graph(served: strict.Graph) -> Iterator[Graph]:
    with closing(graph_to(served)) as made:
        yield made


def graph_to(served: strict.Graph, app: str = CATALOGUE, token: Callable[[], str] = lambda: TOKEN) -> Graph:
    """It calls this one in place of Microsoft's."""
    made = Graph(token, app)
    made._base = served.url
    return made


def without_app(teams: Teams, name: str, upn: str) -> teams_state.Person:
    person = teams.person(name, upn=upn)
    teams.do(lambda: setattr(person, "installed", False))
    return person


@pytest.fixture
def ruth(teams: Teams) -> teams_state.Person:
    return without_app(teams, "Ruth", RUTH.upper())


@pytest.fixture
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged, whatever is left out in tests."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as captured:
        yield captured


def both(person: teams_state.Person) -> tuple[str, str]:
    """The account and the conversation of somebody to whom nothing was sent yet."""
    return person.account, person.account


def everybody(engine: Engine) -> set[int]:
    with Session(engine) as session:
        return {stored_id(each) for each in session.exec(select(Person.id))}


def accounts(engine: Engine) -> dict[str, tuple[str, str]]:
    """The account and the conversation, by e-mail address."""
    with Session(engine) as session:
        rows = session.exec(select(Person.email, ChatAccount).join(ChatAccount)).all()
    return {email: (row.account, row.conversation) for email, row in rows}


@pytest.mark.both_databases
def test_everybody_without_an_account_gets_the_app_and_is_linked(
    loaded: Engine, teams: Teams, connector: Connector, graph: Graph, ruth: teams_state.Person
) -> None:
    tom = without_app(teams, "Tom", TOM)
    match(loaded, graph, NOW)
    assert accounts(loaded) == {RUTH: both(ruth), TOM: both(tom)}
    assert (ruth.installed, tom.installed) == (True, True)


def test_five_hundred_people_are_matched_in_fifty_calls_and_no_chat_is_created(
    loaded: Engine, teams: Teams, graph: Graph, served: strict.Graph
) -> None:
    with Session(loaded) as session:
        for person in session.exec(select(Person)):
            person.active = False
        names = [f"person{number}" for number in range(500)]
        session.add_all(Person(email=f"{name}@example.org", name=name, time_zone="Europe/London") for name in names)
        session.commit()
    for name in names[:480]:
        without_app(teams, name, f"{name}@example.org")
    assert len(match(loaded, graph, NOW)) == 500
    assert len(accounts(loaded)) == 480
    assert (served.calls, len(served.asked), teams.calls) == (50, 980, [])


def test_a_first_message_creates_the_chat_of_somebody_who_was_matched(
    loaded: Engine, teams: Teams, connector: Connector, graph: Graph, ruth: teams_state.Person
) -> None:
    match(loaded, graph, NOW)
    TeamsTransport(connector).send(accounts(loaded)[RUTH][1], "key", message("Hello"), perhaps_again=False)
    assert [one.text for one in teams.shown(teams.chat(ruth))] == ["Hello"]


def test_whoever_has_an_account_is_not_asked_for_and_matching_again_is_harmless(
    loaded: Engine, connector: Connector, graph: Graph, served: strict.Graph, ruth: teams_state.Person
) -> None:
    with Session(loaded) as session:
        tom = session.exec(select(Person).where(Person.email == TOM)).one()
        link(session, tom, "teams", "a:1tom", NOW, None)
        session.commit()
    match(loaded, graph, NOW)
    before = accounts(loaded)
    match(loaded, graph, NOW)
    assert (accounts(loaded), served.asked.count(f"GET /users/{RUTH}")) == (before, 1)
    assert not any(TOM in each for each in served.asked)


def test_whoever_has_the_app_already_is_linked_too(
    loaded: Engine, teams: Teams, connector: Connector, graph: Graph
) -> None:
    ruth = teams.person("Ruth", upn=RUTH)
    match(loaded, graph, NOW)
    assert accounts(loaded) == {RUTH: both(ruth)}


def test_what_teams_tells_of_the_installation_tells_the_chat_and_asks_for_nothing(
    loaded: Engine, teams: Teams, connector: Connector, graph: Graph, ruth: teams_state.Person
) -> None:
    match(loaded, graph, NOW)
    Directory(loaded, connector, SetClock(NOW)).installed(told(teams, "installationUpdate", ruth, **INSTALLED))
    assert accounts(loaded) == {RUTH: (ruth.account, teams.chat(ruth))}
    assert teams.called("members") == []


@pytest.mark.parametrize("missing", [LOOKING, INSTALLING])
def test_what_is_not_granted_is_said_once_and_nobody_is_linked(
    loaded: Engine,
    teams: Teams,
    connector: Connector,
    graph: Graph,
    served: strict.Graph,
    logs: list[MutableMapping[str, Any]],
    missing: str,
) -> None:
    for name, upn in (("Ruth", RUTH), ("Tom", TOM)):
        without_app(teams, name, upn)
    served.granted = {LOOKING, INSTALLING} - {missing}
    match(loaded, graph, NOW)
    match(loaded, graph, NOW)
    assert [each["permission"] for each in logs if each["log_level"] == "error"] == [missing]
    assert set(match(loaded, graph, NOW)) == everybody(loaded), "there is nothing to wait for"
    assert accounts(loaded) == {}
    served.granted.add(missing)
    match(loaded, graph, NOW)
    assert set(accounts(loaded)) == {RUTH, TOM}


@pytest.fixture
def alone(loaded: Engine, ruth: teams_state.Person) -> teams_state.Person:
    """Ruth, with everybody else gone: she is whom Graph is asked for, and what is struck."""
    with Session(loaded) as session:
        for other in session.exec(select(Person).where(Person.email != RUTH)):
            other.active = False
        session.commit()
    return ruth


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("fault", strict.FAULTS)
def test_trouble_with_graph_ends_the_matching_and_the_next_goes_on(
    loaded: Engine,
    connector: Connector,
    graph: Graph,
    served: strict.Graph,
    alone: teams_state.Person,
    fault: str,
    before: int,
) -> None:
    served.script += ["no fault"] * before + [fault]
    assert not match(loaded, graph, NOW)
    assert (accounts(loaded), served.script) == ({}, [])
    assert match(loaded, graph, NOW)
    assert set(accounts(loaded)) == {RUTH}


@pytest.mark.parametrize("lookups", [0, 6])
@pytest.mark.parametrize("fault", strict.PARTS[1:])
def test_somebody_whom_graph_cannot_serve_keeps_out_no_others_and_is_looked_up_again(
    loaded: Engine,
    teams: Teams,
    graph: Graph,
    served: strict.Graph,
    ruth: teams_state.Person,
    fault: str,
    lookups: int,
) -> None:
    without_app(teams, "Tom", TOM)
    served.parts += ["no fault"] * lookups + [fault]
    left = everybody(loaded) - set(match(loaded, graph, NOW))
    assert (len(left), served.parts) == (1, [])
    assert left <= set(match(loaded, graph, NOW))
    assert set(accounts(loaded)) == {RUTH, TOM}


def test_one_request_too_many_ends_the_matching_and_the_next_goes_on(
    loaded: Engine, graph: Graph, served: strict.Graph, ruth: teams_state.Person
) -> None:
    served.parts.append("429")
    assert not match(loaded, graph, NOW)
    assert (served.calls, accounts(loaded)) == (1, {})
    assert match(loaded, graph, NOW)
    assert set(accounts(loaded)) == {RUTH}


def test_graph_that_is_busy_is_asked_nothing_more_this_time(
    loaded: Engine, connector: Connector, graph: Graph, served: strict.Graph, ruth: teams_state.Person
) -> None:
    served.script.append("429")
    match(loaded, graph, NOW)
    assert served.asked == []
    served.script.append("429")
    with pytest.raises(SendError) as found:
        graph.accounts_of([RUTH])
    assert (found.value.trouble, found.value.retry_after) == (Trouble.AGAIN, 10)


def test_whoever_entra_does_not_know_is_left_alone_and_the_others_are_not(
    loaded: Engine, connector: Connector, graph: Graph, served: strict.Graph, ruth: teams_state.Person
) -> None:
    assert graph.accounts_of(["ada@example.org"]) == {"ada@example.org": None}
    match(loaded, graph, NOW)
    assert set(accounts(loaded)) == {RUTH}
    assert len([each for each in served.asked if each.startswith("POST")]) == 1


def test_an_app_that_is_in_no_catalogue_is_nobodys_and_it_is_said_of_each(
    loaded: Engine,
    teams: Teams,
    connector: Connector,
    served: strict.Graph,
    ruth: teams_state.Person,
    logs: list[MutableMapping[str, Any]],
) -> None:
    without_app(teams, "Tom", TOM)
    with closing(graph_to(served, app="88888888-0000-4000-8000-000000000008")) as graph:
        match(loaded, graph, NOW)
    assert accounts(loaded) == {}
    said = {each["email"] for each in logs if each["event"] == "app not installed" and each["in_entra"]}
    assert said == {RUTH, TOM}


def test_whoever_is_linked_meanwhile_by_hand_stays_so(
    loaded: Engine, connector: Connector, served: strict.Graph, alone: teams_state.Person
) -> None:
    def token() -> str:
        with Session(loaded) as session:
            if not accounts(loaded):
                ruth = session.exec(select(Person).where(Person.email == RUTH)).one()
                link(session, ruth, "teams", "a:1other", NOW, None, "other")
                session.commit()
        return TOKEN

    with closing(graph_to(served, token=token)) as graph:
        match(loaded, graph, NOW)
    assert (alone.installed, accounts(loaded)) == (True, {RUTH: ("other", "a:1other")})


def test_a_token_that_graph_does_not_take_stops_it(
    loaded: Engine, connector: Connector, served: strict.Graph, ruth: teams_state.Person
) -> None:
    with closing(graph_to(served, token=lambda: "wrong")) as graph:
        match(loaded, graph, NOW)
        with pytest.raises(SendError) as found:
            graph.install([ruth.account])
    assert (accounts(loaded), found.value.trouble) == ({}, Trouble.STOPPED)


def test_looking_whether_it_may_installs_nothing(graph: Graph, served: strict.Graph, ruth: teams_state.Person) -> None:
    graph.check(RUTH)
    graph.check("nobody@example.org")
    assert not ruth.installed
    served.granted.remove(INSTALLING)
    with pytest.raises(NotGrantedError, match=INSTALLING):
        graph.check(RUTH)


def test_the_token_for_graph_is_another_than_the_bots() -> None:
    def give(scope: object, tenant: object) -> str:
        return jwt.encode({"aud": str(scope)}, "k" * 32, algorithm="HS256")

    tokens = Tokens(TokenManager(TokenCredentials(client_id="app", tenant_id="tenant", token=give)))
    tokens.start()
    given = [jwt.decode(each, options={"verify_signature": False})["aud"] for each in (tokens(), tokens.for_graph())]
    tokens.stop()
    assert given == ["https://api.botframework.com/.default", "https://graph.microsoft.com/.default"]
