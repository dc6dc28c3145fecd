"""Rechecks a message with prompts before it is sent, and drops the prompts that are no longer needed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.cards.prompts.kinds import KINDS, build_cards
from remembrancer.cards.prompts.state import Verdict
from remembrancer.models import OutgoingMessage, Person, Prompt, SendState
from remembrancer.queries.prompt_kinds import by_kind, prompts_of
from remembrancer.rules.facts import stored_id


def recheck_prompts(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Update a message's prompts; return False where none is needed any more.

    A prompt is dropped when it is answered, its dates have changed, a later prompt to the same person replaces it, or
    somebody else is asked by now. A message without prompts is always sent, and so is a reply.
    """
    found = [prompt for prompt in prompts_of(session, [stored_id(row.id)] if row.id else []) if _track(session, prompt)]
    if not found:
        return True
    verdicts: dict[int, Verdict] = {}
    for kind, prompts in by_kind(found).items():
        verdicts |= KINDS[kind].verdicts(session, prompts, now)
    later = _later_tracks(session, found)
    still = [p for p in found if verdicts[stored_id(p.id)] == Verdict.RIGHT and _track(session, p) not in later]
    _delete_prompts(session, row, [prompt for prompt in found if verdicts[stored_id(prompt.id)] == Verdict.NOT_THEIRS])
    shown = found if row.immediate else still
    changes = row.showing is None or any(KINDS[prompt.subject_kind].changes_with_time for prompt in shown)
    if shown and (shown != found or changes):
        [card] = build_cards(session, [(session.get_one(Person, row.person_id), shown)], now)
        row.body, row.showing = card.content.model_dump(mode="json"), card.showing
        row.set_items(card.items)
    return bool(still) or row.immediate


def _track(session: Session, prompt: Prompt) -> tuple[str, str] | None:
    track = KINDS[prompt.subject_kind].track(session, prompt)
    return (prompt.subject_kind, track) if track else None


def _delete_prompts(session: Session, row: OutgoingMessage, prompts: Sequence[Prompt]) -> None:
    """Delete unsent prompts to a person who is no longer asked, and free the message's key.

    If the person is asked again later, the next tick can plan the prompts anew.
    """
    for prompt in prompts:
        session.delete(prompt)
    if prompts:
        row.key = f"gone-{row.id}-{row.key}"


def _later_tracks(session: Session, prompts: Sequence[Prompt]) -> set[tuple[str, str] | None]:
    """Return the tracks on which a later message that is not withheld prompts the same person."""
    query = (
        select(Prompt)
        .join(OutgoingMessage)
        .where(
            Prompt.person_id == prompts[0].person_id,
            col(Prompt.id) > max(stored_id(prompt.id) for prompt in prompts),
            OutgoingMessage.state != SendState.WITHHELD,
        )
    )
    return {_track(session, prompt) for prompt in session.exec(query)}
