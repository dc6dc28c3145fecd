"""Sends secretaries progress digests during a window: which of their items have answers and which are missing."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from remembrancer.models import Board, Digest, DigestKind, Person, Window
from remembrancer.models.message import message
from remembrancer.queries.expected_reports import reconciled
from remembrancer.queries.forward_plan import boards_with_plan
from remembrancer.queries.organisation import programme_of
from remembrancer.reports.digests.compose import progress_digest
from remembrancer.reports.message_items import of_window
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.papers import keeps
from remembrancer.rules.forward_plan.reconciliation import Reconciled
from remembrancer.rules.people import recipients
from remembrancer.rules.programmes.spec import ChasePolicy, StepSpec
from remembrancer.rules.prompts import step_times
from remembrancer.rules.prompts.pilot import asks_nobody
from remembrancer.services.digests import is_written, revision_slot
from remembrancer.services.outbox import enqueue


def send_progress_digests(session: Session, window: Window, facts: Facts, now: datetime) -> None:
    """Send each secretary the latest of the policy's progress digests that has fallen due, once."""
    for person in recipients.secretaries(facts, window.programme_id, now):
        step = _latest_step(facts, programme_of(session, window).chase, window, person, now)
        slot = f"{step.key}-{revision_slot(window)}-p{person.id}" if step else ""
        if step is None or is_written(session, window, DigestKind.PROGRESS, slot):
            continue
        if not facts.time_of(person).may_send(now, window.closes_at):
            continue
        _send_progress_digest(session, window, facts, person, step, slot, now)


def _send_progress_digest(
    session: Session, window: Window, facts: Facts, person: Person, step: StepSpec, slot: str, now: datetime
) -> None:
    outside = {ret.item_id for ret in facts.returns.get(stored_id(window.id), ()) if asks_nobody(facts, ret, now)}
    items = _own_items(facts, window, person, now)
    plans = _differing_plans(session, facts, person, items, now)
    drafted = progress_digest(session, window, person.time_zone, items, outside, plans)
    digest = Digest(
        window_id=stored_id(window.id),
        kind=DigestKind.PROGRESS,
        slot=slot,
        made_at=now,
        posted_at=now,
        figures=drafted.figures,
        told=drafted.told,
        text=drafted.text,
    )
    session.add(digest)
    enqueue(
        session,
        person,
        message(*drafted.parts),
        key=f"digest-progress-{window.id}-{slot}",
        kind="digest_progress",
        because=step.key,
        now=now,
        window=window,
        expires_at=window.closes_at,
        items=[of_window(session, window, window.closes_at)],
    )


def _own_items(facts: Facts, window: Window, person: Person, now: datetime) -> set[int]:
    """Return the items (ids) for which the person is the secretary, or the admin who is asked instead."""
    returns = facts.returns.get(stored_id(window.id), ())
    return {ret.item_id for ret in returns if any(p.id == person.id for p, _ in recipients.secretary(facts, ret, now))}


def _differing_plans(
    session: Session, facts: Facts, person: Person, items: Collection[int], now: datetime
) -> list[tuple[Board, Reconciled]]:
    """Return the person's boards whose forward plan differs from what these items (ids) expect, with how it differs."""
    kept = [board for board in boards_with_plan(session) if keeps(facts, person, board, now)]
    found = ((board, reconciled(session, board, person.time_zone, now, items)) for board in kept)
    return [(board, compared) for board, compared in found if compared.differs]


def _latest_step(facts: Facts, policy: ChasePolicy, window: Window, person: Person, now: datetime) -> StepSpec | None:
    """Return the progress digest of the policy that has fallen due last for a person; None before the first."""
    own, times = facts.time_of(person), (window.opens_at, window.closes_at, window.late_until)
    due = [
        (step_times.step_time(s, facts.time, own, *times).due_at, n, s) for n, s in enumerate(policy.secretary_digests)
    ]
    fallen = [each for each in due if each[0] <= now]
    return max(fallen, key=lambda each: each[:2])[2] if fallen else None
