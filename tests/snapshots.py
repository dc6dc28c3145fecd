"""Where many tests begin: what a database held there, taken once and put back into an empty database of either kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, insert, select, text

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Snapshot:
    """The rows of every table that has any, in an order in which they can be put back."""

    tables: Sequence[tuple[Table, Rows]]

    def put_into(self, engine: Engine) -> None:
        """Into a database that has the tables, and nothing in them."""
        with engine.begin() as connection:
            for table, rows in self.tables:
                # One statement, so that rows of a table may speak of each other.
                connection.execute(insert(table).values(rows))
                _go_on_counting(connection, table)


def take(engine: Engine, metadata: MetaData) -> Snapshot:
    with engine.begin() as connection:
        tables = [(table, _rows(connection, table)) for table in metadata.sorted_tables]
    return Snapshot([(table, rows) for table, rows in tables if rows])


def _rows(connection: Connection, table: Table) -> Rows:
    query = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Rows that were given their ids do not move PostgreSQL's counters on."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        counter = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'})
        if (name := counter.scalar()) is not None:
            connection.execute(text(f"SELECT setval('{name}', (SELECT max(id) FROM \"{table.name}\"))"))
