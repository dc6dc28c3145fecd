"""Alembic's environment: the tables are those of models/."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from remembrancer import models  # noqa: F401  (registers the tables)


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
