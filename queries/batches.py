"""Loads rows by their ids in batches, so that no query names too many ids."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from remembrancer.rules.facts import stored_id

Row = TypeVar("Row", bound=SQLModel)
BATCH = 500  # ids in one query


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield the ids in order, in lists of up to BATCH ids."""
    ordered = sorted(ids)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


def rows_of(session: Session, model: type[Row], column: str, ids: Iterable[int]) -> list[Row]:
    """Load the rows in which the column holds one of the ids; their order is not defined."""
    attribute: Any = getattr(model, column)
    return [row for some in chunks(ids) for row in session.exec(select(model).where(attribute.in_(some)))]


def by_id(session: Session, model: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """Load the rows with these ids, by id; an id without a row is left out."""
    found: list[Any] = list(rows_of(session, model, "id", ids))
    return {stored_id(row.id): row for row in found}
