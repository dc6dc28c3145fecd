"""The kinds of subjects that people are prompted about, and how each is loaded.

A new kind is an entry in KINDS here, and one in `cards/prompts/kinds.py` that says what its cards show.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from sqlmodel import Session, col, select

from remembrancer.models import ForwardPlanItem, Prompt, Window
from remembrancer.queries.papers import papers_by_ids, papers_to_come
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan import paper_prompts
from remembrancer.rules.forward_plan.papers import with_earlier_papers
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts import chase
from remembrancer.rules.prompts.subjects import PromptSubject


class SubjectKind(Protocol):
    """One kind of subject that people are prompted about."""

    def is_used(self, session: Session) -> bool:
        """Tell whether the database holds a subject of the kind about which a prompt may fall due."""

    def subjects(self, session: Session, facts: Facts, now: datetime) -> Sequence[PromptSubject]:
        """Load all subjects of the kind about which a prompt may fall due."""

    def answerers(
        self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime
    ) -> Mapping[int, Sequence[int]]:
        """Return who (ids) is asked now about each stored prompt's (id) subject, without subjects that are over."""


class Returns:
    """Returns in windows that are open or closed but not locked, taken from the facts."""

    def is_used(self, session: Session) -> bool:
        return session.exec(select(Window.id).where(col(Window.state).in_(chase.RUNNING))).first() is not None

    def subjects(self, session: Session, facts: Facts, now: datetime) -> Sequence[PromptSubject]:
        return chase.return_subjects(facts)

    def answerers(
        self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime
    ) -> Mapping[int, Sequence[int]]:
        returns_by_id = {ret.id: ret for of_window in facts.returns.values() for ret in of_window}
        return {
            stored_id(prompt.id): [
                stored_id(who.id) for who, _ in recipients.lead(facts, returns_by_id[prompt.return_id], now)
            ]
            for prompt in prompts
            if prompt.return_id in returns_by_id
        }


class Papers:
    """Papers at future meetings: their own, and those of earlier pathway stages."""

    def is_used(self, session: Session) -> bool:
        return session.exec(select(ForwardPlanItem.id)).first() is not None

    def subjects(self, session: Session, facts: Facts, now: datetime) -> Sequence[PromptSubject]:
        if not self.is_used(session):
            return ()
        return paper_prompts.paper_subjects(with_earlier_papers(papers_to_come(session, now), now), facts)

    def answerers(
        self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime
    ) -> Mapping[int, Sequence[int]]:
        papers = papers_by_ids(session, now, {paper_prompts.paper_ids(prompt) for prompt in prompts})
        return {
            stored_id(prompt.id): paper_prompts.answerers(facts, paper, stage, now)
            for prompt in prompts
            if (paper := papers.get(paper_prompts.paper_ids(prompt)))
            if (stage := paper.board_stages.by_key.get(paper_prompts.stage_key(prompt.subject_name)))
        }


KINDS: dict[str, SubjectKind] = {chase.KIND: Returns(), paper_prompts.KIND: Papers()}


def is_anything_asked(session: Session) -> bool:
    """Tell whether any prompt may fall due."""
    return any(kind.is_used(session) for kind in KINDS.values())


def subjects(session: Session, facts: Facts, now: datetime) -> list[PromptSubject]:
    """Load all subjects that people may be prompted about, kind by kind."""
    return [subject for kind in KINDS.values() for subject in kind.subjects(session, facts, now)]


def answerers(session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime) -> dict[int, Sequence[int]]:
    """Return who (ids) is asked now about each stored prompt's (id) subject, without subjects that are over."""
    found: dict[int, Sequence[int]] = {}
    for kind, of_kind in by_kind(prompts).items():
        found |= KINDS[kind].answerers(session, facts, of_kind, now)
    return found


def by_kind(prompts: Sequence[Prompt]) -> dict[str, list[Prompt]]:
    """Group prompts by kind, with the kinds in the order in which a card shows them."""
    order = list(KINDS)
    ordered = sorted(prompts, key=lambda prompt: order.index(prompt.subject_kind))
    return {kind: list(group) for kind, group in groupby(ordered, key=lambda prompt: prompt.subject_kind)}


def prompts_of(session: Session, message_ids: Sequence[int]) -> list[Prompt]:
    """Return the stored prompts that these messages (ids) carry, in the order in which they were planned."""
    query = select(Prompt).where(col(Prompt.message_id).in_(message_ids)).order_by(col(Prompt.id))
    return list(session.exec(query)) if message_ids else []
