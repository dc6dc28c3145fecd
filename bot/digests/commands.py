"""'digest corporate': the drafts of one board's digest, or the last one that it was told."""

import re

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.name_lookup import MAX_NAME_WORDS, find_boards
from remembrancer.bot.digests.draft_review import digests
from remembrancer.models import Board
from remembrancer.models.message import message
from remembrancer.rules.people.permissions import may_manage_digest
from remembrancer.services.context import Context
from remembrancer.wording import escape, say


def say_digest(context: Context, _incoming: Incoming, said: re.Match[str]) -> Reply | None:
    """Of the board that is named among those whose digests the person looks after; of all, where none is."""
    boards, named = _boards(context), said["named"]
    if not named or not boards:
        return digests(context) if len((named or "").split()) <= MAX_NAME_WORDS else None
    found = find_boards(boards, named)
    if len(found) == 1:
        return digests(context, found[0])
    if not found and len(named.split()) > MAX_NAME_WORDS:
        return None
    names = ", ".join(board.name for board in found or boards)
    text = say("typed.which_board" if found else "typed.no_such_board", named=escape(named), known=escape(names))
    return Reply(messages=(message(text),))


def _boards(context: Context) -> list[Board]:
    """The boards whose digests are this person's to look at, hold and post."""
    hearings = [hearing for of_programme in context.facts.hearings.values() for hearing in of_programme]
    mine = [each.board_id for each in hearings if may_manage_digest(context.facts, context.person, each, context.now)]
    return list(context.session.exec(select(Board).where(col(Board.id).in_(mine)).order_by(col(Board.name))))


def is_theirs(context: Context, said: re.Match[str]) -> bool:
    """Whether the words name such a board."""
    return bool(said["named"] and find_boards(_boards(context), said["named"]))
