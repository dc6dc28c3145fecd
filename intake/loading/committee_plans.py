"""This module stores the decisions of a committee system's forward plans as items of the boards that they name.

What was said in chat stands until the system says something new, field by field (`merge.py`). What the system
said last of a decision is remembered by the system's own number for it.
"""

import re
from collections import defaultdict
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.intake.folder.forward_plan import ForwardPlanRow
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.committees import PREFIX
from remembrancer.intake.loading.forward_plan import PlanFields, as_day
from remembrancer.intake.moderngov.plan_refresh import Decision, PlansRead
from remembrancer.intake.moderngov.types import ForwardPlanEntry
from remembrancer.models import Board, Feed, ForwardPlanItem, PlanStanding
from remembrancer.problems import Problems
from remembrancer.queries.forward_plan import meetings_of
from remembrancer.queries.organisation import organisation
from remembrancer.queries.post_holders import holders_by_post
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind
from remembrancer.rules.organisation import CommitteeSystemSpec, OrganisationSpec
from remembrancer.services.audit import note
from remembrancer.services.forward_plan import take_place_anew, was_heard
from remembrancer.wording import say

DUE = "Decision due"
EXEMPT = ("part_exempt", "fully_exempt", "unclear")
GONE = PlanStanding.WITHDRAWN.value
BESIDE = ("board", "key", "due", "lead_officer")
Said = dict[str, Any]
"""What a system says of a decision: an item's fields; and beside them its board, its key, and the plan's own words."""


def store_plans(
    session: Session, system: CommitteeSystemSpec, found: PlansRead, now: datetime
) -> tuple[list[str], Problems]:
    """Store the decisions in the session's transaction; return lines that say what changed, and what was left out.

    A decision that cannot be placed leaves what is stored of it as it is. One that the plans list no more has left the
    plan, unless its board heard it; but while the number of one cannot be read, it could be any.
    """
    storing = _Storing(session, system.key, now)
    boards = _boards_by_name(organisation(session), system)
    storing.problems.found += found.wrong.found
    for decision in found.decisions:
        maker = _plain(decision.entry.decision_maker)
        if maker not in boards:
            storing.wrong(decision, "Decision maker", "plan_no_board", text=decision.entry.decision_maker[:80])
        elif (board := boards[maker]) is not None:
            storing.put(decision, board)
        elif decision.issue in storing.last:
            storing.leave(decision.issue)
    for issue in () if found.nameless else sorted(storing.last.keys() - found.seen):
        storing.leave(issue)
    storing.finish(system.plans_name)
    return storing.changes.lines, storing.problems


def known_decisions(session: Session, system: CommitteeSystemSpec) -> int:
    """Count the decisions that the system's plans listed when they were last read."""
    return sum(said["standing"] != GONE for said in _said_last(Changes(session), system.key).values())


def remove_former_plans(session: Session, now: datetime) -> list[str]:
    """Withdraw the items of plans that are named no more; return lines that say which.

    Not while one that is named was never read: it may be the same at a new address.
    """
    systems = [each for each in organisation(session).committee_systems if each.forward_plans]
    keys = {each.plans_key for each in systems}
    read = session.exec(select(Feed.key).where(col(Feed.key).in_(keys), col(Feed.fetched_at).is_not(None)))
    sources = set(session.exec(select(ForwardPlanItem.source).where(col(ForwardPlanItem.source).startswith(PREFIX))))
    if set(read) < keys:
        return []
    lines: list[str] = []
    for source in sorted(sources - {each.key for each in systems}):
        storing = _Storing(session, source, now)
        for issue in sorted(storing.last):
            storing.leave(issue)
        storing.finish(source)
        lines += storing.changes.lines
    return lines


def _boards_by_name(spec: OrganisationSpec, system: CommitteeSystemSpec) -> dict[str, str | None]:
    """The boards' keys by what a plan may call them; None for those whose decisions are not followed."""
    names: dict[str, str | None] = {}
    for board in spec.boards:
        names |= {board.key: board.key, _plain(board.name): board.key}
    return names | {_plain(maker): board for maker, board in system.decision_makers.items()}


def _said_last(changes: Changes, source: str) -> dict[int, Said]:
    said = changes.said_last(ForwardPlanItem, f"{source} ")
    return {int(name.rpartition(" ")[2]): dict(values) for name, values in said.items()}


class _Storing:
    """One reading of a system's plans. `last` is what it said of each decision, by its numbers."""

    def __init__(self, session: Session, source: str, now: datetime) -> None:
        self.session, self.source, self.now = session, source, now
        self.spec = organisation(session)
        self.today = local_day(now, self.spec.time_zone)
        self.changes, self.problems = Changes(session), Problems()
        self.fields = PlanFields(self.changes)
        self.boards = {board.key: known(board.id) for board in session.exec(select(Board))}
        self.last = _said_last(self.changes, source)
        self.taken = {(said["board"], said["key"]) for said in self.last.values()}
        self.posts = self._posts_by_words()

    def wrong(self, decision: Decision, column: str, name: str, **values: Any) -> None:
        self.problems.add(decision.page, decision.entry.row, column, name, **values)

    def put(self, decision: Decision, board: str) -> None:
        """Store a decision as an item of a board; one that cannot be placed leaves what is stored as it is."""
        last = self.last.get(decision.issue)
        if last is not None and last["board"] != board:
            self.leave(decision.issue)
            last = None
        key = last["key"] if last else self._new_key(decision, board)
        item = self._item(board, key)
        if last is None and item is not None:
            self._follow(decision, board, key, item)
            return
        placed = self._placed(decision, board, item, last)
        if placed is not None:
            self._settle(decision.issue, item, self._said(decision, board, key, *placed))

    def leave(self, issue: int) -> None:
        """Withdraw the item of a decision that the plans list no more; one that was heard stays as it was."""
        last = self.last[issue]
        if last["standing"] == GONE:
            return
        said = {**last, "standing": GONE, "standing_reason": say("committee_plans.gone")}
        item = self._item(last["board"], last["key"])
        if item is not None and item.source == self.source and not was_heard(self.session, item, self.now):
            self._settle(issue, item, said)
        else:
            self.changes.remember(ForwardPlanItem, self._name(issue), said)

    def finish(self, name: str) -> None:
        if self.changes.lines:
            note(self.session, self.now, None, "feed_read", name, changes=self.changes.lines[:100])
        self.session.flush()

    def _follow(self, decision: Decision, board: str, key: str, item: ForwardPlanItem) -> None:
        """Let an item stand that the folder or somebody in chat put on the plan, and remember what the system says."""
        due = decision.entry.due
        said = self._said(decision, board, key, due.day if due else None, due.text if due else "")
        self.changes.remember(ForwardPlanItem, self._name(decision.issue), said)
        if item.source.startswith(PREFIX) and item.source not in {each.key for each in self.spec.committee_systems}:
            item.source = self.source

    def _settle(self, issue: int, item: ForwardPlanItem | None, said: Said) -> None:
        """Write what the item should be by the later word of the system and of chat."""
        board, key = said["board"], said["key"]
        fields = {name: value for name, value in said.items() if name not in BESIDE}
        beside = {name: said[name] for name in BESIDE}
        settle = partial(self.changes.settle, shown=f"{board} {key}", beside=beside)
        values = settle(ForwardPlanItem, self._name(issue), fields, self.fields.held(item) if item else None)
        if values is not None:
            item = item or ForwardPlanItem(
                board_id=self.boards[board], key=key, title="", recurrence="", source=self.source
            )
            self.fields.write(item, values)
            self.session.add(item)

    def _said(self, decision: Decision, board: str, key: str, day: date | None, due: str) -> Said:
        entry, last = decision.entry, self.last.get(decision.issue)
        same_officer = last is not None and last["lead_officer"] == entry.lead_officer
        row = ForwardPlanRow(
            row=entry.row,
            board=board,
            title=entry.title,
            recurrence=Recurrence(RecurrenceKind.ONE_OFF),
            meeting_day=day,
            decision_no=entry.reference,
            confidential=entry.restriction in EXEMPT,
            decision_maker=entry.decision_maker,
            lead_post=last["lead_post"] if last and same_officer else self._post_of(entry.lead_officer),
            note=_noted(entry),
        )
        words = {"board": board, "key": key, "due": due, "lead_officer": entry.lead_officer}
        return {**self.fields.said(row, decision.issue), **words}

    def _placed(
        self, decision: Decision, board: str, item: ForwardPlanItem | None, last: Said | None
    ) -> tuple[date | None, str] | None:
        """The day on or after which the item comes, and the words that say so; None where it cannot be placed.

        Where the words are those of last time, or say nothing that can be used, it is the day of last time: what they
        meant then may have been changed in chat since.
        """
        due, was = decision.entry.due, (as_day(last["first_on"]), last["due"]) if last else None
        if was and (due is None or due.text == was[1] or self._is_over(item, due.day)):
            return was
        if due is None or due.day is None:
            text = due.text if due else decision.entry.decision
            self.wrong(decision, DUE, "plan_no_day", text=text[:80])
            return was
        day = self._first_day(decision, due.kind, due.day, board)
        if day is None:
            return was
        if item is not None and not take_place_anew(self.session, item, day, self.spec.time_zone, self.now):
            self.wrong(decision, DUE, "plan_stays", text=due.text[:80])
            return was
        return day, due.text

    def _is_over(self, item: ForwardPlanItem | None, day: date | None) -> bool:
        """Whether the board heard the item already, and the day says no more than when that was."""
        is_past = day is not None and day <= self.today
        return is_past and item is not None and was_heard(self.session, item, self.now)

    def _first_day(self, decision: Decision, kind: str, day: date, board: str) -> date | None:
        """Where a decision that is due on, not before or before a day begins; None and a problem where it cannot."""
        if kind == "not_before":
            return max(day, self.today)
        if kind == "on":
            if day < self.today:
                self.wrong(decision, DUE, "plan_day_passed", day=day.isoformat())
            return day if day >= self.today else None
        days = [
            local_day(m.starts_at, self.spec.time_zone) for m in meetings_of(self.session, self.boards[board], self.now)
        ]
        before = [each for each in days if each < day]
        if not before:
            self.wrong(decision, DUE, "plan_no_meeting_before", day=day.isoformat())
        return max(before, default=None)

    def _new_key(self, decision: Decision, board: str) -> str:
        """The key that the folder would give it, unless another decision of the system has that."""
        key = slugify(decision.entry.reference or decision.entry.title)[:80]
        if not key or (board, key) in self.taken:
            key = f"{key[:60]}_{decision.issue}"
        self.taken.add((board, key))
        return key

    def _item(self, board: str, key: str) -> ForwardPlanItem | None:
        query = select(ForwardPlanItem).where(
            ForwardPlanItem.board_id == self.boards[board], ForwardPlanItem.key == key
        )
        return self.session.exec(query).first()

    def _name(self, issue: int) -> str:
        return f"{self.source} {issue}"

    def _posts_by_words(self) -> dict[str, set[str]]:
        """The posts by their own names and by those of who holds them."""
        found: dict[str, set[str]] = defaultdict(set)
        for post_id, holders in holders_by_post(self.session, self.now).items():
            for holder in holders:
                found[_plain(holder.name)].add(self.fields.post(post_id))
        return {**found, **{_plain(post): {post} for post in self.fields.posts}}

    def _post_of(self, officer: str) -> str:
        """The one post that a lead officer's words name; none where there is no such, or several."""
        parts = re.split(r"[,;()]|\s[-–]\s", officer)
        found = {post for part in parts for post in self.posts.get(_plain(part), ())}
        return found.pop() if len(found) == 1 else ""


def _plain(name: str) -> str:
    """A name as it is compared with another."""
    return " ".join(name.casefold().split())


def _noted(entry: ForwardPlanEntry) -> str:
    """The words of a plan that no field of an item has."""
    due = entry.due.text if entry.due and entry.due.kind != "on" else ""
    said = {"due": due, "officer": entry.lead_officer, "urgency": entry.urgency}
    return " ".join(say(f"committee_plans.{name}", text=text) for name, text in said.items() if text)
