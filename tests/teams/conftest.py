"""The issuer of tokens, for every test of what Teams delivers."""

from collections.abc import Iterator

import pytest

from tests.teams.issuing import Issuer, issuing


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made
