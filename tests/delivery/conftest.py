"""An office of four activities, in a database of each kind."""

import pytest
from sqlalchemy import Engine

from remembrancer.intake.folder.reader import Folder
from tests.delivery.scripted import Office
from tests.delivery.world import load, organisation


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return organisation(tmp_path_factory.mktemp("folder") / "organisation", leads=2)


@pytest.fixture
def office(engine: Engine, content: Folder) -> Office:
    load(engine, content)
    return Office(engine)
