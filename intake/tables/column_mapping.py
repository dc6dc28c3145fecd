"""The model of columns.yaml, which maps an organisation's spreadsheets to our columns (docs/organisation-folder.md)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from remembrancer.problems import Problems, read_yaml
from remembrancer.rules.checked_model import Slug, Spec

FILE = "columns.yaml"
LONGEST_HEADER = 500  # characters that are compared: a form's header is a whole question


class TableColumns(Spec):
    """The mapping of one table; `columns` maps our name of a column to the headers that it may have.

    `values` maps, for a column, our value to the texts that stand for it. `always` holds the value of a column where
    the table has no such column or a blank cell.
    """

    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    dates: Literal["day_first", "iso"] = "day_first"
    columns: dict[str, list[str]] = Field(default_factory=dict)
    values: dict[str, dict[str, list[str]]] = Field(default_factory=dict)
    always: dict[str, str] = Field(default_factory=dict)

    @field_validator("columns", mode="before")
    @classmethod
    def _one_or_several(cls, columns: Any) -> Any:
        """Accept a single header in place of a list."""
        if not isinstance(columns, dict):
            return columns
        return {name: [given] if isinstance(given, str) else given for name, given in columns.items()}

    @field_validator("values", mode="before")
    @classmethod
    def _words(cls, values: Any) -> Any:
        """Turn values that YAML reads as booleans or numbers (yes, no, true, false, 1) back into text."""
        if not isinstance(values, dict):
            return values
        return {column: _as_texts(words) if isinstance(words, dict) else words for column, words in values.items()}

    def word(self, column: str, text: str) -> str:
        """Return our value for a cell's text, or the text itself where `values` does not map it."""
        for ours, theirs in self.values.get(column, {}).items():
            if text.casefold() in (word.casefold() for word in (ours, *theirs)):
                return ours
        return text

    def names(self) -> set[str]:
        return {*self.columns, *self.values, *self.always}


def _as_texts(words: dict[Any, Any]) -> dict[Any, Any]:
    found = {}
    for ours, theirs in words.items():
        given = theirs if isinstance(theirs, list) else [theirs]
        said = [["yes", "true"] if word is True else ["no", "false"] if word is False else [word] for word in given]
        name = {True: "yes", False: "no"}[ours] if isinstance(ours, bool) else ours
        found[name] = [str(word) if isinstance(word, int | float) else word for each in said for word in each]
    return found


class ColumnsSpec(Spec):
    """The whole of columns.yaml, with a part for each table; `responses` and `forms` have one for each programme."""

    people: TableColumns | None = None
    items: TableColumns | None = None
    meetings: TableColumns | None = None
    forward_plan: TableColumns | None = None
    responses: dict[Slug, TableColumns] = Field(default_factory=dict)
    forms: dict[Slug, TableColumns] = Field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """The columns that a reader expects in a table: those `needed`, and all that it knows.

    `table` is the table's name in columns.yaml. `headers` are further headers that a column may have, besides its own
    name and those of columns.yaml.
    """

    table: str
    needed: Sequence[str]
    known: Collection[str]
    headers: Mapping[str, Sequence[str]] | None = None

    def headers_of(self, spec: TableColumns | None) -> dict[str, str]:
        """Return our name of a column for each header (as `plain` gives it).

        The headers of columns.yaml have priority, then our own names, then `headers`.
        """
        names = dict.fromkeys((*self.needed, *self.known))
        found: dict[str, str] = {}
        for given in (spec.columns if spec else {}, {name: [name] for name in names}, self.headers or {}):
            for name in names:
                found = {plain(header): name for header in given.get(name, ())} | found
        return found


def plain(text: str) -> str:
    """Normalise a header: without case, punctuation and line breaks."""
    short = text[:LONGEST_HEADER].casefold()
    return " ".join(re.findall(r"[^\W_]+", short)) or short.strip()


def read_columns(folder: Path, problems: Problems) -> ColumnsSpec:
    """Read the folder's columns.yaml; without one, nothing is mapped."""
    if not (folder / FILE).exists():
        return ColumnsSpec()
    return read_yaml(folder / FILE, ColumnsSpec, problems) or ColumnsSpec()


def check_names(spec: TableColumns | None, known: Collection[str], table: str, problems: Problems) -> None:
    """Check that columns.yaml maps only known columns, and each header to one of them."""
    if spec is None:
        return
    for name in sorted(spec.names() - set(known)):
        problems.add(FILE, None, f"{table}.{name}", "not_our_column", name=name, known=", ".join(known))
    seen: dict[str, str] = {}
    for name, header in [(name, header) for name, headers in spec.columns.items() for header in headers]:
        if seen.setdefault(plain(header), name) != name:
            problems.add(FILE, None, f"{table}.{name}", "header_of_two", header=header, other=seen[plain(header)])
