"""Rules for what a payload holds: each says what is wrong with a value at a path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


def missing(at: str) -> str:
    return f"{at}: is missing"


def repeated(at: str, name: str, id_: Any) -> str:
    return f"{at}: the {name} '{id_}' is there twice"


def not_offered(at: Any) -> str:
    return f"{at}: what is chosen to begin with is not among the options"


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
            yield f"{at}: is no text"
        elif not self.least <= len(value) <= self.most:
            yield f"{at}: has {len(value)} characters; it may have {self.least} to {self.most}"


@dataclass(frozen=True)
class Word:
    """One of some values."""

    of: tuple[Any, ...]

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if value not in self.of:
            yield f"{at}: '{value}' is none of: {', '.join(map(str, self.of))}"


@dataclass(frozen=True)
class Number:
    most: int
    least: int = 0

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or not self.least <= value <= self.most:
            yield f"{at}: '{value}' is no number from {self.least} to {self.most}"


@dataclass(frozen=True)
class Many:
    """A list of so many, each by one rule."""

    of: Rule
    most: int
    least: int = 1

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: is no list"
            return
        if not self.least <= len(value) <= self.most:
            yield f"{at}: has {len(value)} entries; it may have {self.least} to {self.most}"
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
            yield f"{at}: is no object"
            return
        lacking = [name for name in self.needs if name not in value]
        lacking += [" / ".join(self.either)] if self.either and not set(self.either) & set(value) else []
        yield from (missing(f"{at}.{name}") for name in lacking)
        known = {**self.needs, **self.may}
        for name in value:
            if name in known:
                yield from known[name].wrongs(value[name], f"{at}.{name}")
            elif self.strict and name != "type":
                yield f"{at}.{name}: is not known there"


@dataclass(frozen=True)
class Typed:
    """An object whose `type` names its row in the table; only some types may stand here."""

    table: Mapping[str, Rule]
    of: tuple[str, ...]

    def wrongs(self, value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if kind not in self.of:
            yield f"{at}: the type '{kind}' may not stand there; these may: {', '.join(self.of)}"
            return
        yield from self.table[kind].wrongs(value, at)
