"""Stores the decisions of a committee system's forward plans as plan items of the boards that they name.

Changes made in chat stay until the system changes the field (`merge.py`). The last import of a decision is stored under
the system's own number for it.
"""

import re
from collections import defaultdict
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.intake.folder.forward_plan import ForwardPlanRow
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.committees import PREFIX, all_were_read
from remembrancer.intake.loading.forward_plan import PlanFields, as_day
from remembrancer.intake.loading.meetings import board_ids
from remembrancer.intake.moderngov.plan_refresh import Decision, PlansRead
from remembrancer.models import ForwardPlanItem, PlanItemState
from remembrancer.problems import Problems
from remembrancer.queries.forward_plan import meetings_of
from remembrancer.queries.organisation import organisation
from remembrancer.queries.post_holders import holders_by_post
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind
from remembrancer.rules.organisation import CommitteeSystemSpec
from remembrancer.services.forward_plan import reschedule_one_off, was_heard
from remembrancer.wording import phrase

DUE = "Decision due"
GONE = PlanItemState.WITHDRAWN.value
EXTRA_FIELDS = ("board", "key", "due", "lead_officer")
Imported = dict[str, Any]
"""The imported fields of a decision: those of a plan item, and EXTRA_FIELDS."""


def store_plans(
    session: Session, system: CommitteeSystemSpec, found: PlansRead, now: datetime
) -> tuple[list[str], Problems]:
    """Store the decisions in the session's transaction; return lines that say what changed, and what was left out.

    A decision that cannot be placed stays as it is stored. One that the plans no longer list is withdrawn, unless its
    board has heard it; but nothing is withdrawn while the number of any decision cannot be read.
    """
    plan_store = _PlanStore(session, system.key, now)
    boards: dict[str, str | None] = {}  # by the names that a plan may use; None where decisions are not followed
    for spec in organisation(session).boards:
        boards |= {spec.key: spec.key, _normalised(spec.name): spec.key}
    boards |= {_normalised(maker): key for maker, key in system.decision_makers.items()}
    plan_store.problems.found += found.wrong.found
    for decision in found.decisions:
        maker = _normalised(decision.entry.decision_maker)
        if maker not in boards:
            plan_store.wrong(decision, "Decision maker", "plan_no_board", text=decision.entry.decision_maker[:80])
        elif (board := boards[maker]) is not None:
            plan_store.store(decision, board)
        elif decision.issue in plan_store.last:
            plan_store.withdraw(decision.issue)
    for issue in () if found.nameless else sorted(plan_store.last.keys() - found.seen):
        plan_store.withdraw(issue)
    plan_store.changes.record_read(system.plans_name, now)
    return plan_store.changes.lines, plan_store.problems


def count_listed_decisions(session: Session, system: CommitteeSystemSpec) -> int:
    """Count the decisions that the system's plans listed when they were last read."""
    return sum(imported["standing"] != GONE for imported in _last_imported(Changes(session), system.key).values())


def remove_former_plans(session: Session, now: datetime) -> list[str]:
    """Withdraw the items of plans that the organisation no longer names; return lines that say which."""
    systems = [each for each in organisation(session).committee_systems if each.forward_plans]
    keys = {each.plans_key for each in systems}
    sources = set(session.exec(select(ForwardPlanItem.source).where(col(ForwardPlanItem.source).startswith(PREFIX))))
    if not all_were_read(session, keys):
        return []
    lines: list[str] = []
    for source in sorted(sources - {each.key for each in systems}):
        plan_store = _PlanStore(session, source, now)
        for issue in sorted(plan_store.last):
            plan_store.withdraw(issue)
        plan_store.changes.record_read(source, now)
        lines += plan_store.changes.lines
    return lines


def _last_imported(changes: Changes, source: str) -> dict[int, Imported]:
    imported = changes.last_imported(ForwardPlanItem, f"{source} ")
    return {int(name.rpartition(" ")[2]): dict(values) for name, values in imported.items()}


class _PlanStore:
    """Stores one reading of a system's plans; `last` holds the last import of each decision by its number."""

    def __init__(self, session: Session, source: str, now: datetime) -> None:
        self.session, self.source, self.now = session, source, now
        self.spec = organisation(session)
        self.today = local_day(now, self.spec.time_zone)
        self.changes, self.problems = Changes(session), Problems()
        self.fields = PlanFields(self.changes)
        self.boards = board_ids(session)
        self.last = _last_imported(self.changes, source)
        self.taken = {(imported["board"], imported["key"]) for imported in self.last.values()}
        self.posts = self._posts_by_name()

    def wrong(self, decision: Decision, column: str, name: str, **values: Any) -> None:
        self.problems.add(decision.page, decision.entry.row, column, name, **values)

    def store(self, decision: Decision, board: str) -> None:
        """Store a decision as an item of a board; one that cannot be placed stays as it is stored."""
        last = self.last.get(decision.issue)
        if last is not None and last["board"] != board:
            self.withdraw(decision.issue)
            last = None
        key = last["key"] if last else self._new_key(decision, board)
        item = self._item(board, key)
        if last is None and item is not None:
            self._remember_existing(decision, board, key, item)
            return
        placed = self._first_day_and_words(decision, board, item, last)
        if placed is not None:
            self._merge_item(decision.issue, item, self._imported_fields(decision, board, key, *placed))

    def withdraw(self, issue: int) -> None:
        """Withdraw the item of a decision that the plans no longer list, unless its board has heard it."""
        last = self.last[issue]
        if last["standing"] == GONE:
            return
        imported = {**last, "standing": GONE, "standing_reason": phrase("committee_plans.gone")}
        item = self._item(last["board"], last["key"])
        if item is not None and item.source == self.source and not was_heard(self.session, item, self.now):
            self._merge_item(issue, item, imported)
        else:
            self.changes.remember_imported(ForwardPlanItem, self._name(issue), imported)

    def _remember_existing(self, decision: Decision, board: str, key: str, item: ForwardPlanItem) -> None:
        """Keep an item that was added by the folder or in chat, and store the system's fields for the next merge."""
        due = decision.entry.due
        imported = self._imported_fields(decision, board, key, due.day if due else None, due.text if due else "")
        self.changes.remember_imported(ForwardPlanItem, self._name(decision.issue), imported)
        if item.source.startswith(PREFIX) and item.source not in {each.key for each in self.spec.committee_systems}:
            item.source = self.source

    def _merge_item(self, issue: int, item: ForwardPlanItem | None, imported: Imported) -> None:
        board, key = imported["board"], imported["key"]
        fields = {name: value for name, value in imported.items() if name not in EXTRA_FIELDS}
        beside = {name: imported[name] for name in EXTRA_FIELDS}
        settle = partial(self.changes.merge_row, shown=f"{board} {key}", beside=beside)
        values = settle(ForwardPlanItem, self._name(issue), fields, self.fields.stored_fields(item) if item else None)
        if values is not None:
            item = item or ForwardPlanItem(
                board_id=self.boards[board], key=key, title="", recurrence="", source=self.source
            )
            self.fields.write(item, values)
            self.session.add(item)

    def _imported_fields(self, decision: Decision, board: str, key: str, day: date | None, due: str) -> Imported:
        entry, last = decision.entry, self.last.get(decision.issue)
        same_officer = last is not None and last["lead_officer"] == entry.lead_officer
        # The parts that no field of an item holds are kept as its note.
        unclear = entry.due.text if entry.due and entry.due.kind != "on" else ""
        noted = {"due": unclear, "officer": entry.lead_officer, "urgency": entry.urgency}
        row = ForwardPlanRow(
            row=entry.row,
            board=board,
            title=entry.title,
            recurrence=Recurrence(RecurrenceKind.ONE_OFF),
            meeting_day=day,
            decision_no=entry.reference,
            confidential=entry.exempt,
            decision_maker=entry.decision_maker,
            lead_post=last["lead_post"] if last and same_officer else self._post_of(entry.lead_officer),
            note=" ".join(phrase(f"committee_plans.{name}", text=text) for name, text in noted.items() if text),
        )
        words = {"board": board, "key": key, "due": due, "lead_officer": entry.lead_officer}
        return {**self.fields.imported(row, decision.issue), **words}

    def _first_day_and_words(
        self, decision: Decision, board: str, item: ForwardPlanItem | None, last: Imported | None
    ) -> tuple[date | None, str] | None:
        """Return the day on or after which the item comes, and the plan's text for it; None where it cannot be placed.

        Where the text has not changed, or cannot be used, the day of the last import is kept, because the item may have
        been moved in chat since.
        """
        due, was = decision.entry.due, (as_day(last["first_on"]), last["due"]) if last else None
        if was and (due is None or due.text == was[1]):
            return was
        is_past = due is not None and due.day is not None and due.day <= self.today
        if was and is_past and item is not None and was_heard(self.session, item, self.now):
            return was
        if due is None or due.day is None:
            text = due.text if due else decision.entry.decision
            self.wrong(decision, DUE, "plan_no_day", text=text[:80])
            return was
        day = self._first_day(decision, due.kind, due.day, board)
        if day is None:
            return was
        if item is not None and not reschedule_one_off(self.session, item, day, self.spec.time_zone, self.now):
            self.wrong(decision, DUE, "plan_stays", text=due.text[:80])
            return was
        return day, due.text

    def _first_day(self, decision: Decision, kind: str, day: date, board: str) -> date | None:
        """Return the first day of a decision due on, not before or before a day; None and a problem without one."""
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
        """Return the key that the folder would use, made unique among the system's decisions."""
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

    def _posts_by_name(self) -> dict[str, set[str]]:
        """Return the posts by their own names and by the names of their holders."""
        found: dict[str, set[str]] = defaultdict(set)
        for post_id, holders in holders_by_post(self.session, self.now).items():
            for holder in holders:
                found[_normalised(holder.name)].add(self.fields.post(post_id))
        return {**found, **{_normalised(post): {post} for post in self.fields.posts}}

    def _post_of(self, officer: str) -> str:
        """Return the only post that the text for a lead officer names; empty where it names none or several."""
        parts = re.split(r"[,;()]|\s[-–]\s", officer)
        found = {post for part in parts for post in self.posts.get(_normalised(part), ())}
        return found.pop() if len(found) == 1 else ""


def _normalised(name: str) -> str:
    return " ".join(name.casefold().split())
