"""The last look at a message of prompts before it is sent: what of it is still to be asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.cards.prompt_card import card
from remembrancer.cards.prompt_loader import load_asked
from remembrancer.cards.prompt_view import showing
from remembrancer.cards.recipient_status import is_asked_no_more
from remembrancer.models import (
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    SendState,
    Window,
)
from remembrancer.queries.facts import load_people_about
from remembrancer.rules.facts import known
from remembrancer.rules.prompts.due import WANTED


def recheck_prompts(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """What is still to be said of what it asks and tells; all of a message that has no prompts.

    A prompt goes when its return is answered, its window has moved on, a later prompt to the same person says it, or
    somebody else is asked by now.
    """
    query = select(Prompt, Return, Window.revision).where(
        Prompt.message_id == row.id, Prompt.return_id == Return.id, Return.window_id == Window.id
    )
    found = session.exec(query).all()
    if not found:
        return True
    facts = load_people_about(session, [ret for _, ret, _ in found], {prompt.person_id for prompt, *_ in found})
    later = _said_later(session, [prompt for prompt, *_ in found])
    gone = {prompt.id for prompt, ret, _ in found if is_asked_no_more(facts, prompt, ret, now)}
    still = [
        prompt
        for prompt, ret, revision in found
        if ret.state in WANTED
        and prompt.revision == revision
        and prompt.return_id not in later
        and prompt.id not in gone
    ]
    _forget(session, row, [prompt for prompt, *_ in found if prompt.id in gone])
    if 0 < len(still) < len(found):
        asked = load_asked(session, still, now)
        person = session.get_one(Person, row.person_id)
        row.body, row.showing = card(person, asked).model_dump(mode="json"), showing(asked)
    return bool(still)


def _forget(session: Session, row: OutgoingMessage, prompts: Sequence[Prompt]) -> None:
    """Whoever is asked no more was never told: should they be asked again, the next look tells them.

    The message's key is freed: the same may then be said.
    """
    for prompt in prompts:
        session.delete(prompt)
    if prompts:
        row.key = f"gone-{row.id}-{row.key}"


def _said_later(session: Session, prompts: Sequence[Prompt]) -> set[int]:
    """The returns of which a later message speaks to the same person; one that is withheld tells nobody anything."""
    if not prompts:
        return set()
    ids = [prompt.return_id for prompt in prompts]
    newest = max(known(prompt.id) for prompt in prompts)
    query = (
        select(Prompt.return_id)
        .join(OutgoingMessage)
        .where(
            col(Prompt.return_id).in_(ids),
            Prompt.person_id == prompts[0].person_id,
            col(Prompt.id) > newest,
            OutgoingMessage.state != SendState.WITHHELD,
        )
    )
    return set(session.exec(query))
