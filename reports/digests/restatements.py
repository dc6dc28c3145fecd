"""Finds restatements: answers that were changed after their window was locked, with the values before and now."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from remembrancer.models import Item, Return, ReturnVersion, Window
from remembrancer.queries.organisation import programme_of
from remembrancer.queries.returns import was_sent_back
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.facts import stored_id
from remembrancer.rules.programmes.answers import Answers
from remembrancer.rules.programmes.slices import EVERYTHING, Slice, is_in
from remembrancer.rules.programmes.spec import Programme


@dataclass(frozen=True)
class Restated:
    """One restated item: the reason, and each changed answer as (label, value before, value now) in words.

    `version` is the number of the current answer.
    """

    ref: str
    title: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    version: int


def restated_in(session: Session, window: Window, slice_: Slice = EVERYTHING) -> list[Restated]:
    """Return the restated items of the window in the slice, in the items' order."""
    query = (
        select(Item, Return, ReturnVersion)
        .join(Return, col(Return.item_id) == Item.id)
        .join(ReturnVersion, col(ReturnVersion.return_id) == Return.id)
        .where(
            Return.window_id == window.id,
            ReturnVersion.number == Return.versions,
            col(ReturnVersion.restated_reason).is_not(None),
        )
        .order_by(col(Item.position))
    )
    programme = programme_of(session, window)
    return [
        Restated(
            ref=item.ref,
            title=item.title,
            reason=version.restated_reason or "",
            changes=tuple(changed_answers(programme, first.answers if first else {}, version.answers)),
            version=version.number,
        )
        for item, ret, version in session.exec(query)
        if is_in(slice_, item.facts)
        for first in [first_told(session, ret)]
    ]


def first_told(session: Session, ret: Return) -> ReturnVersion | None:
    """Return the answer at the lock; None where there was none, or it had been sent back."""
    query = select(ReturnVersion).where(
        ReturnVersion.return_id == stored_id(ret.id), col(ReturnVersion.restated_reason).is_(None)
    )
    version = session.exec(query.order_by(col(ReturnVersion.number).desc())).first()
    return None if version is None or was_sent_back(ret, version) else version


def changed_answers(programme: Programme, before: Answers, now: Answers) -> Iterator[tuple[str, str, str]]:
    """Yield each answer that is another than it was, as (label, value before, value now) in words."""
    for question in programme.form.questions:
        was, value = before.get(question.key), now.get(question.key)
        words = in_words(question, was), in_words(question, value)
        if not question.kind.is_same(was, value) and words[0] != words[1]:
            yield question.label, *words
