"""Calendar feeds as sources: fetched from their URL, and stored completely or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from remembrancer.intake.calendars.ics_reader import Found
from remembrancer.intake.calendars.ics_recurrence import horizon_at
from remembrancer.intake.calendars.sources import read_calendar
from remembrancer.intake.http.fetch import FetchError, Limits, fetch_feed, why_not_fetched
from remembrancer.intake.loading.feeds import other_windows, store_feed
from remembrancer.problems import Problems
from remembrancer.rules.organisation import CalendarSpec, OrganisationSpec
from remembrancer.scheduler.feeds.source import Kind, LastResponse, Means, NotReadError, Reading, Stored
from remembrancer.settings import Settings, setting_called
from remembrancer.wording import phrase


def limits_of(settings: Settings) -> Limits:
    """Return the limits for fetching calendar feeds."""
    return Limits(
        seconds=settings.feed_timeout_seconds,
        largest=settings.feed_megabytes * 1024 * 1024,
        allow_private=settings.feed_allow_private,
        allow_http=settings.feed_allow_http,
        allow_password=True,
    )


@dataclass(frozen=True)
class CalendarSource:
    """A calendar feed; implements `source.Source`."""

    calendar: CalendarSpec
    organisation: OrganisationSpec

    @property
    def key(self) -> str:
        return self.calendar.key

    @property
    def site(self) -> str:
        return self.calendar.key

    @property
    def name(self) -> str:
        return self.calendar.name

    @property
    def boards(self) -> frozenset[str]:
        return frozenset(event.meeting for event in self.calendar.events if event.meeting)

    @property
    def programmes(self) -> frozenset[str]:
        return frozenset(event.window for event in self.calendar.events if event.window)

    def address(self) -> str | None:
        return self.calendar.url or setting_called(self.calendar.url_setting or "")

    def refresh(self, settings: Settings) -> timedelta:
        return timedelta(minutes=settings.feed_minutes)

    def longest(self, settings: Settings) -> timedelta:
        return timedelta(seconds=2 * settings.feed_timeout_seconds + 60)

    def read(self, last: LastResponse, settings: Settings, means: Means, now: datetime) -> Reading:
        """Read the feed; an unchanged one is parsed again, because the patterns or the horizon may have changed."""
        url = self.address()
        if url is None:
            raise NotReadError(phrase("feeds.no_setting", setting=self.calendar.url_setting))
        try:
            fetched = fetch_feed(url, limits_of(settings), last.etag, last.last_modified, ask=means.ask)
        except FetchError as error:
            raise NotReadError(why_not_fetched(error)) from error
        body = fetched.body if fetched else last.body
        if body is None:
            raise NotReadError(phrase("feeds.status", host=self.name, status=304))
        problems = Problems()
        found = read_calendar(body, self.calendar, self.organisation, horizon_at(now), problems)
        _raise_problems(problems)
        return Reading(partial(self._store, found, now), fetched)

    def _store(self, found: Found, now: datetime, session: Session) -> Stored:
        _raise_problems(other_windows(session, self.calendar, found[0]))
        return Stored(store_feed(session, self.calendar, found, now))


def _raise_problems(problems: Problems) -> None:
    if problems.found:
        first, more = str(problems.found[0]), len(problems.found) - 1
        raise NotReadError(phrase("feeds.unreadable_more" if more else "feeds.unreadable", problem=first, count=more))


def _sources(organisation: OrganisationSpec) -> list[CalendarSource]:
    return [CalendarSource(each, organisation) for each in organisation.calendars if each.is_feed]


CALENDARS = Kind("feed-", _sources)
