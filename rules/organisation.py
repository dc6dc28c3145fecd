"""The model of organisation.yaml: the organisation, its boards and its calendars (docs/organisation-folder.md)."""

import hashlib
import re
from datetime import date, time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from remembrancer.rules.calendar.day_counting import announced_by_default
from remembrancer.rules.calendar.deadline_rules import Law
from remembrancer.rules.calendar.time_zones import known_zones
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.checked_model import Key, Slug, Spec
from remembrancer.rules.forward_plan.stages import Ahead, StagedProgramme

LAWS: dict[str, tuple[Law, ...]] = {
    "england-and-wales": ("england", "wales"),
    "scotland": ("scotland",),
    "northern-ireland": ("northern-ireland",),
}
SAID_AS: dict[str, tuple[str, Law | None]] = {
    "england": ("england-and-wales", "england"),
    "wales": ("england-and-wales", "wales"),
    "cymru": ("england-and-wales", "wales"),
    "england-wales": ("england-and-wales", None),
    "ni": ("northern-ireland", None),
}
"""Other ways of naming a nation: whose bank holidays are kept, and whose law deadlines follow, where that is said."""
FEED_SCHEMES = ("https", "http", "webcal", "webcals")
MonthAndDay = Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]


class Hours(Spec):
    """The working hours, as local times."""

    starts: time = time(9)
    ends: time = time(17)

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if self.starts >= self.ends:
            raise ValueError("working hours end before they start")
        return self


class BoardSpec(Spec):
    """A board; `secretary` is a post in people.csv, and `rules` change or add deadline rules (`deadline_rules.py`).

    `asks` changes how many working days ahead the stages (keys) of papers are asked about.
    """

    key: Key
    name: str
    kind: Key
    channel: str
    secretary: str
    platform: str | None = None
    jurisdiction: Law | None = None
    rules: dict[Key, dict[str, Any]] = Field(default_factory=dict)
    asks: dict[Key, Ahead] = Field(default_factory=dict)


class HearingSpec(Spec):
    """A board that hears a slice of a programme: the items whose facts have these values, or all if it is empty."""

    board: Key
    hears: dict[Key, list[str]] = Field(default_factory=dict)


class ProgrammeUse(Spec):
    """A programme that the organisation runs, and the boards that hear it."""

    key: Slug
    boards: list[HearingSpec] = Field(min_length=1)

    @field_validator("boards", mode="before")
    @classmethod
    def _plain_keys(cls, boards: object) -> object:
        """Accept a board's key alone for a board that hears everything."""
        if not isinstance(boards, list):
            return boards
        return [{"board": board} if isinstance(board, str) else board for board in boards]


class EventPattern(Spec):
    """A pattern for calendar events, matched against SUMMARY or CATEGORIES, that marks windows or meetings.

    A matching event is a window of the programme `window`, or a meeting of the board `meeting`. The pattern's named
    groups fill `key` and `title` of a window; a group called `year` is the calendar year in which its financial year
    begins.
    """

    window: Slug | None = None
    meeting: Key | None = None
    summary: str | None = None
    categories: str | None = None
    key: str = ""
    title: str = ""

    @field_validator("summary", "categories")
    @classmethod
    def _is_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a pattern: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _whole(self) -> "EventPattern":
        if (self.window is None) == (self.meeting is None):
            raise ValueError("an event is either a window (of a programme) or a meeting (of a board)")
        if self.summary is None and self.categories is None:
            raise ValueError("say how the event is known: by summary or by categories")
        if self.window is not None and not self.key:
            raise ValueError("a window needs a key, made from what the pattern captures")
        return self


def is_feed_address(text: str) -> bool:
    """Tell whether a text is a URL with a scheme that calendar feeds use."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in FEED_SCHEMES and bool(parts.hostname) and not re.search(r"[\s\x00-\x20]", text)
    except ValueError:
        return False


class CalendarSpec(Spec):
    """A calendar: a file in the folder, or a feed by its `url`; `url_setting` names the setting with a secret URL."""

    file: str | None = None
    url: str | None = None
    url_setting: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    events: list[EventPattern]

    @model_validator(mode="after")
    def _one_place(self) -> "CalendarSpec":
        if sum(place is not None for place in (self.file, self.url, self.url_setting)) != 1:
            raise ValueError("a calendar has a file, a url or a url_setting, and only one of them")
        if self.url is not None and not is_feed_address(self.url):
            raise ValueError("the url of a calendar begins with https:// or webcal://")
        return self

    @property
    def is_feed(self) -> bool:
        return self.file is None

    @property
    def key(self) -> str:
        """Return the calendar's key in the database, derived from its file, URL or setting."""
        if self.url is not None:
            return f"feed-{hashlib.sha256(self.url.encode()).hexdigest()[:16]}"
        return self.file if self.file is not None else f"feed-{self.url_setting}"

    @property
    def name(self) -> str:
        """Return the calendar's name for people; of a URL only the host is shown, as the rest may be secret."""
        if self.url is not None:
            return f"the calendar at {urlsplit(self.url).hostname}"
        return self.file if self.file is not None else f"the calendar of {self.url_setting}"


class CommitteeSystemSpec(Spec):
    """A committee system's web service (docs/committee-system.md); `committees` maps boards to its committees.

    `site` is the address of the folder that holds mgWebService.asmx. `forward_plans` are the numbers (RPId) of its
    lists of forward plans. `decision_makers` maps a decision maker that a plan names to a board; None where their
    decisions are not followed.
    """

    site: str
    committees: dict[Key, Annotated[int, Field(gt=0)]] = Field(min_length=1)
    forward_plans: list[Annotated[int, Field(gt=0)]] = Field(default_factory=list)
    decision_makers: dict[str, Key | None] = Field(default_factory=dict)

    @field_validator("site")
    @classmethod
    def _is_address(cls, site: str) -> str:
        parts = urlsplit(site)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or "@" in site:
            raise ValueError("write the site's address as https://democracy.example.org")
        return site.rstrip("/")

    @field_validator("committees")
    @classmethod
    def _one_board_each(cls, committees: dict[str, int]) -> dict[str, int]:
        if len(set(committees.values())) < len(committees):
            raise ValueError("two boards have the same committee; a committee is one board")
        return committees

    @property
    def host(self) -> str:
        return urlsplit(self.site).hostname or ""

    @property
    def key(self) -> str:
        """Return the system's key in the database; no folder's key contains a colon (Folder.is_authority_for)."""
        return f"moderngov:{self.host}"

    @property
    def name(self) -> str:
        return f"the committee system at {self.host}"

    @property
    def plans_key(self) -> str:
        """Return the key of the system's forward plans in the database."""
        return f"{self.key}/plans"

    @property
    def plans_name(self) -> str:
        return f"the forward plans at {self.host}"

    def uid(self, meeting: int) -> str:
        """Return the uid of the system's meeting with this number, which stays when the meeting moves."""
        return f"moderngov-{self.host}-{meeting}"


class OrganisationSpec(Spec):
    """The whole content of organisation.yaml; `forward_plan` is a file of its own, programmes/forward-plan.yaml."""

    name: str
    nation: Literal["england-and-wales", "scotland", "northern-ireland"]
    jurisdiction: Law | None = None
    time_zone: str
    working_hours: Hours = Hours()
    closed: list[date] = Field(default_factory=list)
    works: list[date] = Field(default_factory=list)
    bank_holidays_announced_until: date | None = None
    financial_year_starts: MonthAndDay = "04-01"
    board_kinds: dict[Key, str]
    boards: list[BoardSpec]
    programmes: list[ProgrammeUse]
    calendars: list[CalendarSpec]
    committee_systems: list[CommitteeSystemSpec] = Field(default_factory=list)
    forward_plan: StagedProgramme | None = None

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone not in known_zones():
            raise ValueError(f"no time zone is called {zone}: use a name such as Europe/London")
        return zone

    @field_validator("financial_year_starts")
    @classmethod
    def _day_exists(cls, text: str) -> str:
        date.fromisoformat(f"2001-{text}")
        return text

    @model_validator(mode="before")
    @classmethod
    def _nation_as_said(cls, given: Any) -> Any:
        """Take 'Wales', 'England & Wales' and the like for the nation that they name."""
        if not isinstance(given, dict) or not isinstance(given.get("nation"), str):
            return given
        said = "-".join(re.findall(r"[a-z]+", given["nation"].lower().replace("&", " ")))
        nation, law = SAID_AS.get(said, (said, None))
        return {**({"jurisdiction": law} if law else {}), **given, "nation": nation}

    @model_validator(mode="after")
    def _law_of_the_nation(self) -> "OrganisationSpec":
        laws = LAWS[self.nation]
        if self.jurisdiction is not None and self.jurisdiction not in laws:
            raise ValueError(f"in {self.nation} the jurisdiction is {' or '.join(laws)}, not {self.jurisdiction}")
        return self

    @model_validator(mode="after")
    def _names_known(self) -> "OrganisationSpec":
        boards = {board.key for board in self.boards}
        programmes = {programme.key for programme in self.programmes}
        events = [event for calendar in self.calendars for event in calendar.events]
        used = {event.meeting for event in events if event.meeting}
        used |= {board for system in self.committee_systems for board in system.committees}
        used |= {board for system in self.committee_systems for board in system.decision_makers.values() if board}
        used |= {hearing.board for programme in self.programmes for hearing in programme.boards}
        wrong = [f"no board has the key {key}" for key in sorted(used - boards)]
        hosts = [system.host for system in self.committee_systems]
        wrong += [f"{host} is named twice; name its committees together" for host in hosts if hosts.count(host) > 1][:1]
        wrong += [f"no board kind is called {b.kind}" for b in self.boards if b.kind not in self.board_kinds]
        wrong += [f"{e.window} is not among the programmes" for e in events if e.window and e.window not in programmes]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def law_of(self, board: BoardSpec) -> Law:
        """Return the jurisdiction of a board's deadlines: its own, the organisation's, or the first of the nation's."""
        return board.jurisdiction or self.jurisdiction or LAWS[self.nation][0]

    def announced_until(self, today: date) -> date:
        """Return the last day for which bank holidays are announced; deadlines counted past it are provisional."""
        return self.bank_holidays_announced_until or announced_by_default(today)

    @property
    def working_time(self) -> WorkingTime:
        hours = self.working_hours
        return WorkingTime(
            nation=self.nation,
            zone=self.time_zone,
            starts=hours.starts,
            ends=hours.ends,
            closed=frozenset(self.closed),
            works=frozenset(self.works),
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def year_start(self) -> tuple[int, int]:
        month, day = self.financial_year_starts.split("-")
        return int(month), int(day)
