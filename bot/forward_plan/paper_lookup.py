"""Finds the paper and the stage that a button names."""

from remembrancer.models import Placing
from remembrancer.queries.papers import papers_by_ids
from remembrancer.rules.forward_plan.papers import Paper, keeps, leads
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.services.context import Context, NotPossibleError, as_id


def named_paper(context: Context, value: str) -> tuple[Paper, Stage]:
    """The paper and the stage that a button names. Raises NotPossibleError if it is gone, or not this person's."""
    placing_id, stage_key, meeting_id = [*value.split("."), "", ""][:3]
    row = context.session.get(Placing, as_id(placing_id), with_for_update=True, populate_existing=True)
    at = (as_id(placing_id), as_id(meeting_id) if meeting_id or row is None else row.meeting_id)
    paper = papers_by_ids(context.session, context.now, [at]).get(at)
    stage = paper.board_stages.by_key.get(stage_key) if paper else None
    if paper is None or stage is None or (paper.final_paper and not stage.on_pathway) or not may_answer(context, paper):
        raise NotPossibleError("no_such_item")
    if paper.meeting.starts_at <= context.now:
        raise NotPossibleError("meeting_over", title=paper.item.title)
    if not paper.is_placed:
        raise NotPossibleError("not_at_meeting", title=paper.item.title, board=paper.board.name)
    return paper, stage


def last_paper(context: Context, value: str) -> tuple[Paper, Stage]:
    """The same, only at the last board of its pathway, where a paper is moved and withdrawn."""
    paper, stage = named_paper(context, value)
    if paper.final_paper is not None:
        raise NotPossibleError("no_such_item")
    return paper, stage


def may_answer(context: Context, paper: Paper) -> bool:
    """Whether the person leads the item or keeps the board's plan."""
    return leads(context.facts, context.person, paper.item, context.now) or keeps(
        context.facts, context.person, paper.plan_board, context.now
    )
