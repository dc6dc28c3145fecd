"""Rules for what a payload holds: each says what is wrong with a value at a path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from remembrancer.wording import say


class Rule(Protocol):
    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        """What is wrong with the value at this path."""


@dataclass(frozen=True)
class Text:
    """A string of so many characters."""

    most: int
    least: int = 1

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield say("shapes.not_text", at=at)
        elif not self.least <= len(value) <= self.most:
            yield say("shapes.text_length", at=at, length=len(value), least=self.least, most=self.most)


@dataclass(frozen=True)
class Word:
    """One of some values."""

    of: tuple[Any, ...]

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if value not in self.of:
            yield say("shapes.no_such_word", at=at, value=value, words=", ".join(map(str, self.of)))


@dataclass(frozen=True)
class Number:
    most: int
    least: int = 0

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or not self.least <= value <= self.most:
            yield say("shapes.no_such_number", at=at, value=value, least=self.least, most=self.most)


@dataclass(frozen=True)
class Many:
    """A list of so many, each by one rule."""

    of: Rule
    most: int
    least: int = 1

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield say("shapes.not_list", at=at)
            return
        if not self.least <= len(value) <= self.most:
            yield say("shapes.count", at=at, count=len(value), least=self.least, most=self.most)
        for number, each in enumerate(value):
            yield from self.of.wrongs(each, f"{at}[{number}]")


@dataclass(frozen=True)
class Shape:
    """An object: what it needs, what it may have besides, and of what it needs one at least."""

    needs: Mapping[str, Rule] = field(default_factory=dict)
    may: Mapping[str, Rule] = field(default_factory=dict)
    either: tuple[str, ...] = ()
    strict: bool = True

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield say("shapes.not_object", at=at)
            return
        missing = [name for name in self.needs if name not in value]
        missing += [" / ".join(self.either)] if self.either and not set(self.either) & set(value) else []
        yield from (say("shapes.missing", at=f"{at}.{name}") for name in missing)
        known = {**self.needs, **self.may}
        for name in value:
            if name in known:
                yield from known[name].wrongs(value[name], f"{at}.{name}")
            elif self.strict and name != "type":
                yield say("shapes.unknown_key", at=f"{at}.{name}")


@dataclass(frozen=True)
class Typed:
    """An object whose `type` names its row in the table; only some types may stand here."""

    table: Mapping[str, Rule]
    of: tuple[str, ...]

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if kind not in self.of:
            yield say("shapes.no_such_type", at=at, kind=kind, kinds=", ".join(self.of))
            return
        yield from self.table[kind].wrongs(value, at)
