"""Posted cards about papers, as they should be."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from acts.papers import papers
from bot.message import Message
from bot.paper_cards import Asked, paper_card
from models import OutgoingMessage, PaperPrompt, Person, Placing, Post
from rules.facts import known

KIND = "papers"


def paper_cards_now(
    session: Session, rows: Sequence[OutgoingMessage], now: datetime
) -> Iterator[tuple[OutgoingMessage, Message, bool]]:
    """Each card as it should be; over once every meeting that it speaks of is."""
    prompts = _prompts(session, rows)
    ids = {prompt.placing_id for of_row in prompts.values() for prompt in of_row}
    found = {known(each.placing.id): each for each in papers(session, now, col(Placing.id).in_(ids))} if ids else {}
    posts = {known(post.id): post for post in session.exec(select(Post))} if ids else {}
    for row in rows:
        asked: list[Asked] = [(found[p.placing_id], p) for p in prompts.get(known(row.id), ())]
        if asked:
            person = session.get_one(Person, row.person_id)
            over = all(paper.meeting.starts_at <= now for paper, _ in asked)
            yield row, paper_card(person, asked, posts, now), over


def _prompts(session: Session, rows: Sequence[OutgoingMessage]) -> dict[int, list[PaperPrompt]]:
    found: dict[int, list[PaperPrompt]] = defaultdict(list)
    ids = [row.id for row in rows]
    query = select(PaperPrompt).where(col(PaperPrompt.message_id).in_(ids)).order_by(col(PaperPrompt.id))
    for prompt in session.exec(query) if ids else ():
        found[prompt.message_id].append(prompt)
    return found
