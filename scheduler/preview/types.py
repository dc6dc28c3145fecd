"""The description of a message to come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class About:
    """What a message is about: a programme's window, meetings (each a board's key and a day), both, or neither."""

    programme: str = ""
    window: str = ""
    meetings: tuple[tuple[str, date], ...] = ()

    def __str__(self) -> str:
        meetings = [f"{board} {day}" for board, day in self.meetings]
        return "; ".join(filter(None, [f"{self.programme} {self.window}".strip(), *meetings]))

    def as_json(self) -> dict[str, Any]:
        window = {"window": {"programme": self.programme, "window": self.window}}
        meetings = {"meetings": [{"board": board, "day": day.isoformat()} for board, day in self.meetings]}
        return (window if self.window or not self.meetings else {}) | (meetings if self.meetings else {})


@dataclass(frozen=True)
class Planned:
    """One message to come; `to` is an e-mail address or a channel, and `because` a sentence.

    `items` are refs of items, or titles of papers, without titles that are exempt. A message is `withheld` where a
    pilot runs and its addressee is outside it.
    """

    at: datetime
    to: str
    name: str
    kind: str
    about: About
    items: tuple[str, ...]
    because: str
    withheld: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "to": self.to,
            "name": self.name,
            "kind": self.kind,
            **self.about.as_json(),
            "items": list(self.items),
            "because": self.because,
            "withheld": self.withheld,
        }
