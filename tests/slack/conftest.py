"""The strict Slack for every test of the Slack app."""

from collections.abc import Iterator

import pytest

from tests.slack.strict import Slack


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A workspace of this test's own, with nobody in it but the app. Its clock is the machine's."""
    with Slack() as server:
        yield server
