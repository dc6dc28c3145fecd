"""The grammar in which the checker of blocks is written: each check says what is wrong, and where."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack.strict.state import Json

Check = Callable[[Any, str], Iterator[str]]


def wrong(what: str, where: str) -> str:
    """As Slack says it, in response_metadata.messages."""
    return f"[ERROR] {what} [json-pointer:{where}]"


def string(maximum: int, minimum: int = 1) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", where)
        elif len(value) > maximum:
            yield wrong(f"must be less than {maximum + 1} characters", where)
        elif len(value) < minimum:
            yield wrong(f"must be more than {minimum - 1} characters", where)

    return check


def whole(minimum: int, maximum: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            yield wrong(f"must be a whole number from {minimum} to {maximum}", where)

    return check


def flag(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield wrong("must be a boolean", where)


def anything(value: Any, where: str) -> Iterator[str]:
    return iter(())


def one_of(*values: Any) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if value not in values:
            yield wrong(f"must be one of: {', '.join(map(str, values))}", where)

    return check


def listing(each: Check, maximum: int, minimum: int = 1) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", where)
            return
        if len(value) > maximum:
            yield wrong(f"no more than {maximum} items allowed", where)
        if len(value) < minimum:
            yield wrong(f"no fewer than {minimum} items allowed", where)
        for place, item in enumerate(value):
            yield from each(item, f"{where}/{place}")

    return check


@dataclass(frozen=True)
class Shape:
    """An object: what it must have, what it may have, and nothing else. `beyond` checks it as a whole."""

    must: Mapping[str, Check]
    may: Mapping[str, Check] = field(default_factory=dict)
    beyond: Check = anything

    def __call__(self, value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", where)
            return
        yield from self._names(value, where)
        for name, check in {**self.must, **self.may}.items():
            if name in value:
                yield from check(value[name], f"{where}/{name}")
        yield from self.beyond(value, where)

    def _names(self, value: Json, where: str) -> Iterator[str]:
        for name in self.must:
            if name not in value:
                yield wrong(f"missing required field: {name}", where)
        for name in value:
            if name not in self.must and name not in self.may:
                yield wrong(f"invalid additional property: {name}", where)


def typed(shapes: Mapping[str, Shape]) -> Check:
    """An object whose `type` says which shape it has."""

    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        shape = shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            yield wrong(f"unsupported type: {kind}", f"{where}/type")
            return
        yield from Shape({**shape.must, "type": one_of(kind)}, shape.may, shape.beyond)(value, where)

    return check
