"""The later word wins: what the folder says anew goes before what was decided in chat, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, Any]
"""A row by field, in the names that people use: posts by name, people by e-mail address, dates as ISO text."""


@dataclass(frozen=True)
class Merged:
    """What a row should be: `values` that it should have, and `kept`, the fields where the folder says otherwise.

    `exists` is whether there should be a row at all.
    """

    exists: bool
    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)


def merge(last: Fields | None, says: Fields, holds: Fields | None) -> Merged:
    """What the folder last said of a row, what it says now, and what the store holds of it now.

    None: it was never spoken of; there is no row. A field that says the same as last time is no news, and what the
    store holds stands. A row that is gone from the store comes back only where the folder says something new of it.
    """
    news = {key for key, value in says.items() if last is None or key not in last or last[key] != value}
    if holds is None:
        return Merged(exists=bool(news), values=dict(says) if news else {})
    stands = {key: holds[key] for key in says if key not in news and key in holds}
    kept = {key: says[key] for key, value in stands.items() if value != says[key]}
    return Merged(exists=True, values={**says, **stands}, kept=kept)
