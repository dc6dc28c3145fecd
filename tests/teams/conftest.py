"""A strict Teams for every test, and somewhere to keep what is known of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.teams.transport import TeamsTransport
from tests.teams.connected import connected, small_store
from tests.teams.strict import Teams


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
