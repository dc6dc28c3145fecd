"""Returns a window's figures, as they are now or as reported at the lock, with the restatements since."""

from typing import Any

from sqlmodel import Session, select

from remembrancer.models import DigestKind, Return, ReturnVersion, Window, WindowState
from remembrancer.queries.organisation import organisation, programme_of
from remembrancer.queries.returns import period, returns_of
from remembrancer.queries.windows import previous_window
from remembrancer.reports.digests.compose import Scope, current_figures, last_told
from remembrancer.reports.digests.restatements import restated_in
from remembrancer.rules.programmes.figures import Period, Told, figures
from remembrancer.rules.programmes.slices import EVERYTHING, Slice, is_in


def figures_of(
    session: Session, window: Window, slice_: Slice = EVERYTHING, with_restated: bool = False
) -> dict[str, Any]:
    """Return the figures of the items in the slice: of a locked window as at the lock, unless `with_restated`.

    `restated` maps the refs of items that were restated since to the reasons.
    """
    locked = window.state == WindowState.LOCKED and not with_restated
    found = _figures_at_lock(session, window, slice_) if locked else current_figures(session, Scope(window, slice_))
    restated = {each.ref: each.reason for each in restated_in(session, window, slice_)}
    return {**found, "restated": restated} if restated else found


def _figures_at_lock(session: Session, window: Window, slice_: Slice) -> dict[str, Any]:
    """Return the figures at the lock: the stored record, or for a slice computed anew from the same answers."""
    record = last_told(session, window, None, DigestKind.LOCK)
    if record is None:
        return current_figures(session, Scope(window, slice_))
    if not slice_:
        return record.figures
    query = select(ReturnVersion).join(Return).where(Return.window_id == window.id)
    answers = {(version.return_id, version.number): version.answers for version in session.exec(query)}
    returns = [
        Told(item.ref, item.facts, answers.get((ret.id or 0, record.told[item.ref])))
        for ret, item in returns_of(session, window)
        if item.ref in record.told and is_in(slice_, item.facts)
    ]
    this, before = Period(returns, window.year, organisation(session).year_start), previous_window(session, window)
    return figures(programme_of(session, window), this, period(session, before, slice_) if before else None)
