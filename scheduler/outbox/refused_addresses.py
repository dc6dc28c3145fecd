"""Handles addresses that a platform refuses: marks a person's account, and tells the admins of a board's channel."""

from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Board, ChatAccount
from remembrancer.models.database import write_once
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.rules.people import recipients
from remembrancer.services.chat_accounts import mark_broken
from remembrancer.services.outbox import enqueue, next_reachable
from remembrancer.wording import render

log = structlog.get_logger()


def mark_account_refused(
    engine: Engine, person_id: int | None, where: tuple[str, str], reason: str, now: datetime
) -> bool:
    """Mark a person's account (platform, conversation) as refused; return False where it was replaced meanwhile."""
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
        mark_broken(session, account, reason, now)
        session.commit()
        return True


def refusal_key_prefix(board: Board, reason: str) -> str:
    """Return the prefix of the keys of messages that report a refused channel."""
    return f"board-refused-{board.id}-{board.channel}-{reason}-"


def report_refused_channel(engine: Engine, board_id: int, reason: str, now: datetime) -> None:
    """Tell each admin once of a board's refused channel and the reason; repeating it is harmless."""
    with write_once(engine, board=board_id) as session:
        _tell_admins(session, session.get_one(Board, board_id), reason, now)


def _tell_admins(session: Session, board: Board, reason: str, now: datetime) -> None:
    text = render("messages/board_refused.md", board=board, reason=reason)
    for admin in recipients.admins(load_facts(session)):
        enqueue(
            session,
            admin,
            message(text),
            key=f"{refusal_key_prefix(board, reason)}{admin.id}",
            kind="board_refused",
            now=now,
            not_before=next_reachable(session, admin, now),
        )
