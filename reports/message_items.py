"""What messages are about, as previews and simulations list it."""

from datetime import datetime

from sqlmodel import Session

from remembrancer.models import Board, Item, Meeting, Programme, Return, Window
from remembrancer.models.message import MeetingDay, MessageItem
from remembrancer.queries.organisation import get, organisation, programme_of
from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.rules.forward_plan.papers import Paper


def of_window(session: Session, window: Window, due: datetime | None = None, ref: str | None = None) -> MessageItem:
    """Return the window as a whole, or with `ref` one item in it."""
    return MessageItem(programme=programme_of(session, window).key, window=window.key, due=due, ref=ref)


def of_item(session: Session, item: Item) -> MessageItem:
    """Return an item, in no window."""
    return MessageItem(programme=get(session, Programme, item.programme_id).key, ref=item.ref)


def of_return(session: Session, ret: Return, due: datetime | None = None) -> MessageItem:
    """Return the item of a return in its window."""
    item: Item = get(session, Item, ret.item_id)
    return of_window(session, get(session, Window, ret.window_id), due, item.ref)


def of_meeting(
    session: Session, board: Board, meeting: Meeting, due: datetime | None = None, ref: str | None = None
) -> MessageItem:
    """Return the meeting as a whole, or with `ref` what comes to it."""
    day = meeting.starts_at.astimezone(organisation(session).zone).date()
    return MessageItem(meeting=MeetingDay(board=board.key, day=day), due=due, ref=ref)


def of_paper(session: Session, paper: Paper, due: datetime | None = None) -> MessageItem:
    """Return a paper at its meeting."""
    return of_meeting(session, paper.board, paper.meeting, due, public_title(paper.item))
