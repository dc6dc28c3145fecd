"""The strict Slack for every test of the Slack app."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from intake.folder import Folder
from tests.dialog import ADMIN, LEAD, SECRETARY
from tests.slack import struck as struck_notes
from tests.slack.connected import load_unlinked, small_folder
from tests.slack.hosting import WAYS, Hosted, Workplace
from tests.slack.strict import Slack
from tests.slack.struck import Struck


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
    """Where each seed of a run, in whatever process, notes what struck."""
    place = tmp_path_factory.getbasetemp()
    return partial(struck_notes.note, place.parent if "PYTEST_XDIST_WORKER" in os.environ else place)


def _of_run(config: pytest.Config) -> Path | None:
    """Where the notes of a whole run are; None in a process that is a part of it."""
    place: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return None if "PYTEST_XDIST_WORKER" in os.environ else place


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A class of fault that never struck was not tested, whatever passed."""
    place = _of_run(session.config)
    if place is not None and struck_notes.never(place):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    place = _of_run(config)
    seeds, sums = struck_notes.summed(place) if place else (0, {})
    if place and seeds:
        terminalreporter.section(f"faults that struck in {seeds} quarters")
        for name, count in sums.items():
            terminalreporter.write_line(f"{count:6} {name}{'' if count else '  NEVER'}")
