"""The 'calendar' command: it replies with the address of a calendar feed."""

from collections.abc import Sequence

from remembrancer.bot.core.incoming import Reply
from remembrancer.bot.core.name_lookup import find_boards
from remembrancer.bot.forward_plan.view import kept_boards
from remembrancer.models import Board, Person
from remembrancer.services.calendar_links import feed_token
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.settings import Settings


def calendar(context: Context, words: Sequence[str]) -> Reply:
    """Give the address of the person's own feed, or of the named board's feed if the person keeps that board's plan.

    `words` is the board's key or name; it is empty for the person's own feed.
    """
    if not words:
        return Reply(messages=(context.says("calendar_yours", address=_address(context, context.person)),))
    boards = kept_boards(context)
    if not boards:
        raise NotPossibleError("no_board_calendar")
    found = find_boards(boards, " ".join(words))
    if len(found) != 1:
        raise NotPossibleError("no_such_board", command="calendar", known=", ".join(each.key for each in boards))
    return Reply(
        messages=(context.says("calendar_of_board", board=found[0].name, address=_address(context, found[0])),)
    )


def _address(context: Context, owner: Person | Board) -> str:
    return f"{Settings().base_url}/calendar/{feed_token(context.session, owner)}.ics"
