"""'calendar': the address of one's own calendar, or of a board's that one keeps."""

from collections.abc import Sequence

from acts.calendars import token
from bot.context import Context, NotPossibleError
from bot.incoming import Reply
from bot.plan import kept_boards
from models import Board, Person
from settings import Settings


def calendar(context: Context, words: Sequence[str]) -> Reply:
    """Theirs, and with a board's key that board's."""
    if not words:
        return Reply(messages=(context.says("calendar_yours", address=_address(context, context.person)),))
    boards = {board.key: board for board in kept_boards(context)}
    board = boards.get(words[0].lower().replace("-", "_"))
    if board is None:
        raise NotPossibleError("no_such_board", known=", ".join(boards))
    return Reply(messages=(context.says("calendar_of_board", board=board.name, address=_address(context, board)),))


def _address(context: Context, who: Person | Board) -> str:
    return f"{Settings().base_url}/calendar/{token(context.session, who)}.ics"
