"""The strict Slack for every test of the Slack app."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.dialog import ADMIN, LEAD, SECRETARY
from tests.slack.hosting import WAYS, Hosted, Workplace
from tests.slack.strict import Slack


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


@pytest.fixture
def ruth(place: Workplace) -> str:
    return place.users[LEAD]
