"""What a load changes, and what it leaves as it was decided in chat: written down in lines that people read."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from sqlmodel import Session, SQLModel, select

from remembrancer.intake.loading.merge import Fields, merge
from remembrancer.models import FolderWord, Organisation, Post
from remembrancer.wording import say

HERE = "active"
"""The column that says whether a person is here, or an item reported on."""
NOT_SAID = frozenset({"fingerprint", "source"})
"""Columns that only repeat what another says, or say where it was read."""


class Changes:
    """What a load changed, in words of the store: 'person added: ruth@example.org'.

    `lines` say what changed, and are empty where nothing did; `kept` say where the folder and the store differ,
    because something was decided in chat since the folder last said anything new about it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lines: list[str] = []
        self.kept: list[str] = []
        self._words = {(word.model, word.name): word for word in session.exec(select(FolderWord))}
        self._is_first = not self._words and session.get(Organisation, 1) is not None

    def put(self, model: type[Any], name: str, by: dict[str, Any], /, **values: Any) -> Any:
        """The row found by its own names, made or changed to hold these values."""
        row = self.session.exec(select(model).filter_by(**by)).first()
        if row is None:
            row = model(**by, **values)
            self.say(model, "added", name)
        else:
            was = {key: getattr(row, key) for key in values}
            for key, value in values.items():
                setattr(row, key, value)
            self.say_changes(model, name, self._shown(was), self._shown(values))
        self.session.add(row)
        self.session.flush()
        return row

    def remove(self, row: SQLModel, name: str) -> None:
        self.say(type(row), "removed", name)
        self.session.delete(row)
        self.session.flush()

    def say(self, model: type[Any], what: str, name: str) -> None:
        self.lines.append(f"{_called(model)} {what}: {name}")

    def say_changes(self, model: type[Any], name: str, was: Fields, now: Fields) -> None:
        """One line for a row, with each field's old value and its new one; none where they are the same."""
        keys = [key for key in (*now, *(key for key in was if key not in now)) if was.get(key) != now.get(key)]
        changed = [_field_changed(model, key, was.get(key), now.get(key)) for key in keys]
        if changed:
            self.say(model, "changed", f"{name}: {'; '.join(changed)}")

    def _shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._in_words(key, value) for key, value in values.items() if key not in NOT_SAID}

    def _in_words(self, column: str, value: Any) -> Any:
        """A post by its name, where a column holds its id."""
        return self.session.get_one(Post, value).name if value and column.endswith("post_id") else value

    def settle(
        self,
        model: type[Any],
        name: str,
        says: Fields,
        holds: Fields | None,
        *,
        shown: str | None = None,
        beside: Fields | None = None,
    ) -> dict[str, Any] | None:
        """What a row should hold, by the later word of folder and chat; None where there should be no row.

        `says` is the folder's word, which is remembered with what is `beside` it; `holds` what the store has, None
        where it has no such row. Lines call the row `shown`, if it is remembered by another name.
        """
        word = self._words.get((model.__name__, name))
        last = word.values if word else (holds if self._is_first else None)
        merged = merge(last, says, holds)
        self.remember(model, name, {**says, **(beside or {})})
        name = shown or name
        for key, value in merged.kept.items():
            self._say_kept(model, name, key, merged.values[key], value)
        if not merged.exists:
            self.kept.append(say("load.kept_gone", model=_called(model), name=name))
            return None
        if holds is None:
            self.say(model, "added", name)
        else:
            self.say_changes(model, name, holds, merged.values)
        return merged.values

    def _say_kept(self, model: type[Any], name: str, key: str, value: Any, said: Any) -> None:
        values = {"model": _called(model), "name": name}
        if key == HERE:
            values |= {"value": _is_here(model, value), "said": _is_here(model, said)}
            self.kept.append(say("load.kept_state", **values))
        else:
            values |= {"field": field_name(key), "value": in_words(value), "said": in_words(said)}
            self.kept.append(say("load.kept", **values))

    def remember(self, model: type[Any], name: str, says: Fields) -> None:
        """Keep what was said of a row, so that the next word can be told from it."""
        word = self._words.setdefault((model.__name__, name), FolderWord(model=model.__name__, name=name, values={}))
        word.values = dict(says)
        self.session.add(word)

    def said_last(self, model: type[Any], begins: str) -> dict[str, Fields]:
        """What was said last of the rows whose names begin so."""
        words = self._words.items()
        return {name: word.values for (of, name), word in words if of == model.__name__ and name.startswith(begins)}

    def named_before(self, model: type[Any], name: str) -> bool:
        """Whether the folder named the row when it was last loaded; at the first load, whatever is there was named."""
        return self._is_first or (model.__name__, name) in self._words

    def forget(self, model: type[Any], name: str) -> None:
        """The folder no longer names the row."""
        word = self._words.pop((model.__name__, name), None)
        if word is not None:
            self.session.flush()
            self.session.delete(word)

    def forget_all_but(self, model: type[Any], names: Collection[str]) -> None:
        """The folder names these rows and no others."""
        for model_name, name in list(self._words):
            if model_name == model.__name__ and name not in names:
                self.forget(model, name)


def _called(model: type[Any]) -> str:
    """'forward plan item'"""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()


def _field_changed(model: type[Any], key: str, was: Any, now: Any) -> str:
    return _is_here(model, now) if key == HERE else field_changed(key, was, now)


def _is_here(model: type[Any], value: Any) -> str:
    """Whether an item is reported on, or a person is here, as a sentence's end says it."""
    return say(f"load.{model.__name__.lower()}_{'here' if value else 'gone'}")


def field_changed(key: str, was: Any, now: Any) -> str:
    """'title: old → new'; of what is too long to show, which parts of it changed."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        parts = [part for part in (*was, *(set(now) - set(was))) if was.get(part) != now.get(part)]
        return f"{field_name(key)}: {', '.join(sorted(parts))}"
    return say("load.change", field=field_name(key), was=in_words(was), now=in_words(now))


def field_name(key: str) -> str:
    return key.removeprefix("facts.").removesuffix("_id").replace("_", " ")


def in_words(value: Any) -> str:
    """A value as a line shows it; what is nothing is said to be nothing."""
    if isinstance(value, bool):
        return say("load.is_so") if value else say("load.is_not_so")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or say("load.nothing")
    return str(value) if value not in (None, "") else say("load.nothing")
