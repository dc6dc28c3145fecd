"""Describes the state of a paper: the stage passed, the next stage, and a notice that is too late."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from remembrancer.models import ForwardPlanItem
from remembrancer.queries.organisation import organisation
from remembrancer.queries.stages import stages
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.forward_plan.papers import Paper, Step
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.wording import phrase, short_day

Coming = tuple[Stage, Deadline] | None


def public_title(item: ForwardPlanItem) -> str:
    """Return the item's title for places that anybody may read; an exempt item is not named."""
    return phrase("plan.exempt") if item.confidential else item.title


def paper_state(paper: Paper, at: Paper, coming: Coming, today: date) -> tuple[str, bool]:
    """Return a paper's state in words, and whether it is late; no words for a paper without lead and next stage.

    `coming` is the next stage, and `at` the paper or earlier paper that it is for.
    """
    overdue = coming is not None and coming[1].counted.date < today
    return "; ".join(_words(paper, at, coming, overdue)), overdue or _is_too_late(paper)


def stage_step_in_words(session: Session, name: str) -> str | None:
    """Return a step of a stage, such as 'draft_late', in words; None for another name."""
    key, _, step = name.rpartition("_")
    stage = stages(organisation(session)).by_key.get(key)
    if stage is None or step not in list(Step):
        return None
    return phrase(f"steps.stage_{step}", ask=stage.ask, name=stage.name)


def _is_too_late(paper: Paper) -> bool:
    return paper.decide_from is not None and paper.route is None


def _words(paper: Paper, at: Paper, coming: Coming, overdue: bool) -> Iterator[str]:
    if coming is None and paper.item.lead_post_id is not None:
        yield phrase("papers.ready")
    if coming is not None and paper.last_so is not None:
        yield paper.last_so.done
    if coming is not None and not (coming[0].is_notice and _is_too_late(paper)):
        stage, deadline = coming
        state = (stage.late if overdue else stage.next).format(day=short_day(deadline.counted.date))
        yield phrase("papers.at_board", board=at.board.name, state=state) if at.final_paper else state
    published = paper.item.notice_published_on
    if _is_too_late(paper) and published and paper.decide_from:
        yield phrase("notices.too_late", published=short_day(published), day=short_day(paper.decide_from))
    elif paper.route is not None and not paper.has_notice:
        yield phrase("notices.by_route", route=phrase(f"notice_routes.{paper.route.stage}").lower())
