"""Break the rules on purpose, one way at a time, and see that the tests notice.

Run as a script (`make mutants`); words on the command line choose the mutations whose names hold one of them. Each
mutation is made in a copy of the source tree, where the tests it names must fail. It exits 1 where one survives.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2
CALENDAR = ("tests/rules/test_working_time.py",)
HOURS = ("tests/rules/test_working_hours.py",)
COUNTING = ("tests/rules/test_counting.py",)
BOARD_RULES = ("tests/rules/test_board_rules.py",)
STEPS = ("tests/rules/test_steps.py",)
PEOPLE = ("tests/rules/test_people.py",)
PATTERNS = ("tests/rules/test_working_patterns.py",)
PLAN = ("tests/rules/test_plan.py",)
SCHEDULE = ("tests/rules/test_plan_schedule.py",)
IN_CHARGE = ("tests/rules/test_in_charge.py",)
PAUSES = ("tests/rules/test_pauses.py",)
PILOT = ("tests/rules/test_pilot.py",)
HAND_OVERS = ("tests/rules/test_hand_overs.py",)
SLICES = ("tests/rules/test_slices.py",)
PERMISSIONS = ("tests/rules/test_permissions.py",)
PAPERS = ("tests/rules/test_papers.py", "tests/rules/test_papers_against_oracle.py")
MOMENTS = ("tests/scheduler/test_ticks_by_moments.py", "tests/scheduler/test_tick_loop.py")
PLACING = (
    "tests/rules/test_placing.py",
    "tests/rules/test_papers_against_oracle.py::test_an_item_comes_where_walking_the_calendar_day_by_day_has_it_come",
)
PATHWAY = ("tests/rules/test_pathway.py",)
RECONCILIATION = ("tests/rules/test_reconciliation.py",)


@dataclass(frozen=True)
class Mutation:
    """A mistake somebody could make: `old` stands exactly once in `file` and becomes `new`; `tests` must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ("tests/rules",)


MUTATIONS = [
    Mutation(
        "the moments of prompts not foreseen",
        "scheduler/next_moment.py",
        "found = set(moments(facts, now, end, subjects(session, facts, now)))",
        "found: set[datetime] = set()",
        MOMENTS,
    ),
    Mutation(
        "the papers' moments not foreseen",
        "scheduler/next_moment.py",
        "moments(facts, now, end, subjects(session, facts, now))",
        "moments(facts, now, end)",
        MOMENTS,
    ),
    Mutation(
        "the posting of digests not foreseen",
        "scheduler/next_moment.py",
        "{*posting_times(session), ",
        "{",
        MOMENTS,
    ),
    Mutation(
        "messages that wait not foreseen",
        "scheduler/next_moment.py",
        "*_of_outbox(session), ",
        "",
        MOMENTS,
    ),
    Mutation(
        "the end of an undo period not foreseen",
        "scheduler/next_moment.py",
        ", *_of_undo_periods(session)}",
        "}",
        MOMENTS,
    ),
    Mutation(
        "a working day too few before the close",
        "rules/calendar/working_time.py",
        "for _ in range(count):\n            day = self.working_day_on_or_before",
        "for _ in range(count - 1):\n            day = self.working_day_on_or_before",
        CALENDAR,
    ),
    Mutation(
        "no roll over a bank holiday",
        "rules/calendar/working_time.py",
        "return day in self.works or day not in bank_holidays(self.nation, day.year)",
        "return True",
        CALENDAR,
    ),
    Mutation(
        "every nation keeps England's holidays",
        "rules/calendar/working_time.py",
        "subdiv=NATIONS[nation]",
        'subdiv="ENG"',
        CALENDAR,
    ),
    Mutation(
        "the body's closure days forgotten",
        "rules/calendar/working_time.py",
        "if day in self.closed or day.weekday() not in",
        "if day.weekday() not in",
        CALENDAR,
    ),
    Mutation(
        "the bank holidays it works through forgotten",
        "rules/calendar/working_time.py",
        "return day in self.works or day not in",
        "return day not in",
        CALENDAR,
    ),
    Mutation(
        "an hour of daylight saving lost",
        "rules/calendar/working_time.py",
        "return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)",
        "return datetime.combine(day, hour, UTC) - (ZoneInfo(zone).utcoffset(datetime(2020, 1, 1)) or DAY * 0)",
        CALENDAR,
    ),
    Mutation(
        "the recipient's zone ignored in working hours",
        "rules/calendar/working_time.py",
        "        zone=zone,\n",
        "",
        HOURS,
    ),
    Mutation(
        "messages in the night",
        "rules/calendar/working_time.py",
        "return self.waits_until(now, expires) == now",
        "return True",
        SCHEDULE,
    ),
    Mutation(
        "the night waited out past the close",
        "rules/calendar/working_time.py",
        "if expires is None or opens < expires:",
        "if expires or opens:",
        SCHEDULE,
    ),
    Mutation(
        "a step fitted past its expiry",
        "rules/calendar/working_time.py",
        "        if waits_until < expires:\n            return waits_until\n",
        "        if waits_until < expires or moment < expires:\n            return waits_until\n",
        HOURS,
    ),
    Mutation(
        "the recipient's zone ignored by a step's hour",
        "rules/prompts/step_times.py",
        "at(_day(step, time, opens_at, closes_at), hour, own.zone)",
        "at(_day(step, time, opens_at, closes_at), hour, time.zone)",
        STEPS,
    ),
    Mutation(
        "half way a day early",
        "rules/prompts/step_times.py",
        "return days[len(days) // 2]",
        "return days[(len(days) - 1) // 2]",
        STEPS,
    ),
    Mutation(
        "chased past the close",
        "rules/prompts/step_times.py",
        "return late_until if step.working_days_after_close is not None else closes_at",
        "return late_until",
        SCHEDULE,
    ),
    Mutation(
        "somebody's days off ignored",
        "rules/calendar/working_time.py",
        "weekdays=read_weekdays(works) or time.weekdays,",
        "weekdays=time.weekdays,",
        PATTERNS,
    ),
    Mutation(
        "what cannot wait for a day of work said at night",
        "rules/calendar/working_time.py",
        "return first_hour if now < first_hour < expires else now",
        "return now",
        PATTERNS,
    ),
    Mutation(
        "one's own hour come too late for what is said first thing",
        "rules/prompts/step_times.py",
        "hour = step.hour if step.hour > time.starts else min(step.hour, own.starts)",
        "hour = step.hour",
        PATTERNS,
    ),
    Mutation(
        "of those who share a post the first asked on any day",
        "rules/people/recipients.py",
        "return min(people, key=days_off) if len(people) > 1 else people[0]",
        "return people[0]",
        PATTERNS,
    ),
    Mutation(
        "a weekend taken for somebody's day off",
        "rules/people/recipients.py",
        "return len(facts.time.between(today, next_day - DAY))",
        "return (next_day - today).days",
        PATTERNS,
    ),
    Mutation(
        "the midnights at which others share a post not looked at",
        "rules/prompts/due.py",
        "if any(own.weekdays != facts.time.weekdays for own in times):",
        "if not times:",
        PATTERNS,
    ),
    Mutation(
        "leave ignored",
        "rules/people/recipients.py",
        "if present := [person for person in held if not is_away(facts, person, now)]:",
        "if present := held:",
        PEOPLE,
    ),
    Mutation(
        "back from leave a day early",
        "rules/people/recipients.py",
        "if absence.first_day <= today <= absence.last_day",
        "if absence.first_day <= today < absence.last_day",
        PEOPLE,
    ),
    Mutation(
        "leave by the body's midnight instead of the person's",
        "rules/people/recipients.py",
        "today = now.astimezone(ZoneInfo(person.time_zone)).date()",
        "today = now.astimezone(ZoneInfo(facts.time.zone)).date()",
        PEOPLE,
    ),
    Mutation(
        "the delegate of somebody on leave ignored",
        "rules/people/recipients.py",
        "if absence is None or absence.delegate_id is None:",
        "if absence is None or absence.delegate_id is not None:",
        PEOPLE,
    ),
    Mutation(
        "the delegate of a return ignored",
        "rules/people/recipients.py",
        "if ret.delegate_id is not None:",
        "if ret.delegate_id == 0:",
        PLAN,
    ),
    Mutation(
        "a delegate on leave asked all the same",
        "rules/people/recipients.py",
        "if named.active and not is_away(facts, named, now):",
        "if named.active:",
        PEOPLE,
    ),
    Mutation(
        "somebody who left asked all the same",
        "rules/people/recipients.py",
        "and (person := facts.people[tenure.person_id]).active",
        "and (person := facts.people[tenure.person_id])",
        PEOPLE,
    ),
    Mutation(
        "a vacancy swallowed",
        "rules/people/recipients.py",
        "for person, because in secretary(facts, ret, now)\n",
        "for person, because in secretary(facts, ret, now)[:0]\n",
        PLAN,
    ),
    Mutation(
        "escalated to the lead themselves",
        "rules/people/recipients.py",
        "return list(upwards(facts, post_id))[1:]",
        "return list(upwards(facts, post_id))",
        PLAN,
    ),
    Mutation(
        "the nearest manager taken for the director",
        "rules/people/recipients.py",
        "directors[0] if directors else -1",
        "0",
        PLAN,
    ),
    Mutation(
        "chased after an answer",
        "rules/prompts/chase.py",
        "WANTED = (ReturnState.AWAITING, ReturnState.RETURNED)",
        "WANTED = (ReturnState.AWAITING, ReturnState.RETURNED, ReturnState.SUBMITTED)",
        PLAN,
    ),
    Mutation(
        "a locked window still chased",
        "rules/prompts/chase.py",
        "RUNNING = (WindowState.OPEN, WindowState.CLOSED)",
        "RUNNING = tuple(WindowState)",
        PLAN,
    ),
    Mutation(
        "a reopened window silent",
        "rules/prompts/subjects.py",
        "return (self.subject, self.step, self.person_id, self.revision)",
        "return (self.subject, self.step, self.person_id, 1)",
        SCHEDULE,
    ),
    Mutation(
        "everything missed in an outage said at once",
        "rules/prompts/due.py",
        "return list(latest.values())",
        "return list(_fallen_due(facts, window, ret, now))",
        SCHEDULE,
    ),
    Mutation(
        "a send-back escalated at once",
        "rules/prompts/chase.py",
        " and (returned_at is None or moment >= returned_at)",
        "",
        PLAN,
    ),
    Mutation(
        "a reminder lost in a short window",
        "rules/calendar/working_time.py",
        "return moment if moment < expires else opens",
        "return moment",
        PLAN,
    ),
    Mutation(
        "expiry ignored",
        "rules/prompts/due.py",
        "if now < prompt.expires_at\n        and prompt",
        "if prompt",
        SCHEDULE,
    ),
    Mutation(
        "said twice",
        "rules/prompts/due.py",
        "        and prompt.key not in facts.prompted\n",
        "",
        PLAN,
    ),
    Mutation(
        "a snooze ignored",
        "rules/prompts/chase.py",
        "return until is not None and now < until",
        "return until is not None and until < now < until",
        PLAN,
    ),
    Mutation(
        "a snooze that never ends",
        "rules/prompts/chase.py",
        "if wanted is not None and wanted <= now:",
        "if wanted is not None and wanted > now > self.window.closes_at:",
        PLAN,
    ),
    Mutation(
        "a snooze past the close",
        "rules/prompts/chase.py",
        "fit(until, self.window.opens_at, self.window.closes_at)",
        "fit(until, self.window.opens_at, self.window.late_until)",
        PLAN,
    ),
    Mutation(
        "an answer sent back in silence",
        "rules/prompts/chase.py",
        "if self.ret.state == ReturnState.RETURNED and self.ret.returned_at is not None:",
        "if self.ret.state != ReturnState.RETURNED and self.ret.returned_at is not None:",
        PLAN,
    ),
    Mutation(
        "of two steps at one moment the earlier said",
        "rules/prompts/due.py",
        "if other is None or prompt.due_at >= other.due_at:",
        "if other is None or prompt.due_at > other.due_at:",
        PLAN,
    ),
    Mutation(
        "the mornings not looked at",
        "rules/prompts/due.py",
        "found |= set(_mornings(facts, times, days)) | ",
        "found |= ",
        SCHEDULE,
    ),
    Mutation(
        "the midnights when leave begins and ends not looked at",
        "rules/prompts/due.py",
        " | set(_comings_and_goings(facts, times, days))",
        "",
        SCHEDULE,
    ),
    Mutation(
        "a pause ignored",
        "rules/prompts/due.py",
        "    if facts.paused:\n        return []\n",
        "",
        PAUSES,
    ),
    Mutation(
        "an act that can still be undone said at once",
        "rules/prompts/chase.py",
        " and is_settled(window, now) and window.opens_at",
        " and window.opens_at",
        PAUSES,
    ),
    Mutation(
        "silence at the moment an act settles",
        "rules/prompts/chase.py",
        "window.settles_at <= now",
        "window.settles_at < now",
        PAUSES,
    ),
    Mutation(
        "the moment an act settles not looked at",
        "rules/prompts/due.py",
        "        if window.settles_at is not None:\n            yield window.settles_at\n",
        "",
        PAUSES,
    ),
    Mutation(
        "a withdrawn return asked for",
        "rules/prompts/chase.py",
        "WANTED = (ReturnState.AWAITING, ReturnState.RETURNED)",
        "WANTED = (ReturnState.AWAITING, ReturnState.RETURNED, ReturnState.WITHDRAWN)",
        IN_CHARGE,
    ),
    Mutation(
        "a suspended return asked for",
        "rules/prompts/chase.py",
        "WANTED = (ReturnState.AWAITING, ReturnState.RETURNED)",
        "WANTED = (ReturnState.AWAITING, ReturnState.RETURNED, ReturnState.SUSPENDED)",
        IN_CHARGE,
    ),
    Mutation(
        "a chase by hand ignored",
        "rules/prompts/chase.py",
        "            yield from self._chased(facts, person, because, now)\n",
        "",
        IN_CHARGE,
    ),
    Mutation(
        "a chase by hand muted by a snooze",
        "rules/prompts/chase.py",
        "if chased_at is not None and (",
        "if chased_at is not None and not self._is_snoozed(facts, person, now) and (",
        IN_CHARGE,
    ),
    Mutation(
        "a chase by hand outlives an answer that was sent back",
        "rules/prompts/chase.py",
        " and (returned_at is None or chased_at >= returned_at)",
        "",
        IN_CHARGE,
    ),
    Mutation(
        "chased by hand once a day at most",
        "rules/prompts/chase.py",
        "chased_{chased_at.astimezone(UTC):%Y%m%dT%H%M%S}",
        "chased_{chased_at.astimezone(UTC):%Y%m%d}",
        IN_CHARGE,
    ),
    Mutation(
        "a chase by hand over at the close",
        "rules/prompts/chase.py",
        '%S}"\n                yield self._prompt(key, "lead", person, chased_at, moment, self.window.late_until',
        '%S}"\n                yield self._prompt(key, "lead", person, chased_at, moment, self.window.closes_at',
        IN_CHARGE,
    ),
    Mutation(
        "what was done in the last night dated before it",
        "rules/prompts/chase.py",
        "max(act, self.window.opens_at)",
        "self.window.opens_at",
        IN_CHARGE,
    ),
    Mutation(
        "a pilot ignored",
        "rules/prompts/pilot.py",
        "    if is_outside(facts.pilot, person_id):\n        return True\n    return to",
        "    if False:\n        return True\n    return to",
        PILOT,
    ),
    Mutation(
        "a pilot of nobody taken for none",
        "rules/prompts/pilot.py",
        "return pilot is not None and (person_id is None",
        "return bool(pilot) and (person_id is None",
        PILOT,
    ),
    Mutation(
        "somebody outside the pilot messaged",
        "rules/prompts/pilot.py",
        "    if is_outside(facts.pilot, person_id):\n        return True\n",
        "",
        PILOT,
    ),
    Mutation(
        "a manager told of somebody who was never asked",
        "rules/prompts/pilot.py",
        'return to != "lead" and facts.pilot is not None and all(is_outside(facts.pilot, each) for each in answerers)',
        "return False",
        PILOT,
    ),
    Mutation(
        "in a pilot nobody told of anybody",
        "rules/prompts/pilot.py",
        'return to != "lead" and facts.pilot is not None and all(is_outside(facts.pilot, each) for each in answerers)',
        'return to != "lead" and facts.pilot is not None',
        PILOT,
    ),
    Mutation(
        "who is asked first forgotten",
        "rules/people/recipients.py",
        "key=lambda tenure: not tenure.asked_first",
        "key=lambda tenure: False",
        HAND_OVERS,
    ),
    Mutation(
        "a secretary told of what the board does not hear",
        "rules/people/recipients.py",
        " if is_in(hearing.slice_, item.facts)]",
        "]",
        SLICES,
    ),
    Mutation(
        "one fact of a slice taken for all",
        "rules/programmes/slices.py",
        "return all(",
        "return not slice_ or any(",
        SLICES,
    ),
    Mutation(
        "a secretary sees what the board does not hear",
        "rules/people/permissions.py",
        "for post in recipients.secretary_posts(facts, item)",
        "for post in (hearing.secretary_post_id for hearing in facts.hearings[item.programme_id])",
        PERMISSIONS,
    ),
    Mutation(
        "every secretary manages every board's digests",
        "rules/people/permissions.py",
        "return person.active and recipients.acts_as(facts, person, hearing.secretary_post_id, now)",
        "return any(recipients.acts_as(facts, person, each.secretary_post_id, now) for each in facts.hearings[1])",
        PERMISSIONS,
    ),
    Mutation(
        "of a body only the first may answer",
        "rules/people/recipients.py",
        "for holder in holders(facts, post_id, now))",
        "for holder in holders(facts, post_id, now)[:1])",
        PERMISSIONS,
    ),
    Mutation(
        "whoever says that an item is not theirs is shut out",
        "rules/people/permissions.py",
        "if any(recipients.holds(facts, person, post, now) for post in leading):",
        "if ret.disowned_by_id != person.id and any(recipients.holds(facts, person, post, now) for post in leading):",
        PERMISSIONS,
    ),
    Mutation(
        "a working hour too few before",
        "rules/calendar/working_time.py",
        "self._hours_from(moment, hours, -DAY)",
        "self._hours_from(moment, max(hours - 1, 0), -DAY)",
        HOURS,
    ),
    Mutation(
        "working hours before counted through weekends",
        "rules/calendar/working_time.py",
        "if self.is_working_day(day):\n                starts, ends = at(",
        "if step < timedelta(0) or self.is_working_day(day):\n                starts, ends = at(",
        HOURS,
    ),
    Mutation(
        "working hours after counted through weekends",
        "rules/calendar/working_time.py",
        "if self.is_working_day(day):\n                starts, ends = at(",
        "if step > timedelta(0) or self.is_working_day(day):\n                starts, ends = at(",
        HOURS,
    ),
    Mutation(
        "working hours before counted into the evening",
        "rules/calendar/working_time.py",
        "(starts, min(ends, moment))",
        "(starts, moment)",
        HOURS,
    ),
    Mutation(
        "working hours after counted from the night",
        "rules/calendar/working_time.py",
        "(max(starts, moment), ends)",
        "(moment, ends)",
        HOURS,
    ),
    Mutation(
        "an agenda a working day late",
        "rules/calendar/day_counting.py",
        "time.before(day, n + 1)",
        "time.before(day, n)",
        COUNTING,
    ),
    Mutation(
        "a meeting a working day early",
        "rules/calendar/day_counting.py",
        "time.after(day, n + 1)",
        "time.after(day, n)",
        COUNTING,
    ),
    Mutation(
        "the day of the notice counted among clear days",
        "rules/calendar/day_counting.py",
        "day + DAY * (n + 1)",
        "day + DAY * n",
        COUNTING,
    ),
    Mutation(
        "the day of the decision counted among clear days",
        "rules/calendar/day_counting.py",
        "day - DAY * (n + 1)",
        "day - DAY * n",
        COUNTING,
    ),
    Mutation(
        "no day more after whole working days",
        "rules/calendar/day_counting.py",
        "(time.after(day, n) if n else day) + DAY",
        "time.after(day, n) if n else day + DAY",
        COUNTING,
    ),
    Mutation(
        "a latest notice rolled past its day",
        "rules/calendar/day_counting.py",
        '"earlier": WorkingTime.working_day_on_or_before',
        '"earlier": WorkingTime.working_day_on_or_after',
        COUNTING,
    ),
    Mutation(
        "only the result held against the announced bank holidays",
        "rules/calendar/day_counting.py",
        "latest > announced_until",
        "found > announced_until",
        COUNTING,
    ),
    Mutation(
        "a closure day taken for a bank holiday",
        "rules/calendar/day_counting.py",
        '"closed" if day in time.closed else "bank_holiday"',
        '"bank_holiday"',
        COUNTING,
    ),
    Mutation(
        "a first Wednesday after the meeting",
        "rules/calendar/day_counting.py",
        "found if found < day else",
        "found if found else",
        COUNTING,
    ),
    Mutation(
        "a chain that forgets what is provisional",
        "rules/calendar/deadlines.py",
        "found.provisional or provisional",
        "found.provisional",
        BOARD_RULES,
    ),
    Mutation(
        "an example rule due",
        "rules/calendar/deadlines.py",
        "if rule.used and rule.kind not in ROUTES",
        "if rule.kind not in ROUTES",
        BOARD_RULES,
    ),
    Mutation(
        "a deadline after the meeting has begun",
        "rules/calendar/deadlines.py",
        "min(due, meeting.astimezone(UTC)) if",
        "due if",
        BOARD_RULES,
    ),
    Mutation(
        "a route said to be too late on its last day",
        "rules/forward_plan/key_decisions.py",
        "earliest.date <= meeting",
        "earliest.date < meeting",
        BOARD_RULES,
    ),
    Mutation(
        "what is added to a meeting that a move passes over forgotten",
        "rules/forward_plan/placing.py",
        "                yield from self._added_between(pick.day, following)\n",
        "",
        PLACING,
    ),
    Mutation(
        "a moved item counted on from where it was to come",
        "rules/forward_plan/placing.py",
        "return max(pick.day, self._day(slot.meeting))",
        "return pick.day",
        PLACING,
    ),
    Mutation(
        "a standing item that was moved skips the meetings between",
        "rules/forward_plan/placing.py",
        "if slot is None or self.item.recurrence.kind == RecurrenceKind.STANDING:",
        "if slot is None:",
        PLACING,
    ),
    Mutation(
        "an item lost with a cancelled meeting",
        "rules/forward_plan/placing.py",
        "following = self._by_id(to) if to is not None else self._following(at)",
        "following = self._by_id(to) if to is not None else None",
        PLACING,
    ),
    Mutation(
        "an annual item squeezed into the last meeting that is known",
        "rules/forward_plan/placing.py",
        "if not later or later[-1].day < anniversary:",
        "if not later:",
        PLACING,
    ),
    Mutation(
        "the same month a year on not preferred",
        "rules/forward_plan/placing.py",
        "    if same_month:\n        return same_month[0]\n",
        "",
        PLACING,
    ),
    Mutation(
        "every other meeting is every meeting",
        "rules/forward_plan/placing.py",
        "return later[1] if len(later) > 1 else None",
        "return later[0] if len(later) > 1 else None",
        PLACING,
    ),
    Mutation(
        "six months to the day are too few",
        "rules/forward_plan/placing.py",
        "if sitting.day >= due), None)",
        "if sitting.day > due), None)",
        PLACING,
    ),
    Mutation(
        "a one-off that has its meeting begins anew",
        "rules/forward_plan/placing.py",
        "return self._by_id(self.item.at) if self.item.at is not None else self._first(held)",
        "return self._first(held)",
        PLACING,
    ),
    Mutation(
        "a paper asked for after its meeting began",
        "rules/forward_plan/paper_prompts.py",
        "expires_at=self.paper.meeting.starts_at,",
        "expires_at=self.paper.meeting.starts_at + DAY,",
        PAPERS,
    ),
    Mutation(
        "papers asked for while everything is paused",
        "rules/prompts/due.py",
        "    if facts.paused:\n        return []\n",
        "",
        PAPERS,
    ),
    Mutation(
        "a meeting that moved silent about its papers",
        "rules/forward_plan/paper_prompts.py",
        "            revision=self.paper.meeting.revision,",
        "            revision=1,",
        PAPERS,
    ),
    Mutation(
        "asked whether it is cleared before the draft is in",
        "rules/forward_plan/paper_prompts.py",
        "(step != Step.LATE and waits)",
        "(False and waits)",
        PAPERS,
    ),
    Mutation(
        "a draft that is in is not known to be coming",
        "rules/forward_plan/stages.py",
        "keys[keys.index(stage.key) :] if",
        "[stage.key] if",
        PAPERS,
    ),
    Mutation(
        "late on the day itself",
        "rules/forward_plan/papers.py",
        "found.append((Step.LATE, to, time.after(day, 1)))",
        "found.append((Step.LATE, to, time.after(day, 0)))",
        PAPERS,
    ),
    Mutation(
        "the secretary not told what is late",
        "rules/forward_plan/papers.py",
        '    if to == "lead":\n        found.append',
        '    if to == "nobody":\n        found.append',
        PAPERS,
    ),
    Mutation(
        "every step of a paper that fell due in an outage said at once",
        "rules/prompts/due.py",
        "    return list(latest.values())\n",
        "    return list(fallen_due)\n",
        PAPERS,
    ),
    Mutation(
        "asked for a board on the way whether it is coming",
        "rules/forward_plan/papers.py",
        "return [each for each in found if each[0].on_pathway]",
        "return found",
        ("tests/bot/test_papers_on_their_way.py",),
    ),
    Mutation(
        "a draft asked for again at the next board",
        "rules/forward_plan/papers.py",
        "if confirmed.intersection(stage.carried_over_by))",
        "if stage.key == 'cleared' and stage.key in confirmed)",
        PAPERS,
    ),
    Mutation(
        "what was said for the last board known at the one before",
        "rules/forward_plan/papers.py",
        "carried_over=stages_carried_over(paper.board_stages, answers, ids[n:]),",
        "carried_over=stages_carried_over(paper.board_stages, answers, [ids[n]]),",
        PAPERS,
    ),
    Mutation(
        "a board on the way tells its own secretary what is late",
        "rules/forward_plan/papers.py",
        "return self.final_paper.board if self.final_paper else self.board",
        "return self.board",
        PAPERS,
    ),
    Mutation(
        "a board that has heard a paper is asked again",
        "rules/forward_plan/papers.py",
        "return heard or list(meetings)",
        "return list(meetings)",
        ("tests/rules/test_legs.py",),
    ),
    Mutation(
        "a board on the way meets on the day of the next one's papers",
        "rules/forward_plan/pathway.py",
        "return time.before(target, REWRITES)",
        "return target",
        PATHWAY,
    ),
    Mutation(
        "the earliest meeting on the way instead of the latest in time",
        "rules/forward_plan/pathway.py",
        "meeting = max(in_time,",
        "meeting = min(in_time,",
        PATHWAY,
    ),
    Mutation(
        "a board on the way that has no date for reports has until it meets",
        "rules/forward_plan/pathway.py",
        " or kinds.get(PUBLICATION) or ",
        " or ",
        PATHWAY,
    ),
    Mutation(
        "what is on hold is on the plan",
        "rules/forward_plan/reconciliation.py",
        "if row.item_id is not None and row.standing == PlanItemState.ACTIVE:",
        "if row.item_id is not None:",
        RECONCILIATION,
    ),
    Mutation(
        "a day on which the item comes to no meeting passed over",
        "rules/forward_plan/reconciliation.py",
        "and each.day is not None and each.day not in",
        "and each.day is None and each.day not in",
        RECONCILIATION,
    ),
]


@dataclass(frozen=True)
class Outcome:
    mutation: Mutation
    verdict: str
    seconds: float
    first_failure: str

    def __str__(self) -> str:
        row = f"{self.verdict:<10}{self.seconds:5.0f} s  {self.mutation.name}"
        return f"{row}\n{'':19}{self.first_failure}" if self.first_failure else row


def source_files() -> list[str]:
    """What git would keep: tracked, or new and not ignored."""
    listing = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


@contextmanager
def copied(names: Sequence[str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for name in names:
            target = Path(folder) / "remembrancer" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        yield (Path(folder) / "remembrancer").resolve()


def python(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy; its packages come before the ones that are installed."""
    environment = os.environ | {"PYTHONPATH": f"{tree.parent}:{tree}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)


def run_tests(tree: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return python(tree, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=nightly", *tests)


def mutate(tree: Path, mutation: Mutation) -> None:
    """Raises ValueError where the old text does not stand exactly once."""
    path = tree / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.name}: {mutation.file} holds the old text {text.count(mutation.old)} times")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def tried(mutation: Mutation, names: Sequence[str]) -> Outcome:
    began = time.monotonic()
    with copied(names) as tree:
        mutate(tree, mutation)
        done = run_tests(tree, mutation.tests)
    # Any other code means that the tests never ran, which shows nothing about them.
    verdict = {0: "SURVIVED", 1: "killed"}.get(done.returncode, "NOT RUN")
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return Outcome(mutation, verdict, time.monotonic() - began, failed[1] if failed else "")


def check_the_copy(names: Sequence[str], mutations: Sequence[Mutation]) -> None:
    """The unchanged copy uses its own packages, holds every old text once, and passes. Raises SystemExit if not."""
    for mutation in mutations:
        with copied([mutation.file]) as tree:
            mutate(tree, mutation)
    with copied(names) as tree:
        for file in sorted({mutation.file for mutation in mutations}):
            module = f"remembrancer.{file.removesuffix('.py').replace('/', '.')}"
            origin = python(tree, "-c", f"import {module} as module; print(module.__file__)").stdout.strip()
            if not Path(origin).is_relative_to(tree):
                raise SystemExit(f"the copy would test {origin or module}, which is not its own")
        done = run_tests(tree, sorted({test for mutation in mutations for test in mutation.tests}))
        if done.returncode:
            raise SystemExit(f"the tests fail before anything is broken:\n{done.stdout}{done.stderr}")


def main(words: Sequence[str]) -> int:
    mutations = [m for m in MUTATIONS if not words or any(word in m.name for word in words)]
    if not mutations:
        raise SystemExit(f"no mutation's name holds {' or '.join(words)}")
    names = source_files()
    check_the_copy(names, mutations)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = []
        for outcome in pool.map(lambda mutation: tried(mutation, names), mutations):
            print(outcome, flush=True)
            outcomes.append(outcome)
    alive = [outcome.mutation.name for outcome in outcomes if outcome.verdict != "killed"]
    print(f"{len(outcomes) - len(alive)} of {len(outcomes)} killed")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
