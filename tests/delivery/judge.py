"""Judging a run by what the receiver was sent, against what was due."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import OutgoingMessage, SendState
from tests.delivery.running import Post
from tests.delivery.world import PromptName, prompts_sent


@dataclass(frozen=True)
class Verdict:
    """Keys of the deliveries that went wrong, and prompts that did; nothing in it: all is well."""

    lost: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()
    never_stored: frozenset[str] = frozenset()
    dropped_yet_posted: frozenset[str] = frozenset()
    unfinished: frozenset[str] = frozenset()
    misrecorded: frozenset[str] = frozenset()
    prompts_lost: frozenset[PromptName] = frozenset()
    prompts_not_due: frozenset[PromptName] = frozenset()


def judge(engine: Engine, posts: Iterable[Post], due: set[PromptName], allowed: set[PromptName]) -> Verdict:
    """`due` prompts must have been sent; beyond these, only `allowed` ones may have been."""
    posts = list(posts)
    times = Counter(post.key for post in posts)
    at = {(post.key, post.conversation, str(post.id)) for post in posts}
    with Session(engine) as session:
        rows = session.exec(select(OutgoingMessage)).all()
    dropped = {row.key for row in rows if row.state == SendState.DROPPED}
    sent = [row for row in rows if row.state == SendState.SENT]
    latest = max((row.sent_at for row in sent if row.sent_at), default=None)
    # Never tried, and only due after all else was sent: a draft that waits for its reader's morning is not lost.
    waits = {
        row.key
        for row in rows
        if row.state == SendState.PENDING and not row.attempts and latest is not None and row.not_before > latest
    }
    known, prompts = {row.key for row in rows} - waits, prompts_sent(engine)
    return Verdict(
        lost=frozenset(known - dropped - set(times)),
        twice=frozenset(key for key, count in times.items() if count > 1),
        never_stored=frozenset(set(times) - known),
        dropped_yet_posted=frozenset(dropped & set(times)),
        unfinished=frozenset(known - dropped - {row.key for row in sent}),
        misrecorded=frozenset(row.key for row in sent if (row.key, row.conversation, row.remote_id) not in at),
        prompts_lost=frozenset(due - prompts),
        prompts_not_due=frozenset(prompts - due - allowed),
    )
