"""columns.yaml: how an organisation's own spreadsheets map to our columns (docs/organisation-folder.md)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from remembrancer.problems import Problems, read_yaml
from remembrancer.rules.checked_model import Slug, Spec

FILE = "columns.yaml"
READ_OF_A_HEADER = 500  # characters: a question of a form is a sentence, a header of a megabyte is none


class TableColumns(Spec):
    """How one table is written. `columns`: for our name of a column the headers that it may have.

    `values`: for a column, our word and the words that stand for it. `always`: what a column holds where the table
    has no such column, or a blank.
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
        """One header alone stands for a list of one."""
        if not isinstance(columns, dict):
            return columns
        return {name: [given] if isinstance(given, str) else given for name, given in columns.items()}

    @field_validator("values", mode="before")
    @classmethod
    def _words(cls, values: Any) -> Any:
        """YAML reads yes, no, true and false without quotes as truth values: they are words here."""
        if not isinstance(values, dict):
            return values
        return {column: _as_words(words) for column, words in values.items()}

    def word(self, column: str, text: str) -> str:
        """Our word for what a cell says; the text itself where `values` does not name it."""
        for ours, theirs in self.values.get(column, {}).items():
            if text.casefold() in (word.casefold() for word in (ours, *theirs)):
                return ours
        return text

    def names(self) -> set[str]:
        return {*self.columns, *self.values, *self.always}


def _as_words(words: Any) -> Any:
    if not isinstance(words, dict):
        return words
    return {_one_word(ours): _all_words(theirs) for ours, theirs in words.items()}


def _all_words(theirs: Any) -> Any:
    given = theirs if isinstance(theirs, list) else [theirs]
    said = [["yes", "true"] if word is True else ["no", "false"] if word is False else [word] for word in given]
    return [str(word) if isinstance(word, int | float) else word for each in said for word in each]


def _one_word(word: Any) -> Any:
    return {True: "yes", False: "no"}[word] if isinstance(word, bool) else word


class ColumnsSpec(Spec):
    """The whole file: a part for each table. `responses` and `forms` have one for each programme."""

    people: TableColumns | None = None
    items: TableColumns | None = None
    meetings: TableColumns | None = None
    forward_plan: TableColumns | None = None
    responses: dict[Slug, TableColumns] = Field(default_factory=dict)
    forms: dict[Slug, TableColumns] = Field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What a reader wants of a table: the columns that must be there, and all that it knows.

    `table` is its name in columns.yaml. `headers` are what a column may be called besides its name and what
    columns.yaml says.
    """

    table: str
    needed: Sequence[str]
    known: Collection[str]
    headers: Mapping[str, Sequence[str]] | None = None

    def headers_of(self, spec: TableColumns | None) -> dict[str, str]:
        """Our name for each header that is understood, as `plain` gives it.

        What columns.yaml says goes first, then our own names, then the others.
        """
        names = dict.fromkeys((*self.needed, *self.known))
        found: dict[str, str] = {}
        for given in (spec.columns if spec else {}, {name: [name] for name in names}, self.headers or {}):
            for name in names:
                found = {plain(header): name for header in given.get(name, ())} | found
        return found


def plain(text: str) -> str:
    """A header without case, punctuation and line breaks, which people change without a thought."""
    short = text[:READ_OF_A_HEADER].casefold()
    return " ".join(re.findall(r"[^\W_]+", short)) or short.strip()


def read_columns(folder: Path, problems: Problems) -> ColumnsSpec:
    """The folder's columns.yaml; where there is none, nothing is mapped."""
    if not (folder / FILE).exists():
        return ColumnsSpec()
    return read_yaml(folder / FILE, ColumnsSpec, problems) or ColumnsSpec()


def check_names(spec: TableColumns | None, known: Collection[str], table: str, problems: Problems) -> None:
    """Each name that columns.yaml maps is a column of ours, and each header stands for one of them."""
    if spec is None:
        return
    for name in sorted(spec.names() - set(known)):
        problems.add(FILE, None, f"{table}.{name}", "not_our_column", name=name, known=", ".join(known))
    seen: dict[str, str] = {}
    for name, header in [(name, header) for name, headers in spec.columns.items() for header in headers]:
        if seen.setdefault(plain(header), name) != name:
            problems.add(FILE, None, f"{table}.{name}", "header_of_two", header=header, other=seen[plain(header)])
