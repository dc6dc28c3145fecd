"""Rows by their ids, in few queries however many there are."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from remembrancer.rules.facts import known

Row = TypeVar("Row", bound=SQLModel)
A_QUERY = 500  # how many ids one query names


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids in order, as many at a time as one query names."""
    ordered = sorted(ids)
    return (ordered[start : start + A_QUERY] for start in range(0, len(ordered), A_QUERY))


def rows_of(session: Session, model: type[Row], column: str, ids: Iterable[int]) -> list[Row]:
    """The rows of which this column holds one of the ids, in no order but that of each query's own."""
    attribute: Any = getattr(model, column)
    return [row for some in chunks(ids) for row in session.exec(select(model).where(attribute.in_(some)))]


def by_id(session: Session, model: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """The rows with these ids; an id that no row has is not there."""
    found: list[Any] = list(rows_of(session, model, "id", ids))
    return {known(row.id): row for row in found}
