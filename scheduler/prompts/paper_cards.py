"""Posted cards about papers, as they should be."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.cards.paper_card import Asked, is_wanted, paper_card
from remembrancer.cards.prompt_loader import first_asked, is_again
from remembrancer.models import OutgoingMessage, PaperPrompt, Person, Post
from remembrancer.models.message import Message
from remembrancer.models.outgoing import REROUTED
from remembrancer.queries.papers import papers_at
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.papers import PaperAt, Stage


def paper_cards_now(
    session: Session, rows: Sequence[OutgoingMessage], now: datetime
) -> Iterator[tuple[OutgoingMessage, Message, bool]]:
    """Each card as it should be; over once every meeting that it speaks of is."""
    prompts = _prompts(session, rows)
    at = {where(prompt) for of_row in prompts.values() for prompt in of_row}
    found = papers_at(session, now, at) if at else {}
    posts = {known(post.id): post for post in session.exec(select(Post))} if at else {}
    first = first_asked(session, (prompt for of_row in prompts.values() for prompt in of_row))
    for row in rows:
        asked: list[Asked] = [(found[where(p)], p) for p in prompts.get(known(row.id), ())]
        if asked:
            person = session.get_one(Person, row.person_id)
            over = all(paper.meeting.starts_at <= now for paper, _ in asked)
            again = is_again(first, (prompt for _, prompt in asked))
            yield row, paper_card(person, asked, posts, now, again), over


def where(prompt: PaperPrompt) -> PaperAt:
    return prompt.placing_id, prompt.meeting_id


def recheck_papers(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring a card that has not gone out up to date; False where nothing of it is still to be asked.

    That is so of what was answered meanwhile, what a moved meeting asks anew, and what a later message asks.
    """
    shown = next(paper_cards_now(session, [row], now), None)
    if shown is None or shown[2] or not (row.immediate or _asks_still(session, row, now)):
        return False
    row.body, row.showing = shown[1].model_dump(mode="json"), shown[1].mark
    return True


def _asks_still(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    prompts = _prompts(session, [row])[known(row.id)]
    of = papers_at(session, now, {where(prompt) for prompt in prompts})
    query = select(PaperPrompt).where(
        col(PaperPrompt.placing_id).in_(placing for placing, _ in of),
        ~col(PaperPrompt.step).startswith(REROUTED, autoescape=True),
        PaperPrompt.person_id == row.person_id,
        col(PaperPrompt.id) > max(known(prompt.id) for prompt in prompts),
    )
    later = {(where(prompt), prompt.stage == Stage.NOTICE) for prompt in session.exec(query)}
    return any(
        is_wanted(of[where(prompt)], prompt, now)
        and prompt.revision == of[where(prompt)].meeting.revision
        and (where(prompt), prompt.stage == Stage.NOTICE) not in later
        for prompt in prompts
    )


def _prompts(session: Session, rows: Sequence[OutgoingMessage]) -> dict[int, list[PaperPrompt]]:
    found: dict[int, list[PaperPrompt]] = defaultdict(list)
    ids = [row.id for row in rows]
    query = select(PaperPrompt).where(col(PaperPrompt.message_id).in_(ids)).order_by(col(PaperPrompt.id))
    for prompt in session.exec(query) if ids else ():
        found[prompt.message_id].append(prompt)
    return found
