"""The migrations make just the tables that the models describe, on both kinds of database."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlmodel import SQLModel

import models  # noqa: F401  (registers the tables)
from models.database import make_engine, migrate

pytestmark = pytest.mark.check


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it at all."""
    if request.param == "sqlite":
        yield make_engine(f"sqlite:///{tmp_path / 'bare.sqlite'}")
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"remembrancer_bare_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_the_migrations_make_the_tables_that_the_models_describe(bare_engine: Engine) -> None:
    migrate(bare_engine)
    with bare_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_is_harmless(bare_engine: Engine) -> None:
    migrate(bare_engine)
    migrate(bare_engine)
