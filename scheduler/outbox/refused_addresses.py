"""An address that the platform refuses: a person's account is marked, and of a board's channel the admins are told."""

from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from remembrancer.models import Board, ChatAccount
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.rules.people import recipients
from remembrancer.services.chat_accounts import broken
from remembrancer.services.outbox import next_at_work, tell
from remembrancer.wording import render

log = structlog.get_logger()


def account_broke(engine: Engine, person_id: int | None, where: tuple[str, str], reason: str, now: datetime) -> bool:
    """Nobody is reached there (platform, conversation) any more; False where they were linked to another meanwhile."""
    platform, conversation = where
    query = select(ChatAccount).where(
        ChatAccount.person_id == person_id,
        ChatAccount.platform == platform,
        ChatAccount.conversation == conversation,
    )
    with Session(engine) as session:
        account = session.exec(query.with_for_update()).first()
        if account is None:
            return False
        broken(session, account, reason, now)
        session.commit()
        return True


def told_of(board: Board, reason: str) -> str:
    """How the keys of the messages begin that tell of a board's channel."""
    return f"board-refused-{board.id}-{board.channel}-{reason}-"


def channel_broke(engine: Engine, board_id: int, reason: str, now: datetime) -> None:
    """Tell each admin once of a channel and of what is wrong with it. Telling twice is harmless."""
    with Session(engine) as session:
        try:
            _tell_admins(session, session.get_one(Board, board_id), reason, now)
            session.commit()
        except IntegrityError:
            # Another replica was first.
            session.rollback()
            log.info("told elsewhere", board=board_id)


def _tell_admins(session: Session, board: Board, reason: str, now: datetime) -> None:
    text = render("messages/board_refused.md", board=board, reason=reason)
    for admin in recipients.admins(load_facts(session)):
        tell(
            session,
            admin,
            message(text),
            key=f"{told_of(board, reason)}{admin.id}",
            kind="board_refused",
            because="board_refused",
            now=now,
            not_before=next_at_work(session, admin, now),
        )
