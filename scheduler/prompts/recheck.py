"""The last check of a message that carries prompts before it is sent: what of it is still to be asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.cards.prompt_kinds import KINDS, cards
from remembrancer.cards.prompt_state import Verdict
from remembrancer.models import OutgoingMessage, Person, Prompt, SendState
from remembrancer.queries.prompt_kinds import by_kind, prompts_of
from remembrancer.rules.facts import known


def recheck_prompts(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring what a message asks up to date; False where nothing of it is to be asked any more.

    A prompt goes when it is answered, its dates have changed, a later prompt to the same person says it, or somebody
    else is asked by now. A message without prompts is right as it is, and a reply is shown whatever became of it.
    """
    found = [prompt for prompt in prompts_of(session, [known(row.id)] if row.id else []) if _track(prompt)]
    if not found:
        return True
    verdicts: dict[int, Verdict] = {}
    for kind, prompts in by_kind(found).items():
        verdicts |= KINDS[kind].verdicts(session, prompts, now)
    later = _later_tracks(session, found)
    still = [p for p in found if verdicts[known(p.id)] == Verdict.RIGHT and _track(p) not in later]
    _forget(session, row, [prompt for prompt in found if verdicts[known(prompt.id)] == Verdict.NOT_THEIRS])
    shown = found if row.immediate else still
    if shown and (shown != found or any(KINDS[prompt.subject_kind].changes_with_time for prompt in shown)):
        [(content, row.showing)] = cards(session, [(session.get_one(Person, row.person_id), shown)], now)
        row.body = content.model_dump(mode="json")
    return bool(still) or row.immediate


def _track(prompt: Prompt) -> tuple[str, str] | None:
    track = KINDS[prompt.subject_kind].track(prompt)
    return (prompt.subject_kind, track) if track else None


def _forget(session: Session, row: OutgoingMessage, prompts: Sequence[Prompt]) -> None:
    """Delete the prompts of whoever is asked no more and was never told, and free the message's key.

    Should they be asked again, the next tick tells them.
    """
    for prompt in prompts:
        session.delete(prompt)
    if prompts:
        row.key = f"gone-{row.id}-{row.key}"


def _later_tracks(session: Session, prompts: Sequence[Prompt]) -> set[tuple[str, str] | None]:
    """What a later message asks the same person; one that is withheld asks nobody anything."""
    query = (
        select(Prompt)
        .join(OutgoingMessage)
        .where(
            Prompt.person_id == prompts[0].person_id,
            col(Prompt.id) > max(known(prompt.id) for prompt in prompts),
            OutgoingMessage.state != SendState.WITHHELD,
        )
    )
    return {_track(prompt) for prompt in session.exec(query)}
