"""Whether a message about papers is a reminder: whoever is messaged was asked about them by an earlier one."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, func, select

from models import OutgoingMessage, PaperPrompt, SendState
from rules.facts import known
from rules.papers import Step

FirstAsked = Mapping[tuple[int, str, int], int]
"""The first prompt (id) that went out, by placing, stage and person."""


def first_asked(session: Session, prompts: Iterable[PaperPrompt]) -> FirstAsked:
    """Of the papers and stages that these prompts ask about."""
    placings = {prompt.placing_id for prompt in prompts if prompt.step == Step.REMIND}
    if not placings:
        return {}
    query = (
        select(PaperPrompt.placing_id, PaperPrompt.stage, PaperPrompt.person_id, func.min(PaperPrompt.id))
        .join(OutgoingMessage, col(OutgoingMessage.id) == PaperPrompt.message_id)
        .where(col(PaperPrompt.placing_id).in_(placings))
        .where(col(OutgoingMessage.state).in_((SendState.SENT, SendState.SENDING)))
        .group_by(col(PaperPrompt.placing_id), col(PaperPrompt.stage), col(PaperPrompt.person_id))
    )
    return {(placing, stage, person): known(first) for placing, stage, person, first in session.exec(query)}


def is_again(first: FirstAsked, prompts: Iterable[PaperPrompt]) -> bool:
    """Whether all that these prompts remind of was asked before; a prompt without an id is the newest."""
    for prompt in prompts:
        before = first.get((prompt.placing_id, prompt.stage, prompt.person_id))
        if prompt.step == Step.REMIND and (before is None or (prompt.id is not None and before >= prompt.id)):
            return False
    return True
