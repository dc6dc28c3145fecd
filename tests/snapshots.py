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
                connection.execute(insert(table), rows)
                _go_on_counting(connection, table)


def take(engine: Engine, metadata: MetaData) -> Snapshot:
    with engine.begin() as connection:
        tables = [(table, _rows(connection, table)) for table in metadata.sorted_tables]
    return Snapshot([(table, rows) for table, rows in tables if rows])


def _rows(connection: Connection, table: Table) -> Rows:
    """Those of which others of the table speak come before them."""
    query = select(table).order_by(*table.primary_key.columns)
    waiting = [dict(row) for row in connection.execute(query).mappings()]
    speaks_of = [(key.parent.name, key.column.name) for key in table.foreign_keys if key.column.table is table]
    found: Rows = []
    while waiting:
        there = {(name, row[name]) for row in found for _, name in speaks_of}
        ready = [row for row in waiting if all(row[by] is None or (of, row[by]) in there for by, of in speaks_of)]
        assert ready, f"rows of {table.name} speak of each other in a circle"
        found += ready
        waiting = [row for row in waiting if row not in ready]
    return found


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Rows that were given their ids do not move PostgreSQL's counters on."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        counter = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'})
        if (name := counter.scalar()) is not None:
            connection.execute(text(f"SELECT setval('{name}', (SELECT max(id) FROM \"{table.name}\"))"))
