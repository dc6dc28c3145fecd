"""What is due: a pure function of the stored facts, the subjects that people are prompted about, and `now`.

At any tick, of each subject that is still open the latest step that has fallen due is sent to each person whom it is
for, once in a revision of its schedule. Edit a window, move a meeting, go on leave, be down for three days: the next
tick computes what is right now, and nothing stale is sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import Facts
from remembrancer.rules.prompts import steps
from remembrancer.rules.prompts.subjects import DuePrompt, PromptSubject
from remembrancer.rules.windows.digest_times import drafts_at


def due(facts: Facts, subjects: Iterable[PromptSubject], now: datetime) -> list[DuePrompt]:
    """What is to be sent now, in the order of the subjects; nothing while everything is paused."""
    if facts.paused:
        return []
    return [
        prompt
        for subject in subjects
        if subject.is_open(now)
        for prompt in _latest(subject.fallen_due(facts, now))
        if now < prompt.expires_at
        and prompt.key not in facts.prompted
        and facts.time.may_send(now, facts.people[prompt.person_id].time_zone, prompt.expires_at)
    ]


def _latest(fallen_due: Iterable[DuePrompt]) -> list[DuePrompt]:
    """The latest step on each track for each person: those before it are stale, even once the latest has expired."""
    latest: dict[tuple[int, str], DuePrompt] = {}
    for prompt in fallen_due:
        other = latest.get((prompt.person_id, prompt.track))
        if other is None or prompt.due_at >= other.due_at:
            latest[prompt.person_id, prompt.track] = prompt
    return list(latest.values())


def coming(
    facts: Facts, subjects: Sequence[PromptSubject], start: datetime, end: datetime
) -> Iterator[tuple[datetime, list[DuePrompt]]]:
    """What the ticks from `start` to `end` would find due, one after the other, if nobody does anything meanwhile."""
    prompted = set(facts.prompted)
    for moment in [start, *moments(facts, start, end, subjects)]:
        found = due(replace(facts, prompted=prompted), subjects, moment)
        prompted |= {prompt.key for prompt in found}
        yield moment, found


def moments(facts: Facts, start: datetime, end: datetime, subjects: Iterable[PromptSubject] = ()) -> list[datetime]:
    """When anything could become due after `start`, up to and including `end`: the ticks that miss nothing.

    These are what windows do, the subjects' own moments, the mornings to which messages wait, and the days on which
    people come and go.
    """
    zones = {person.time_zone for person in facts.people.values()} | {facts.time.zone}
    found = {moment for subject in subjects for moment in subject.moments(facts, zones)}
    found |= set(_window_moments(facts, zones)) | set(facts.snoozes.values())
    found |= set(_mornings(facts, zones, start, end)) | set(_comings_and_goings(facts))
    return sorted(moment for moment in found if start < moment <= end)


def _window_moments(facts: Facts, zones: set[str]) -> Iterator[datetime]:
    for window in facts.windows:
        yield from (window.opens_at, window.closes_at, window.late_until)
        if window.settles_at is not None:
            yield window.settles_at
        policy = facts.policies[window.programme_id]
        for due_at in (window.closes_at, window.late_until):
            yield drafts_at(due_at, policy.draft_working_hours, facts.time)
        for step in (*policy.steps, *policy.secretary_digests):
            for zone in zones:
                yield steps.due_at(step, facts.time, window.opens_at, window.closes_at, window.late_until, zone)


def _mornings(facts: Facts, zones: set[str], start: datetime, end: datetime) -> Iterator[datetime]:
    """Every working morning, and the hour for addenda: where what had to wait goes out."""
    hours = {policy.addendum_hour for policy in facts.policies.values()}
    day, last = start.date() - DAY, end.date() + DAY
    while day <= last:
        if facts.time.is_working_day(day):
            yield from (at(day, facts.time.starts, zone) for zone in zones)
            yield from (at(day, hour, facts.time.zone) for hour in hours)
        day += DAY


def _comings_and_goings(facts: Facts) -> Iterator[datetime]:
    """The midnights at which somebody is away or back, or a post changes hands."""
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
