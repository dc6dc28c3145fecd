"""A strict Teams for every test, somewhere to keep what is known of it, and a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.intake.folder.reader import Folder
from tests.slack.connected import load_unlinked, small_folder
from tests.storm.struck import Storm, Struck
from tests.teams.connected import connected, connector_to, small_store
from tests.teams.quarter import CLASSES
from tests.teams.strict import Teams
from tests.web.conftest import browser

__all__ = ["browser"]

STORM = Storm("Teams", CLASSES, enough=15)


@pytest.fixture
def struck(tmp_path_factory: pytest.TempPathFactory) -> Struck:
    return STORM.noting(tmp_path_factory)


def pytest_sessionfinish(session: pytest.Session) -> None:
    STORM.finish(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    STORM.report(terminalreporter, config)


@pytest.fixture
def teams() -> Iterator[Teams]:
    """With nobody in it."""
    with Teams() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = small_store(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def transport(teams: Teams, store: Engine) -> Iterator[TeamsTransport]:
    with connected(teams, store) as made:
        yield made


@pytest.fixture
def lead(teams: Teams) -> str:
    return teams.chat(teams.person("Ruth"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return small_folder(tmp_path_factory.mktemp("folder"))


@pytest.fixture
def loaded(engine: Engine, small: Folder) -> Engine:
    """A small organisation of whom nobody is linked, in a database of each kind."""
    return load_unlinked(engine, small)


@pytest.fixture
def connector(teams: Teams, loaded: Engine) -> Iterator[Connector]:
    with connector_to(teams, loaded) as made:
        yield made
