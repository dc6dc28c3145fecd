"""Describes the state of a paper: the stage passed, the next stage, and a notice that is too late."""

from collections.abc import Iterator
from datetime import date

from remembrancer.models import ForwardPlanItem
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.forward_plan.papers import Paper, Stage
from remembrancer.wording import phrase, short_day

Coming = tuple[Stage, Deadline] | None


def open_title(item: ForwardPlanItem) -> str:
    """Return the item's title for places that anybody may read; an exempt item is not named."""
    return phrase("plan.exempt") if item.confidential else item.title


def paper_state(paper: Paper, at: Paper, coming: Coming, today: date) -> tuple[str, bool]:
    """Return a paper's state in words, and whether it is late; no words for a paper without lead and next stage.

    `coming` is the next stage, and `at` the paper or leg (pathway stage) that it is for.
    """
    overdue = coming is not None and coming[1].counted.date < today
    return "; ".join(_words(paper, at, coming, overdue)), overdue or _is_too_late(paper)


def _is_too_late(paper: Paper) -> bool:
    return paper.decide_from is not None and paper.route is None


def _words(paper: Paper, at: Paper, coming: Coming, overdue: bool) -> Iterator[str]:
    if coming is None and paper.item.lead_post_id is not None:
        yield phrase("papers.ready")
    if coming is not None and paper.last_so is not None:
        yield phrase(f"papers.done_{paper.last_so}")
    if coming is not None and not (coming[0] == Stage.NOTICE and _is_too_late(paper)):
        state = phrase(f"papers.{'late' if overdue else 'next'}_{coming[0]}", day=short_day(coming[1].counted.date))
        yield phrase("papers.at_board", board=at.board.name, state=state) if at.onto else state
    yield from _notice(paper)


def _notice(paper: Paper) -> Iterator[str]:
    published = paper.item.notice_published_on
    if _is_too_late(paper) and published and paper.decide_from:
        yield phrase("notices.too_late", published=short_day(published), day=short_day(paper.decide_from))
    elif paper.route is not None and not paper.has_notice:
        yield phrase("notices.by_route", route=phrase(f"notice_routes.{paper.route.stage}").lower())
