"""The strict Slack for every test of the Slack app."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from remembrancer.intake.folder.reader import Folder
from tests.dialog import ADMIN, LEAD, SECRETARY
from tests.slack.connected import load_unlinked, small_folder
from tests.slack.hosting import WAYS, Hosted, Workplace
from tests.slack.strict import Slack
from tests.slack.strict.faults import CALLS, DELIVERIES
from tests.storm.struck import Storm, Struck

STORM = Storm("Slack", (*CALLS, *DELIVERIES), enough=25)


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A workspace of this test's own, with nobody in it but the app. Its clock is the machine's."""
    with Slack() as server:
        yield server


@pytest.fixture
def place(engine: Engine, slack: Slack) -> Workplace:
    return Workplace(engine, slack, LEAD, SECRETARY, ADMIN)


@pytest.fixture(params=WAYS)
def app(request: pytest.FixtureRequest, place: Workplace) -> Iterator[Hosted]:
    with place.app(request.param) as hosted:
        yield hosted


@pytest.fixture
def over_http(place: Workplace) -> Iterator[Hosted]:
    with place.app("http") as hosted:
        yield hosted


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return small_folder(tmp_path_factory.mktemp("folder"))


@pytest.fixture
def loaded(engine: Engine, small: Folder) -> Engine:
    return load_unlinked(engine, small)


@pytest.fixture
def ruth(place: Workplace) -> str:
    return place.users[LEAD]


@pytest.fixture
def struck(tmp_path_factory: pytest.TempPathFactory) -> Struck:
    return STORM.noting(tmp_path_factory)


def pytest_sessionfinish(session: pytest.Session) -> None:
    STORM.finish(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    STORM.report(terminalreporter, config)
