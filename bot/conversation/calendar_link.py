"""'calendar': the address of one's own calendar, or of a board's that one keeps."""

from collections.abc import Sequence

from remembrancer.bot.core.incoming import Reply
from remembrancer.bot.core.name_lookup import boards_called
from remembrancer.bot.forward_plan.view import kept_boards
from remembrancer.models import Board, Person
from remembrancer.services.calendar_links import token
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.settings import Settings


def calendar(context: Context, words: Sequence[str]) -> Reply:
    """Theirs, and with a board's key or name that board's."""
    if not words:
        return Reply(messages=(context.says("calendar_yours", address=_address(context, context.person)),))
    boards = kept_boards(context)
    if not boards:
        raise NotPossibleError("no_board_calendar")
    named = boards_called(boards, " ".join(words))
    if len(named) != 1:
        raise NotPossibleError("no_such_board", command="calendar", known=", ".join(each.key for each in boards))
    return Reply(
        messages=(context.says("calendar_of_board", board=named[0].name, address=_address(context, named[0])),)
    )


def _address(context: Context, who: Person | Board) -> str:
    return f"{Settings().base_url}/calendar/{token(context.session, who)}.ics"
