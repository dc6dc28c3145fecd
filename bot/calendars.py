"""'calendar': the address of one's own calendar, or of a board's that one keeps."""

from collections.abc import Sequence

from acts.calendars import token
from bot.context import Context, NotPossibleError
from bot.incoming import Reply
from bot.plan import is_named, kept_boards
from models import Board, Person
from settings import Settings


def calendar(context: Context, words: Sequence[str]) -> Reply:
    """Theirs, and with a board's key or name that board's."""
    if not words:
        return Reply(messages=(context.says("calendar_yours", address=_address(context, context.person)),))
    boards = kept_boards(context)
    if not boards:
        raise NotPossibleError("no_board_calendar")
    board = next((board for board in boards if is_named(board, words)), None)
    if board is None:
        raise NotPossibleError("no_such_board", command="calendar", known=", ".join(each.key for each in boards))
    return Reply(messages=(context.says("calendar_of_board", board=board.name, address=_address(context, board)),))


def _address(context: Context, who: Person | Board) -> str:
    return f"{Settings().base_url}/calendar/{token(context.session, who)}.ics"
