"""Reads the future decisions from the newest forward plans of a committee system."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from remembrancer.intake.moderngov.client import Get, WebService
from remembrancer.intake.moderngov.meetings import fetch_and_read
from remembrancer.intake.moderngov.plan_items import ITEMS, read_plan_items
from remembrancer.intake.moderngov.plans import PLANS, read_plans
from remembrancer.intake.moderngov.types import ForwardPlan, ForwardPlanEntry
from remembrancer.problems import Problems
from remembrancer.rules.organisation import CommitteeSystemSpec

STILL_READ = timedelta(days=60)
"""How long a plan is still read after its last day, because the next one may be late."""


@dataclass(frozen=True)
class Decision:
    """A future decision: its entry, the system's number for it, and the page that lists it."""

    entry: ForwardPlanEntry
    issue: int
    page: str


@dataclass
class PlansRead:
    """The decisions that can be used, in the pages' order, and the problems of the others (`wrong`).

    `seen` are the numbers of all listed decisions; `nameless` says that the number of at least one cannot be read.
    Where there are `problems` with a page, the whole result is invalid.
    """

    decisions: list[Decision] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    nameless: bool = False
    wrong: Problems = field(default_factory=Problems)
    problems: Problems = field(default_factory=Problems)


def read_newest_plans(system: CommitteeSystemSpec, today: date, get: Get) -> PlansRead:
    """Read the newest edition of each body's plan, from the lists that the organisation names.

    Those that ended long ago are left out, and a problem where all did.
    """
    found, service = PlansRead(), WebService(system.site, get)
    for number in system.forward_plans:
        page = f"{PLANS} {number}"
        plans = fetch_and_read(page, partial(service.plans, number), read_plans, found.problems)
        newest = {
            plan.body.casefold(): plan for plan in sorted(plans or (), key=lambda each: (each.dated, each.id or 0))
        }
        current = [plan for plan in newest.values() if plan.last_day + STILL_READ >= today]
        if newest and not current:
            last_day = max(plan.last_day for plan in newest.values())
            found.problems.add(page, None, None, "plans_over", day=last_day.isoformat())
        for plan in current:
            _read_items(service, plan, number, found)
        if found.problems.found:
            break
    return found


def _read_items(service: WebService, plan: ForwardPlan, number: int, found: PlansRead) -> None:
    if plan.id is None:
        found.problems.add(f"{PLANS} {number}", None, None, "plans_no_number")
        return
    page, own = f"{ITEMS} {plan.id}", Problems()
    read = fetch_and_read(page, partial(service.plan_items, plan.id, plan.parent or number), read_plan_items, own)
    if read is None:
        found.problems.found += own.found
        return
    found.wrong.found += own.found
    unread = {problem.row for problem in own.found}
    for entry in read[1]:
        if entry.issue is None:
            found.nameless = True
            found.wrong.add(page, entry.row, None, "plan_no_issue")
        elif entry.issue not in found.seen:
            found.seen.add(entry.issue)
            if entry.row not in unread:
                named = replace(entry, decision_maker=entry.decision_maker or plan.body)
                found.decisions.append(Decision(named, entry.issue, page))
