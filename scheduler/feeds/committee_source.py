"""Committee systems as sources, stored as far as they can be read (docs/committee-system.md).

A system's meetings and its forward plans are two sources of one site, which fail and are retried independently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from remembrancer.intake.loading.committee_plans import count_listed_decisions, store_plans
from remembrancer.intake.loading.committees import Days, count_future_meetings, store_committees
from remembrancer.intake.moderngov.client import in_time
from remembrancer.intake.moderngov.plan_refresh import PlansRead, read_newest_plans
from remembrancer.intake.moderngov.refresh import Refreshed, read_available_meetings
from remembrancer.problems import Problem, Problems
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.organisation import CommitteeSystemSpec, OrganisationSpec
from remembrancer.scheduler.feeds.source import Kind, LastResponse, Means, NotReadError, Reading, Source, Stored
from remembrancer.settings import Settings
from remembrancer.wording import phrase

BACK, AHEAD = timedelta(days=365), timedelta(days=548)
"""The range of days that is read: one year back, for what a board heard before, and eighteen months ahead."""
LONGEST = timedelta(minutes=30)
"""The time limit of one reading: enough for 400 meetings at a site that takes 3 seconds for each."""
LAST_REQUEST = timedelta(minutes=10)
"""The longest time that a request begun within the limit can still take, with pauses and retries."""
MOST_LINES = 100
"""The number of decisions that cannot be placed which are listed one by one."""


@dataclass(frozen=True)
class _SiteSource:
    """The common part of the sources of one site; implements `source.Source`."""

    system: CommitteeSystemSpec
    organisation: OrganisationSpec

    @property
    def site(self) -> str:
        return self.system.key

    @property
    def programmes(self) -> frozenset[str]:
        return frozenset()

    def address(self) -> str | None:
        return self.system.site

    def refresh(self, settings: Settings) -> timedelta:
        return timedelta(minutes=settings.committees_minutes)

    def longest(self, settings: Settings) -> timedelta:
        return LONGEST + LAST_REQUEST


@dataclass(frozen=True)
class CommitteeSource(_SiteSource):
    """The meetings of a committee system."""

    @property
    def key(self) -> str:
        return self.system.key

    @property
    def name(self) -> str:
        return self.system.name

    @property
    def boards(self) -> frozenset[str]:
        return frozenset(self.system.committees)

    def read(self, last: LastResponse, settings: Settings, means: Means, now: datetime) -> Reading:
        """Read the meetings; `last` is not used, because the service cannot tell that nothing has changed."""
        get = in_time(means.client(self.system.host, settings), LONGEST.total_seconds())
        days = self._days(now)
        found = read_available_meetings(self.system, days.first, days.last, self.organisation.time_zone, get)
        if found.problems:
            raise NotReadError(phrase("feeds.system_unread", problem=_problem_text(found.problems[0])))
        return Reading(partial(self._store, found, days, now))

    def _days(self, now: datetime) -> Days:
        zone = self.organisation.zone
        return Days((now - BACK).astimezone(zone).date(), (now + AHEAD).astimezone(zone).date(), zone)

    def _store(self, found: Refreshed, days: Days, now: datetime, session: Session) -> Stored:
        count = count_future_meetings(session, self.system, days, now) if found.is_empty else 0
        if count:
            raise NotReadError(phrase("problems.system_lists_nothing", count=count))
        return Stored(store_committees(session, self.system, found, days, now), _unread_meetings(found))


@dataclass(frozen=True)
class PlanSource(_SiteSource):
    """The forward plans of a committee system."""

    @property
    def key(self) -> str:
        return self.system.plans_key

    @property
    def name(self) -> str:
        return self.system.plans_name

    @property
    def boards(self) -> frozenset[str]:
        named = (board for board in self.system.decision_makers.values() if board)
        return frozenset((*self.system.committees, *named))

    def read(self, last: LastResponse, settings: Settings, means: Means, now: datetime) -> Reading:
        """Read the forward plans; `last` is not used, because the pages cannot tell that nothing has changed."""
        get = in_time(means.client(self.system.host, settings), LONGEST.total_seconds())
        found = read_newest_plans(self.system, local_day(now, self.organisation.time_zone), get)
        if found.problems.found:
            raise NotReadError(phrase("feeds.system_unread", problem=found.problems.found[0]))
        return Reading(partial(self._store, found, now))

    def _store(self, found: PlansRead, now: datetime, session: Session) -> Stored:
        count = 0 if found.seen or found.nameless else count_listed_decisions(session, self.system)
        if count:
            raise NotReadError(phrase("problems.plans_list_nothing", count=count))
        changes, problems = store_plans(session, self.system, found, now)
        return Stored(changes, _unplaced_decisions(problems))


def _problem_text(problem: Problem) -> str:
    """Return a problem's text, with its place only where it is about a row."""
    return problem.text if problem.row is None else str(problem)


def _unread_meetings(found: Refreshed) -> str | None:
    if not found.wrong:
        return None
    which = ", ".join(str(id) for id in sorted(found.unread)) or phrase("feeds.nameless")
    return phrase("feeds.some_unread", which=which, problem=found.wrong[0])


def _unplaced_decisions(problems: Problems) -> str | None:
    """Return a line for each decision that could not be placed, with its page and row; None without any."""
    if not problems.found:
        return None
    lines = [phrase("feeds.decisions_left", count=len(problems.found)), *map(str, problems.found[:MOST_LINES])]
    more = len(problems.found) - MOST_LINES
    return "\n".join([*lines, phrase("feeds.decisions_more", count=more)] if more > 0 else lines)


def _sources(organisation: OrganisationSpec) -> Iterator[Source]:
    for system in organisation.committee_systems:
        yield CommitteeSource(system, organisation)
        if system.forward_plans:
            yield PlanSource(system, organisation)


COMMITTEES = Kind("moderngov:", lambda organisation: list(_sources(organisation)))
