"""The migrations make just the tables that the models describe, on both kinds of database."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlmodel import SQLModel

import models  # noqa: F401  (registers the tables)
from models.database import migrate

pytestmark = pytest.mark.check


def test_the_migrations_make_the_tables_that_the_models_describe(bare_engine: Engine) -> None:
    migrate(bare_engine)
    with bare_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_is_harmless(bare_engine: Engine) -> None:
    migrate(bare_engine)
    migrate(bare_engine)
