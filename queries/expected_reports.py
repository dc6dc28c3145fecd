"""Compares a board's forward plan with the monitored items that expect to report to it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.models import Board, ForwardPlanItem, Item, ItemState, Programme, Return, ReturnVersion, Window
from remembrancer.queries.forward_plan import items_of
from remembrancer.queries.organisation import definition
from remembrancer.queries.papers import papers_to_come
from remembrancer.queries.returns import COUNTS
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.reconciliation import Expectation, Reconciled, reconcile


def reconciled(
    session: Session, board: Board, zone: str, now: datetime, only: Collection[int] | None = None
) -> Reconciled:
    """Compare the items that expect to report to the board with its plan; `only` limits it to these items (ids)."""
    days: dict[int, list[date]] = {}
    for paper in papers_to_come(session, now, col(ForwardPlanItem.board_id) == board.id):
        days.setdefault(stored_id(paper.item.id), []).append(local_day(paper.meeting.starts_at, zone))
    expected, answered = expectations(session, board)
    planned = items_of(session, stored_id(board.id))
    if only is not None:
        expected = [each for each in expected if each.item.id in only]
        planned = [row for row in planned if row.item_id in only]
    return reconcile(expected, planned, days, answered)


def expectations(session: Session, board: Board) -> tuple[list[Expectation], set[int]]:
    """Return the items that expect to report to the board, and the ids of all items that answered the question.

    An item expects to report where its newest answer to a question of dates names the board.
    """
    # A kind's key means the board too, where it is the only board of its kind.
    alone = len(session.exec(select(Board.id).where(Board.kind == board.kind)).all()) == 1
    names = {board.key, board.kind} if alone else {board.key}
    found, answered = [], set()
    for programme in session.exec(select(Programme)).all():
        questions = definition(programme).form.questions
        keys = [q.key for q in questions if q.kind.dates_each_option and q.option(board.key)]
        for item, answers in _newest_answers(session, stored_id(programme.id)) if keys else ():
            answered.add(stored_id(item.id))
            dates = [answers[key] for key in keys if isinstance(answers.get(key), Mapping)]
            days = [day for each in dates for name, day in each.items() if name in names]
            if days:
                found.append(Expectation(item, min((date.fromisoformat(d) for d in days if d), default=None)))
    return found, answered


def _newest_answers(session: Session, programme_id: int) -> list[tuple[Item, Mapping[str, Any]]]:
    """Return each reported item of a programme with the newest answers that were submitted and not sent back."""
    query = (
        select(Item, ReturnVersion)
        .join(Return, col(Return.item_id) == Item.id)
        .join(Window, col(Window.id) == Return.window_id)
        .join(ReturnVersion, col(ReturnVersion.return_id) == Return.id)
        .where(
            Item.programme_id == programme_id,
            Item.active,
            Item.standing == ItemState.REPORTED,
            *COUNTS,
        )
        .order_by(col(Item.position), col(Window.opens_at))
    )
    newest = {stored_id(item.id): (item, version.answers) for item, version in session.exec(query)}
    return list(newest.values())
