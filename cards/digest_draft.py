"""The card of a digest draft, with its buttons."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from remembrancer.models import Board, Digest, DigestState, Person, Window
from remembrancer.models.message import Button, Message, Part, headed
from remembrancer.queries.organisation import get, programme_of
from remembrancer.reports.digests.restatements import Restated, restated_in
from remembrancer.rules.prompts.chase import is_settled
from remembrancer.services.digests import (
    PENDING,
    compose_now,
    has_changes,
    is_piloted,
    may_post_now,
    posted_parts,
    posting_time,
    scope_of,
)
from remembrancer.services.sending import current_sending
from remembrancer.wording import phrase, render


def draft_message(session: Session, digest: Digest, person: Person, now: datetime) -> Message:
    """The draft as a card: when it is posted, the buttons, and all that the board will read."""
    window: Window = get(session, Window, digest.window_id)
    head = render(
        "messages/draft_head.md",
        programme=programme_of(session, window),
        window=window,
        board=get(session, Board, digest.board_id),
        digest=digest,
        posts_at=posting_time(session, digest),
        late=posting_time(session, digest) <= now,
        piloted=is_piloted(session),
        paused_at=current_sending(session).paused_at,
        hours=programme_of(session, window).chase.draft_working_hours,
        settled=is_settled(window, now),
        restated=_restated_since(session, digest) if digest.state == DigestState.POSTED else [],
        news=digest.state not in PENDING or has_changes(session, digest),
        zone=person.time_zone,
    )
    parts = compose_now(session, digest, now).parts if digest.state in PENDING else posted_parts(session, digest)
    buttons = tuple(_buttons(session, digest))
    return headed(Part(text=head, buttons=buttons), parts)


def _restated_since(session: Session, digest: Digest) -> list[Restated]:
    """The restatements that the digest does not include."""
    scope = scope_of(session, digest)
    return [
        each for each in restated_in(session, scope.window, scope.slice_) if digest.told.get(each.ref) != each.version
    ]


def _buttons(session: Session, digest: Digest) -> Iterator[Button]:
    about = draft_title(session, digest)
    if digest.state in PENDING:
        names = ["digest_hold" if digest.state == DigestState.DRAFT else "digest_let_go", "digest_note"]
        names += ["digest_leave_out", *(["digest_post"] if may_post_now(session, digest) else [])]
        for name in names:
            yield Button(action=name, value=str(digest.id), label=phrase(f"buttons.{name}"), about=about)
    if digest.state in (*PENDING, DigestState.POSTED):
        for ref in digest.left_out:
            label = phrase("buttons.digest_put_back", ref=ref)
            yield Button(action="digest_put_back", value=f"{digest.id}.{ref}", label=label, about=about)


def draft_title(session: Session, digest: Digest) -> str:
    """'Q2, Corporate Board': the window and the board of the digest."""
    board: Board = get(session, Board, digest.board_id)
    window: Window = get(session, Window, digest.window_id)
    return f"{window.title}, {board.name}"
