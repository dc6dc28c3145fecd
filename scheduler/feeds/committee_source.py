"""A committee system as a source: asked politely, and stored as far as it can be read (docs/committee-system.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from remembrancer.intake.loading.committees import Days, known_to_come, store_committees
from remembrancer.intake.moderngov.client import in_time, polite_get
from remembrancer.intake.moderngov.refresh import Refreshed, read_what_can_be
from remembrancer.problems import Problem
from remembrancer.rules.organisation import CommitteeSystemSpec, OrganisationSpec
from remembrancer.scheduler.feeds.source import Kind, LastTime, Means, NotReadError, Reading
from remembrancer.settings import Settings
from remembrancer.wording import say

BACK, AHEAD = timedelta(days=365), timedelta(days=548)
"""Which days are asked for: the last year's, for what a board heard before, and eighteen months on."""
LONGEST = timedelta(minutes=30)
"""Four hundred meetings of a site that takes three seconds for each."""
LAST_REQUEST = timedelta(minutes=10)
"""What a request that was begun in time can still take, with its waits and tries."""


@dataclass(frozen=True)
class CommitteeSource:
    """See scheduler.sources.Source."""

    system: CommitteeSystemSpec
    organisation: OrganisationSpec

    @property
    def key(self) -> str:
        return self.system.key

    @property
    def name(self) -> str:
        return self.system.name

    @property
    def boards(self) -> frozenset[str]:
        return frozenset(self.system.committees)

    @property
    def programmes(self) -> frozenset[str]:
        return frozenset()

    def address(self) -> str | None:
        return self.system.site

    def refresh(self, settings: Settings) -> timedelta:
        return timedelta(minutes=settings.committees_minutes)

    def longest(self, settings: Settings) -> timedelta:
        return LONGEST + LAST_REQUEST

    def read(self, last: LastTime, settings: Settings, means: Means, now: datetime) -> Reading:
        """The service has no way to say that nothing changed, so `last` is of no use here."""
        get = polite_get(settings.contact, settings.feed_allow_private, means.ask, means.sleep)
        days, zone = self._days(now), self.organisation.time_zone
        found = read_what_can_be(self.system, days.first, days.last, zone, in_time(get, LONGEST.total_seconds()))
        if found.problems:
            raise NotReadError(say("feeds.system_unread", problem=_plainly(found.problems[0])))
        return Reading(partial(self._store, found, days, now), partly=_partly(found))

    def _days(self, now: datetime) -> Days:
        zone = self.organisation.zone
        return Days((now - BACK).astimezone(zone).date(), (now + AHEAD).astimezone(zone).date(), zone)

    def _store(self, found: Refreshed, days: Days, now: datetime, session: Session) -> list[str]:
        count = known_to_come(session, self.system, days, now) if found.is_empty else 0
        if count:
            raise NotReadError(say("problems.system_lists_nothing", count=count))
        return store_committees(session, self.system, found, days, now)


def _plainly(problem: Problem) -> str:
    """What is wrong with the site is said without the method that was asked; what is wrong with a row, with it."""
    return problem.text if problem.row is None else str(problem)


def _partly(found: Refreshed) -> str | None:
    if not found.wrong:
        return None
    which = ", ".join(str(id) for id in sorted(found.unread)) or say("feeds.nameless")
    return say("feeds.some_unread", which=which, problem=found.wrong[0])


def _systems(organisation: OrganisationSpec) -> list[CommitteeSource]:
    return [CommitteeSource(each, organisation) for each in organisation.committee_systems]


COMMITTEES = Kind("moderngov:", _systems)
