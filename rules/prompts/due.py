"""Computes the prompts that are due, as a pure function of the facts, the subjects and the current time.

At each tick, each person is sent the latest step that has fallen due about each open subject, once in a revision of the
subject's schedule. After a window is edited, a meeting moves, a person goes on leave or the service was down, the next
tick computes what is right then, and nothing stale is sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, at
from remembrancer.rules.facts import Facts
from remembrancer.rules.prompts import step_times
from remembrancer.rules.prompts.subjects import DuePrompt, PromptSubject
from remembrancer.rules.windows.digest_times import drafts_at


def due(facts: Facts, subjects: Iterable[PromptSubject], now: datetime) -> list[DuePrompt]:
    """Return the prompts to send now, in the order of the subjects; none while sending is paused."""
    if facts.paused:
        return []
    return [
        prompt
        for subject in subjects
        if subject.is_open(now)
        for prompt in _latest_steps(subject.fallen_due(facts, now))
        if now < prompt.expires_at
        and prompt.key not in facts.prompted
        and facts.time_of(facts.people[prompt.person_id]).may_send(now, prompt.expires_at)
    ]


def _latest_steps(fallen_due: Iterable[DuePrompt]) -> list[DuePrompt]:
    """Keep the latest step on each track for each person; earlier steps are stale, even once the latest has expired."""
    latest: dict[tuple[int, str], DuePrompt] = {}
    for prompt in fallen_due:
        other = latest.get((prompt.person_id, prompt.track))
        if other is None or prompt.due_at >= other.due_at:
            latest[prompt.person_id, prompt.track] = prompt
    return list(latest.values())


def coming(
    facts: Facts, subjects: Sequence[PromptSubject], start: datetime, end: datetime
) -> Iterator[tuple[datetime, list[DuePrompt]]]:
    """Yield the prompts that each tick from `start` to `end` would find due if nothing else changed meanwhile."""
    prompted = set(facts.prompted)
    for moment in [start, *moments(facts, start, end, subjects)]:
        found = due(replace(facts, prompted=prompted), subjects, moment)
        prompted |= {prompt.key for prompt in found}
        yield moment, found


def moments(facts: Facts, start: datetime, end: datetime, subjects: Iterable[PromptSubject] = ()) -> list[datetime]:
    """Return every moment after `start`, up to and including `end`, at which a prompt or digest could fall due.

    These are the times of windows, the subjects' own moments, the mornings until which messages wait, and the midnights
    at which leave or tenures begin and end, or the next of several holders of a post works.
    """
    times = {facts.time_of(person) for person in facts.people.values()} | {facts.time}
    days = [start.date() + DAY * n for n in range(-1, (end.date() - start.date()).days + 2)]
    found = {moment for subject in subjects for moment in subject.moments(facts, times)}
    found |= set(_window_moments(facts, times)) | set(facts.snoozes.values())
    found |= set(_mornings(facts, times, days)) | set(_comings_and_goings(facts, times, days))
    return sorted(moment for moment in found if start < moment <= end)


def _window_moments(facts: Facts, times: set[WorkingTime]) -> Iterator[datetime]:
    for window in facts.windows:
        dates = (window.opens_at, window.closes_at, window.late_until)
        yield from dates
        if window.settles_at is not None:
            yield window.settles_at
        policy = facts.policies[window.programme_id]
        for due_at in dates[1:]:
            yield drafts_at(due_at, policy.draft_working_hours, facts.time)
            for own in times:
                yield from own.hours_that_cannot_wait(due_at)
        for step in (*policy.steps, *policy.secretary_digests):
            for own in times:
                yield step_times.step_time(step, facts.time, own, *dates).due_at


def _mornings(facts: Facts, times: set[WorkingTime], days: Sequence[date]) -> Iterator[datetime]:
    """Yield the start of everybody's working days and the hour for addenda, at which waiting messages are sent."""
    hours = {policy.addendum_hour for policy in facts.policies.values()}
    for day in days:
        yield from (own.start_of(day) for own in times if own.is_working_day(day))
        if facts.time.is_working_day(day):
            yield from (at(day, hour, facts.time.zone) for hour in hours)


def _comings_and_goings(facts: Facts, times: set[WorkingTime], days: Sequence[date]) -> Iterator[datetime]:
    """Yield the midnights at which a person's leave or tenure begins or ends, and all where days of work differ."""
    if any(own.weekdays != facts.time.weekdays for own in times):
        yield from (_midnight(day, own.zone) for day in days for own in times)
    for person_id, absences in facts.absences.items():
        zone = facts.people[person_id].time_zone
        for absence in absences:
            yield from (_midnight(absence.first_day, zone), _midnight(absence.last_day + DAY, zone))
    for tenures in facts.tenures.values():
        for tenure in tenures:
            if tenure.first_day is not None:
                yield _midnight(tenure.first_day, facts.time.zone)
            if tenure.last_day is not None:
                yield _midnight(tenure.last_day + timedelta(days=1), facts.time.zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
