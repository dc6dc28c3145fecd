"""Whether a message about papers is a reminder: whoever is messaged was asked about them by an earlier one."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from models import OutgoingMessage, PaperPrompt, SendState
from rules.facts import known
from rules.papers import Step

Asking = tuple[int, int, str, int]
"""A placing, a meeting (ids), a stage, and who is asked (id)."""

FirstAsked = Mapping[Asking, int]
"""The first prompt (id) that went out."""


def first_asked(session: Session, prompts: Iterable[PaperPrompt]) -> FirstAsked:
    """Of the papers that these prompts remind of."""
    placings = {prompt.placing_id for prompt in prompts if prompt.step == Step.REMIND}
    if not placings:
        return {}
    query = (
        select(PaperPrompt)
        .join(OutgoingMessage, col(OutgoingMessage.id) == PaperPrompt.message_id)
        .where(col(PaperPrompt.placing_id).in_(placings))
        .where(col(OutgoingMessage.state).in_((SendState.SENT, SendState.SENDING)))
        .order_by(col(PaperPrompt.id).desc())
    )
    return {_asking(prompt): known(prompt.id) for prompt in session.exec(query)}


def is_again(first: FirstAsked, prompts: Iterable[PaperPrompt]) -> bool:
    """Whether all that these prompts remind of was asked before; a prompt without an id is the newest."""
    for prompt in prompts:
        before = first.get(_asking(prompt))
        if prompt.step == Step.REMIND and (before is None or (prompt.id is not None and before >= prompt.id)):
            return False
    return True


def _asking(prompt: PaperPrompt) -> Asking:
    return prompt.placing_id, prompt.meeting_id, prompt.stage, prompt.person_id
