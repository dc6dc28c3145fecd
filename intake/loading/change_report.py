"""Applies imported rows to the database and reports what changes, and what is kept because of changes in chat."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session, SQLModel, select

from remembrancer.intake.loading.merge import Fields, merge
from remembrancer.models import ImportedRow, Organisation, Post
from remembrancer.services.audit import record_event
from remembrancer.wording import phrase

ACTIVE = "active"
"""The column that says whether a person or an item is still in the folder."""
NOT_SHOWN = frozenset({"fingerprint", "source"})
"""Columns that are left out of the report because they follow from others."""


class Changes:
    """The changes of one load, as lines such as 'person added: ruth@example.org'.

    `lines` say what changed. `kept` say where the database keeps a value that was changed in chat although the folder
    has another, because the folder's value has not changed since the last import (`merge.py`).
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lines: list[str] = []
        self.kept: list[str] = []
        self._imported_rows = {(word.model, word.name): word for word in session.exec(select(ImportedRow))}
        self._is_first = not self._imported_rows and session.get(Organisation, 1) is not None

    def put(self, model: type[Any], name: str, by: dict[str, Any], /, **values: Any) -> Any:
        """Create or update the row that the columns `by` identify, and report it under `name`."""
        row = self.session.exec(select(model).filter_by(**by)).first()
        if row is None:
            row = model(**by, **values)
            self.add_line(model, "added", name)
        else:
            was = {key: getattr(row, key) for key in values}
            for key, value in values.items():
                setattr(row, key, value)
            shown = [key for key in values if key not in NOT_SHOWN]
            before, after = ({key: self._in_words(key, of[key]) for key in shown} for of in (was, values))
            self.add_changes(model, name, before, after)
        self.session.add(row)
        self.session.flush()
        return row

    def record_read(self, name: str, now: datetime) -> None:
        """Record the changes of what was read from outside, if there are any."""
        if self.lines:
            record_event(self.session, now, None, "feed_read", name, changes=self.lines[:100])
        self.session.flush()

    def remove(self, row: SQLModel, name: str) -> None:
        self.add_line(type(row), "removed", name)
        self.session.delete(row)
        self.session.flush()

    def add_line(self, model: type[Any], what: str, name: str) -> None:
        """Report one change of a row, such as 'added' or 'moved'."""
        self.lines.append(f"{_model_in_words(model)} {what}: {name}")

    def add_changes(self, model: type[Any], name: str, was: Fields, now: Fields) -> None:
        """Report the fields of a row that differ, with old and new values, in one line; nothing if none do."""
        keys = [key for key in (*now, *(key for key in was if key not in now)) if was.get(key) != now.get(key)]
        changed = [
            _active_in_words(model, now.get(key)) if key == ACTIVE else field_changed(key, was.get(key), now.get(key))
            for key in keys
        ]
        if changed:
            self.add_line(model, "changed", f"{name}: {'; '.join(changed)}")

    def _in_words(self, column: str, value: Any) -> Any:
        return self.session.get_one(Post, value).name if value and column.endswith("post_id") else value

    def merge_row(
        self,
        model: type[Any],
        name: str,
        imported: Fields,
        stored: Fields | None,
        *,
        shown: str | None = None,
        beside: Fields | None = None,
    ) -> dict[str, Any] | None:
        """Merge an imported row with the stored one (`merge.py`); return the merged fields, or None for no row.

        The imported fields are stored for the next merge, together with the fields in `beside`. `stored` is None where
        the database has no such row. The report calls the row `shown`, if that differs from `name`.
        """
        row = self._imported_rows.get((model.__name__, name))
        last = row.values if row else (stored if self._is_first else None)
        merged = merge(last, imported, stored)
        self.remember_imported(model, name, {**imported, **(beside or {})})
        name = shown or name
        values = {"model": _model_in_words(model), "name": name}
        for key, said in merged.kept.items():
            words = partial(_active_in_words, model) if key == ACTIVE else in_words
            values |= {"field": field_name(key), "value": words(merged.values[key]), "said": words(said)}
            self.kept.append(phrase("load.kept_state" if key == ACTIVE else "load.kept", **values))
        if not merged.exists:
            self.kept.append(phrase("load.kept_gone", model=_model_in_words(model), name=name))
            return None
        if stored is None:
            self.add_line(model, "added", name)
        else:
            self.add_changes(model, name, stored, merged.values)
        return merged.values

    def remember_imported(self, model: type[Any], name: str, imported: Fields) -> None:
        """Store the imported fields of a row as the base of the next merge."""
        new = ImportedRow(model=model.__name__, name=name, values={})
        row = self._imported_rows.setdefault((model.__name__, name), new)
        row.values = dict(imported)
        self.session.add(row)

    def last_imported(self, model: type[Any], begins: str) -> dict[str, Fields]:
        """Return the last imported fields of the rows whose names begin with a prefix, by name."""
        words = self._imported_rows.items()
        return {name: word.values for (of, name), word in words if of == model.__name__ and name.startswith(begins)}

    def was_imported(self, model: type[Any], name: str) -> bool:
        """Tell whether the last import contained the row; at the first import, every stored row counts as imported."""
        return self._is_first or (model.__name__, name) in self._imported_rows

    def forget(self, model: type[Any], name: str) -> None:
        """Delete the last import of a row that is no longer in the folder."""
        word = self._imported_rows.pop((model.__name__, name), None)
        if word is not None:
            self.session.flush()
            self.session.delete(word)

    def deactivate(self, model: type[Any], rows: Mapping[str, Any]) -> None:
        """Make those of these rows inactive that the last import contained, because the folder has them no more."""
        for name, row in rows.items():
            if self.was_imported(model, name):
                self.add_changes(model, name, {ACTIVE: row.active}, {ACTIVE: False})
                row.active = False
                self.forget(model, name)

    def forget_others(self, model: type[Any], names: Collection[str]) -> None:
        for model_name, name in list(self._imported_rows):
            if model_name == model.__name__ and name not in names:
                self.forget(model, name)


def _model_in_words(model: type[Any]) -> str:
    """Return the words for a model, such as 'forward plan item'."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()


def _active_in_words(model: type[Any], value: Any) -> str:
    """Return the words for whether an item is reported on, or a person is in the organisation."""
    return phrase(f"load.{model.__name__.lower()}_{'here' if value else 'gone'}")


def field_changed(key: str, was: Any, now: Any) -> str:
    """Return 'title: old → new', or for a mapping the names of the parts that changed."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        parts = [part for part in (*was, *(set(now) - set(was))) if was.get(part) != now.get(part)]
        return f"{field_name(key)}: {', '.join(sorted(parts))}"
    return phrase("load.change", field=field_name(key), was=in_words(was), now=in_words(now))


def field_name(key: str) -> str:
    return key.removeprefix("facts.").removesuffix("_id").replace("_", " ")


def in_words(value: Any) -> str:
    """Return a value in words; there is a word for nothing too."""
    if isinstance(value, bool):
        return phrase("load.is_so") if value else phrase("load.is_not_so")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or phrase("load.nothing")
    return str(value) if value not in (None, "") else phrase("load.nothing")
