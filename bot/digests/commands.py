"""The command 'digest corporate': the drafts of one board's digest, or the last one posted."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.name_lookup import MAX_NAME_WORDS, find_boards
from remembrancer.bot.digests.draft_review import digests
from remembrancer.models import Board
from remembrancer.models.message import message
from remembrancer.rules.people.permissions import may_manage_digest
from remembrancer.services.context import Context
from remembrancer.wording import escape, phrase


def text_digest(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply | None:
    """Handle 'digest corporate': the digests of the board that is named; of all this person's boards if none is."""
    boards, name = _own_boards(context), said["named"]
    if not name or not boards:
        return digests(context) if len((name or "").split()) <= MAX_NAME_WORDS else None
    found = find_boards(boards, name)
    if len(found) == 1:
        return digests(context, found[0])
    if not found and len(name.split()) > MAX_NAME_WORDS:
        return None
    names = ", ".join(board.name for board in found or boards)
    text = phrase("typed.which_board" if found else "typed.no_such_board", named=escape(name), known=escape(names))
    return Reply(messages=(message(text),))


def _own_boards(context: Context) -> list[Board]:
    """The boards whose digests this person may see, hold and post."""
    hearings = [hearing for of_programme in context.facts.hearings.values() for hearing in of_programme]
    mine = [each.board_id for each in hearings if may_manage_digest(context.facts, context.person, each, context.now)]
    return list(context.session.exec(select(Board).where(col(Board.id).in_(mine)).order_by(col(Board.name))))


def is_own_board(context: Context, said: Mapping[str, Any]) -> bool:
    """Whether the text names one of these boards."""
    return bool(said["named"] and find_boards(_own_boards(context), said["named"]))
