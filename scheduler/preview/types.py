"""A message to come, whatever it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class OfWindow:
    """About a programme's window; both are empty for what is about none."""

    programme: str = ""
    window: str = ""

    def __str__(self) -> str:
        return f"{self.programme} {self.window}".strip()

    def as_json(self) -> dict[str, Any]:
        return {"window": {"programme": self.programme, "window": self.window}}


@dataclass(frozen=True)
class OfMeetings:
    """About meetings: each the board's key and the day."""

    meetings: tuple[tuple[str, date], ...]

    def __str__(self) -> str:
        return "; ".join(f"{board} {day}" for board, day in self.meetings)

    def as_json(self) -> dict[str, Any]:
        return {"meetings": [{"board": board, "day": day.isoformat()} for board, day in self.meetings]}


@dataclass(frozen=True)
class Planned:
    """One message to come. `to` is an e-mail address or a channel; `because` is a sentence.

    `items` are refs, or the titles of papers; exempt ones are not named. One that is `withheld` is only shown as it
    would have been: a pilot runs without whom it is for.
    """

    at: datetime
    to: str
    name: str
    kind: str
    about: OfWindow | OfMeetings
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
