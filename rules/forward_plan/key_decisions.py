"""Key decisions in England (SI 2012/2089): the routes left when the notice is late, and what a notice must state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from remembrancer.rules.calendar import day_counting
from remembrancer.rules.calendar.day_counting import Counted, Counting, Roll
from remembrancer.rules.calendar.deadline_rules import DeadlineRule, Unit
from remembrancer.rules.calendar.deadlines import day_of
from remembrancer.rules.calendar.working_time import DAY, WorkingTime

RouteKind = Literal["later_date", "general_exception", "special_urgency"]
Part = Literal["matter", "decider", "title_or_members", "date_or_period", "documents", "documents_at"]
EARLIEST: dict[Unit, Counting] = {
    "clear_days": day_counting.earliest_decision,
    "clear_working_days": day_counting.working_days_after,
    "working_days": day_counting.working_days_after,
    "calendar_days": day_counting.days_after,
    "weeks": day_counting.weeks_after,
}
"""The count from a notice to the earliest decision, by the unit of the notice rule."""


@dataclass(frozen=True)
class Route:
    """A route to a key decision whose notice comes too late for the meeting.

    `earliest` is the earliest decision if the route is begun today, and `serves` whether that is in time for the
    meeting; `latest` is the last day to begin it for the meeting. `whom` are those who are told (general exception) or
    must agree (special urgency), each where the one before cannot act.
    """

    kind: RouteKind
    serves: bool
    earliest: Counted
    latest: Counted
    whom: tuple[str, ...]
    basis: str


def routes(
    rules: Sequence[DeadlineRule],
    meeting: date | datetime,
    today: date,
    working_time: WorkingTime,
    announced_until: date,
) -> list[Route]:
    """Return the routes that are left if a key decision's notice is not published yet; none where today is in time.

    The routes are a later date, the general exception (reg 10) and special urgency (reg 11), as far as the rules have
    them. A rule that rolls gives the rolled day.
    """
    kinds: dict[str, RouteKind] = {
        "key_decision_notice": "later_date",
        "general_exception": "general_exception",
        "special_urgency": "special_urgency",
    }
    day = day_of(meeting, working_time)
    used = {rule.kind: rule for rule in rules if rule.used and rule.kind in kinds}
    notice = used.get("key_decision_notice")
    if notice is None or _earliest(notice, today, working_time, announced_until).raw <= day:
        return []
    return [
        _route(kind, used[name], day, today, working_time, announced_until)
        for name, kind in kinds.items()
        if name in used
    ]


def earliest_decision(
    rules: Sequence[DeadlineRule], published: date, working_time: WorkingTime, announced_until: date
) -> Counted | None:
    """Return the first day for a key decision after a notice published on a day; None where no notice is needed.

    `raw` is the day by law; `date` is rolled where the rule says so.
    """
    notice = next((rule for rule in rules if rule.used and rule.kind == "key_decision_notice"), None)
    return _earliest(notice, published, working_time, announced_until) if notice else None


def too_late_from(
    rules: Sequence[DeadlineRule], meeting: date | datetime, working_time: WorkingTime, announced_until: date
) -> date | None:
    """Return the first day on which a notice is too late for the meeting; None where the rules need no notice."""
    notice = next((rule for rule in rules if rule.used and rule.kind == "key_decision_notice"), None)
    if notice is None:
        return None
    day = day_of(meeting, working_time)
    first = notice.counts(day, notice.count, working_time, announced_until, "none").raw
    # Counting forwards and backwards can differ where either end is no working day.
    while _earliest(notice, first, working_time, announced_until).raw > day:
        first -= DAY
    while _earliest(notice, first, working_time, announced_until).raw <= day:
        first += DAY
    return first


def _route(
    kind: RouteKind, rule: DeadlineRule, meeting: date, today: date, working_time: WorkingTime, announced_until: date
) -> Route:
    earliest = _earliest(rule, today, working_time, announced_until)
    latest = rule.counts(meeting, rule.count, working_time, announced_until, rule.roll)
    return Route(kind, earliest.date <= meeting, earliest, latest, tuple(rule.whom), rule.basis)


def _earliest(rule: DeadlineRule, today: date, working_time: WorkingTime, announced_until: date) -> Counted:
    roll: Roll = "none" if rule.roll == "none" else "later"
    return EARLIEST[rule.unit](today, rule.count, working_time, announced_until, roll)


@dataclass(frozen=True)
class KeyDecisionNotice:
    """The content of a notice; `decider` is a person with a `title`, or a body with its `members`."""

    matter: str = ""
    decider: str = ""
    title: str = ""
    members: tuple[str, ...] = ()
    decided_on: date | None = None
    period: str = ""
    documents: tuple[str, ...] = ()
    documents_at: str = ""


def missing(notice: KeyDecisionNotice) -> list[Part]:
    """Return the parts that the notice lacks (reg 9), in order; each is a key of templates/words.yaml (notice)."""
    given: dict[Part, bool] = {
        "matter": bool(notice.matter.strip()),
        "decider": bool(notice.decider.strip()),
        "title_or_members": bool(notice.title.strip() or notice.members),
        "date_or_period": bool(notice.decided_on or notice.period.strip()),
        "documents": any(document.strip() for document in notice.documents),
        "documents_at": bool(notice.documents_at.strip()),
    }
    return [part for part, there in given.items() if not there]
