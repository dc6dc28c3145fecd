"""What a calendar tells, from whatever source it was read: windows and meetings, as neutral facts."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class WindowEvent:
    """A window as the calendar gives it; moments are aware. `source` is which calendar: CalendarSpec.key.

    `summary` and `categories` are the event's. `days` are its first and last day where it is an event of whole days.
    """

    programme: str
    key: str
    title: str
    uid: str
    year: int
    opens_at: datetime
    closes_at: datetime
    cancelled: bool = False
    source: str = ""
    summary: str = ""
    categories: tuple[str, ...] = ()
    days: tuple[date, date] | None = None


@dataclass(frozen=True)
class MeetingEvent:
    """A board's meeting as its source gives it; moments are aware.

    `board` is the board's key. `uid` is the same for one meeting however often it moves: the event's UID, with the
    recurrence's original start for one of a series; the committee system's own number where that is the source.
    `whole_day` says that the source gave a date and no time: `starts_at` is then when the body's day begins.
    `source` is which calendar or committee system: the rows of another are left alone when this one is read again.
    """

    board: str
    uid: str
    starts_at: datetime
    cancelled: bool = False
    sequence: int = 0
    whole_day: bool = False
    place: str = ""
    source: str = ""
