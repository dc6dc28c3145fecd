"""A board's forward plan in chat, with the buttons to change it."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from remembrancer.bot.core.incoming import Reply
from remembrancer.bot.core.name_lookup import find_boards
from remembrancer.models import Board, ForwardPlanItem, Meeting, Placing, PlanItemState
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.forward_plan import boards_with_plan, items_of
from remembrancer.reports.forward_plan.minutes import said_lately
from remembrancer.reports.forward_plan.work_programme import Sitting, WorkProgramme, work_programme
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.papers import keeps
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.wording import day, phrase, render


def plan(context: Context, words: Sequence[str]) -> Reply:
    """Handle 'plan': show the work programme of each board that the person keeps, or of the one that is named."""
    boards = kept_boards(context)
    if not boards:
        raise NotPossibleError("no_plan")
    named = find_boards(boards, " ".join(words)) if words else boards
    if not named:
        raise NotPossibleError("no_such_board", command="plan", known=", ".join(board.key for board in boards))
    return Reply(messages=tuple(plan_message(context, board) for board in named))


def is_board_named(context: Context, words: Sequence[str]) -> bool:
    """Whether the words name any board; what follows 'plan' or 'calendar' may otherwise be free text."""
    return bool(find_boards(context.session.exec(select(Board)).all(), " ".join(words)))


def kept_boards(context: Context) -> list[Board]:
    """The boards whose forward plan or meetings this person keeps, in order."""
    boards = boards_with_plan(context.session)
    return [board for board in boards if keeps(context.facts, context.person, board, context.now)]


def kept_board(context: Context, value: str) -> Board:
    """The board that a button names. Raises NotPossibleError if this person does not keep its plan."""
    board = context.session.get(Board, as_id(value.split(".")[0]))
    if board is None or not keeps(context.facts, context.person, board, context.now):
        raise NotPossibleError("no_such_item")
    return board


def plan_message(context: Context, board: Board) -> Message:
    """The plan as a card: a part for each coming meeting, then the items that wait, with buttons."""
    found = work_programme(context.session, board, context.now)
    head = Part(
        text=render("messages/plan_head.md", programme=found), buttons=tuple(_board_buttons(context.session, board))
    )
    sittings = (_meeting_part(context, found, sitting) for sitting in found.sittings)
    rest = render("messages/plan_rest.md", programme=found, said=said_lately(context.session, board, context.now))
    buttons = tuple(_waiting_buttons(found))
    return Message(parts=(head, *sittings, *((Part(text=rest, buttons=buttons),) if rest else ())))


def _meeting_part(context: Context, programme: WorkProgramme, sitting: Sitting) -> Part:
    text = render("messages/plan_meeting.md", sitting=sitting, zone=context.person.time_zone)
    value = f"{programme.board.id}.{sitting.meeting.id}"
    about = f"{programme.board.name}, {day(sitting.day)}"
    names = ["plan_add", *(["plan_move", "plan_withdraw"] if sitting.rows else [])]
    return Part(text=text, buttons=tuple(_button(name, value, about) for name in names))


def _board_buttons(session: Session, board: Board) -> Iterator[Button]:
    """The buttons for items whatever their meeting."""
    items = items_of(session, stored_id(board.id))
    if any(item.standing == PlanItemState.ACTIVE for item in items):
        yield _button("plan_hold", str(board.id), board.name)
        yield _button("plan_lead", str(board.id), board.name)
    yield _button("plan_note", str(board.id), board.name)


def _waiting_buttons(programme: WorkProgramme) -> Iterator[Button]:
    """The buttons for items on hold or without a meeting."""
    if programme.on_hold:
        yield _button("plan_resume", str(programme.board.id), programme.board.name)
    if programme.waiting:
        yield _button("plan_place", str(programme.board.id), programme.board.name)


def _button(name: str, value: str, about: str) -> Button:
    return Button(action=name, value=value, label=phrase(f"buttons.{name}"), about=about)


def kept_meeting(context: Context, board: Board, value: str) -> Meeting:
    """The board's coming meeting that a button names. Raises NotPossibleError if there is none, or it is over."""
    meeting = context.session.get(Meeting, as_id(value.partition(".")[2]), populate_existing=True)
    if meeting is None or meeting.board_id != board.id:
        raise NotPossibleError("no_such_item")
    if meeting.starts_at <= context.now:
        raise NotPossibleError("meeting_is_over", board=board.name)
    return meeting


def items_at(session: Session, meeting: Meeting) -> list[ForwardPlanItem]:
    """The items at a meeting, in the plan's order."""
    query = (
        select(ForwardPlanItem)
        .join(Placing, col(Placing.plan_item_id) == ForwardPlanItem.id)
        .where(Placing.meeting_id == meeting.id, col(Placing.on).is_(True))
        .order_by(col(ForwardPlanItem.position))
    )
    return list(session.exec(query))
