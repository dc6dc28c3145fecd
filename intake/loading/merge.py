"""Merges an imported row with the stored one, field by field: the later change wins (three-way merge)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, Any]
"""The fields of a row: posts by name, people by e-mail address, dates as ISO text."""


@dataclass(frozen=True)
class Merged:
    """The result: whether the row `exists`, its `values`, and the imported values that were not taken (`kept`)."""

    exists: bool
    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)


def merge(last: Fields | None, imported: Fields, stored: Fields | None) -> Merged:
    """Merge the row of the last import, the row imported now, and the stored row.

    `last` is None where the row was never imported, and `stored` where the database has no such row. A field that has
    not changed since the last import keeps its stored value. A row that was deleted in chat comes back only if an
    imported field has changed.
    """
    new = {key for key, value in imported.items() if last is None or key not in last or last[key] != value}
    if stored is None:
        return Merged(exists=bool(new), values=dict(imported) if new else {})
    unchanged = {key: stored[key] for key in imported if key not in new and key in stored}
    kept = {key: imported[key] for key, value in unchanged.items() if value != imported[key]}
    return Merged(exists=True, values={**imported, **unchanged}, kept=kept)
