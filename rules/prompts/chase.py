"""Returns as subjects of prompts: who is asked at which step of the chase policy, and when."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from remembrancer.models import Person, Return, ReturnState, Window, WindowState
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.facts import Facts, SubjectKey, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.programmes.spec import ChasePolicy
from remembrancer.rules.prompts import step_times
from remembrancer.rules.prompts.subjects import DuePrompt

KIND = "return"
WANTED = (ReturnState.AWAITING, ReturnState.RETURNED)
RUNNING = (WindowState.OPEN, WindowState.CLOSED)


def return_key(return_id: int) -> SubjectKey:
    """Return the subject key of a return."""
    return SubjectKey(KIND, str(return_id))


def return_subjects(facts: Facts) -> "list[ReturnSubject]":
    """Return a subject for each return in a window that is open or closed, in the order of windows and items."""
    return [
        ReturnSubject(window, ret, facts.policies[window.programme_id])
        for window in facts.windows
        if window.state in RUNNING
        for ret in facts.returns.get(stored_id(window.id), ())
    ]


def named_deadline(window: Window, to: str, because: str, now: datetime) -> datetime:
    """Return the deadline that a message about a return names: the close, or the lock to whoever is asked after it."""
    asks = to == "lead" and because not in (Reason.VACANT, Reason.NOBODY_ELSE)
    return window.late_until if asks and window.closes_at <= now else window.closes_at


def is_settled(window: Window, now: datetime) -> bool:
    """Tell whether the undo grace period of the last change to the window is over."""
    return window.settles_at is None or window.settles_at <= now


@dataclass(frozen=True)
class ReturnSubject:
    """One return in its window, chased by its programme's chase policy."""

    window: Window
    ret: Return
    policy: ChasePolicy

    def is_open(self, now: datetime) -> bool:
        """Tell whether the return is wanted and its window takes answers and is not in an undo grace period."""
        window = self.window
        return self.ret.state in WANTED and is_settled(window, now) and window.opens_at <= now < window.late_until

    def fallen_due(self, facts: Facts, now: datetime) -> Iterator[DuePrompt]:
        """Yield the steps of the chase policy, snoozes, send-backs and manual chases that have fallen due."""
        window, ret = self.window, self.ret
        who = {to: find(facts, ret, now) for to, find in recipients.AUDIENCES.items()}
        own = {person.id: facts.time_of(person) for several in who.values() for person, _ in several}
        lead = [stored_id(person.id) for person, _ in who["lead"]]
        returned_at = ret.returned_at if ret.state == ReturnState.RETURNED else None
        for step in self.policy.steps:
            expires_at = step_times.expires(step, window.closes_at, window.late_until)
            times = (window.opens_at, window.closes_at, window.late_until)
            for person, because in who[step.to]:
                if step.to == "lead" and self._is_snoozed(facts, person, now):
                    continue
                wanted, moment = step_times.step_time(step, facts.time, own[person.id], *times)
                # Steps from before an answer was sent back no longer count: nobody is told at once that it is late.
                if moment <= now and (returned_at is None or moment >= returned_at):
                    yield self._prompt(step.key, step.to, person, wanted, moment, expires_at, because, lead)
        for person, because in who["lead"]:
            yield from self._asked_again(facts, person, because, now)
            yield from self._chased(facts, person, because, now)

    def _chased(self, facts: Facts, person: Person, because: Reason, now: datetime) -> Iterator[DuePrompt]:
        """Yield the reminder that a secretary sends the lead by hand, whatever the lead has snoozed."""
        chased_at, returned_at = self.ret.chased_at, self.ret.returned_at
        if chased_at is not None and (returned_at is None or chased_at >= returned_at):
            moment = self._first_moment_after(facts, chased_at, person)
            if moment <= now:
                key = f"chased_{chased_at.astimezone(UTC):%Y%m%dT%H%M%S}"
                yield self._prompt(key, "lead", person, chased_at, moment, self.window.late_until, because)

    def _asked_again(self, facts: Facts, person: Person, because: Reason, now: datetime) -> Iterator[DuePrompt]:
        """Yield the prompts beside the policy: at the end of a snooze, and when an answer is sent back."""
        wanted = self.snoozed_until(facts, person)
        if wanted is not None and wanted <= now:
            key = f"snoozed_until_{wanted:%Y%m%dT%H%M}"
            yield self._prompt(key, "lead", person, wanted, wanted, self.window.closes_at, because)
        if self.ret.state == ReturnState.RETURNED and self.ret.returned_at is not None:
            moment = self._first_moment_after(facts, self.ret.returned_at, person)
            if moment <= now and not (wanted is not None and now < wanted):
                key = f"returned_{self.ret.versions}"
                returned_at, late_until = self.ret.returned_at, self.window.late_until
                yield self._prompt(key, "lead", person, returned_at, moment, late_until, because)

    def _first_moment_after(self, facts: Facts, act: datetime, person: Person) -> datetime:
        """Return when a person is told of an act: in their working hours, before the lock, and never before the act.

        A prompt dated before the act could be stale behind a step that was sent since.
        """
        return facts.time_of(person).fit(act, max(act, self.window.opens_at), self.window.late_until)

    def _is_snoozed(self, facts: Facts, person: Person, now: datetime) -> bool:
        until = self.snoozed_until(facts, person)
        return until is not None and now < until

    def snoozed_until(self, facts: Facts, person: Person) -> datetime | None:
        """Return when the person's snooze ends, in their working hours and before the close; None without a snooze."""
        until = facts.snoozes.get((stored_id(self.ret.id), stored_id(person.id)))
        if until is None:
            return None
        return facts.time_of(person).fit(until, self.window.opens_at, self.window.closes_at)

    def _prompt(
        self,
        step: str,
        to: str,
        person: Person,
        wanted_at: datetime,
        moment: datetime,
        expires_at: datetime,
        because: Reason,
        answerers: Sequence[int] = (),
    ) -> DuePrompt:
        return DuePrompt(
            subject=return_key(stored_id(self.ret.id)),
            track=KIND,
            step=step,
            to=to,
            person_id=stored_id(person.id),
            revision=self.window.revision,
            wanted_at=wanted_at,
            due_at=moment,
            expires_at=expires_at,
            because=because,
            answerers=answerers,
            rows={"return_id": stored_id(self.ret.id)},
            window_id=stored_id(self.window.id),
        )

    def moments(self, facts: Facts, times: Set[WorkingTime]) -> Iterator[datetime]:
        """Yield nothing: `due.moments` takes the times of windows and snoozes from the facts."""
        return iter(())
