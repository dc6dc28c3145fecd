"""What is due: a pure function of the stored facts and `now`.

At any look, each return that is still wanted has been said to the person who is asked for it, once in this
revision of its window's schedule, at the latest step that has fallen due. Edit a window, go on leave, be down for
three days: the next look computes what is right now, and nothing stale is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remembrancer.models import Person, Return, ReturnState, Window, WindowState
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import Facts, PromptKey, known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Because
from remembrancer.rules.programmes.spec import StepSpec
from remembrancer.rules.prompts import steps
from remembrancer.rules.windows.digest_times import drafts_at

WANTED = (ReturnState.AWAITING, ReturnState.RETURNED)
RUNNING = (WindowState.OPEN, WindowState.CLOSED)


@dataclass(frozen=True)
class DuePrompt:
    """Somebody is to be messaged about a return: at which step, since when, and why them."""

    return_id: int
    window_id: int
    step: str
    to: str
    person_id: int
    revision: int
    due_at: datetime
    expires_at: datetime
    because: Because

    @property
    def key(self) -> PromptKey:
        return (self.return_id, self.step, self.person_id, self.revision)


def due(facts: Facts, now: datetime) -> list[DuePrompt]:
    """What is to be sent now, in the order of windows and items; nothing while everything is paused."""
    if facts.paused:
        return []
    return [
        prompt
        for window in facts.windows
        if window.state in RUNNING and is_settled(window, now) and now < window.late_until
        for ret in facts.returns.get(known(window.id), ())
        if ret.state in WANTED
        for prompt in _latest(facts, window, ret, now)
        if now < prompt.expires_at
        and prompt.key not in facts.prompted
        and facts.time.may_send(now, facts.people[prompt.person_id].time_zone, prompt.expires_at)
    ]


def is_settled(window: Window, now: datetime) -> bool:
    """Whether what follows from an admin's last act on the window may go out: it can be undone until then."""
    return window.settles_at is None or window.settles_at <= now


def _latest(facts: Facts, window: Window, ret: Return, now: datetime) -> list[DuePrompt]:
    """The latest step that has fallen due, for each person: what came before it is stale, even once it expires."""
    latest: dict[int, DuePrompt] = {}
    for prompt in _fallen_due(facts, window, ret, now):
        other = latest.get(prompt.person_id)
        if other is None or prompt.due_at >= other.due_at:
            latest[prompt.person_id] = prompt
    return list(latest.values())


def _fallen_due(facts: Facts, window: Window, ret: Return, now: datetime) -> Iterator[DuePrompt]:
    who = {to: find(facts, ret, now) for to, find in recipients.AUDIENCES.items()}
    returned_at = ret.returned_at if ret.state == ReturnState.RETURNED else None
    for step in facts.policies[window.programme_id].steps:
        expires_at = steps.expires(step, window.closes_at, window.late_until)
        for person, because in who[step.to]:
            if step.to == "lead" and _is_snoozed(facts, window, ret, person, now):
                continue
            moment = _moment(facts, step, window, person)
            # What fell due before an answer was sent back is over: nobody is told at once that it is late.
            if moment <= now and (returned_at is None or moment >= returned_at):
                yield _prompt(window, ret, step.key, step.to, person, moment, expires_at, because)
    for person, because in who["lead"]:
        yield from _asked_again(facts, window, ret, person, because, now)
        yield from _chased(facts, window, ret, person, because, now)


def _chased(
    facts: Facts, window: Window, ret: Return, person: Person, because: Because, now: datetime
) -> Iterator[DuePrompt]:
    """The secretary had the lead asked by hand, whatever they had put off."""
    if ret.chased_at is not None and (ret.returned_at is None or ret.chased_at >= ret.returned_at):
        moment = _said_after(facts, ret.chased_at, window, person)
        if moment <= now:
            key = f"chased_{ret.chased_at.astimezone(UTC):%Y%m%dT%H%M%S}"
            yield _prompt(window, ret, key, "lead", person, moment, window.late_until, because)


def _asked_again(
    facts: Facts, window: Window, ret: Return, person: Person, because: Because, now: datetime
) -> Iterator[DuePrompt]:
    """Steps that are no part of the policy: the end of a snooze, and an answer that was sent back."""
    wanted = snoozed_until(facts, window, ret, person)
    if wanted is not None and wanted <= now:
        key = f"snoozed_until_{wanted:%Y%m%dT%H%M}"
        yield _prompt(window, ret, key, "lead", person, wanted, window.closes_at, because)
    if ret.state == ReturnState.RETURNED and ret.returned_at is not None:
        moment = _said_after(facts, ret.returned_at, window, person)
        if moment <= now and not (wanted is not None and now < wanted):
            key = f"returned_{ret.versions}"
            yield _prompt(window, ret, key, "lead", person, moment, window.late_until, because)


def _said_after(facts: Facts, act: datetime, window: Window, person: Person) -> datetime:
    """When somebody hears of what was done at `act`: in their hours until the lock, and never dated before the act.

    Dated earlier, as on the last morning before the lock, it could be stale behind a step that was said since then.
    """
    return facts.time.fit(act, person.time_zone, max(act, window.opens_at), window.late_until)


def _is_snoozed(facts: Facts, window: Window, ret: Return, person: Person, now: datetime) -> bool:
    until = snoozed_until(facts, window, ret, person)
    return until is not None and now < until


def snoozed_until(facts: Facts, window: Window, ret: Return, person: Person) -> datetime | None:
    """When a snooze ends: in the person's working hours, and never past the close."""
    until = facts.snoozes.get((known(ret.id), known(person.id)))
    return None if until is None else facts.time.fit(until, person.time_zone, window.opens_at, window.closes_at)


def _moment(facts: Facts, step: StepSpec, window: Window, person: Person) -> datetime:
    return steps.due_at(step, facts.time, window.opens_at, window.closes_at, window.late_until, person.time_zone)


def _prompt(
    window: Window,
    ret: Return,
    step: str,
    to: str,
    person: Person,
    moment: datetime,
    expires_at: datetime,
    because: Because,
) -> DuePrompt:
    return DuePrompt(
        return_id=known(ret.id),
        window_id=known(window.id),
        step=step,
        to=to,
        person_id=known(person.id),
        revision=window.revision,
        due_at=moment,
        expires_at=expires_at,
        because=because,
    )


def coming(facts: Facts, start: datetime, end: datetime) -> Iterator[tuple[datetime, list[DuePrompt]]]:
    """What looks from `start` to `end` would find due, one after the other, if nobody does anything meanwhile.

    A window counts as soon as it is to open, whatever the other facts say by then.
    """
    prompted = set(facts.prompted)
    for moment in [start, *moments(facts, start, end)]:
        open_by_then = [window for window in facts.windows if window.opens_at <= moment]
        found = due(replace(facts, windows=open_by_then, prompted=prompted), moment)
        prompted |= {prompt.key for prompt in found}
        yield moment, found


def moments(facts: Facts, start: datetime, end: datetime) -> list[datetime]:
    """When anything could become due after `start`, up to and including `end`: the looks that miss nothing."""
    zones = {person.time_zone for person in facts.people.values()} | {facts.time.zone}
    found = set(_window_moments(facts, zones)) | set(_mornings(facts, zones, start, end))
    found |= set(_comings_and_goings(facts))
    found |= set(facts.snoozes.values())
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
