"""The description of a message to come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from remembrancer.models.message import MessageItem


@dataclass(frozen=True)
class Planned:
    """One message to come; `to` is an e-mail address or a channel, and `because` a sentence.

    `programme` and `window` are the keys of the window that it is about, empty where there is none. A message is
    `withheld` where a pilot runs and its addressee is outside it.
    """

    at: datetime
    to: str
    name: str
    kind: str
    programme: str
    window: str
    items: tuple[MessageItem, ...]
    because: str
    withheld: bool = False

    def as_json(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return the message as JSON, with times by the clock of the zone."""
        meetings = dict.fromkeys(item.meeting for item in self.items if item.meeting)
        window = {"window": {"programme": self.programme, "window": self.window}}
        return {
            "at": self.at.astimezone(zone).isoformat(),
            "to": self.to,
            "name": self.name,
            "kind": self.kind,
            **(window if self.window or not meetings else {}),
            **({"meetings": [each.model_dump(mode="json") for each in meetings]} if meetings else {}),
            "items": [item.as_json(zone) for item in self.items],
            "because": self.because,
            "withheld": self.withheld,
        }
