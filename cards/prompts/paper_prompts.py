"""The card kind of prompts about papers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select

from remembrancer.cards.prompts.card_kind import CardKind
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.cards.prompts.paper_card import PaperView, head, part
from remembrancer.cards.prompts.state import Occasion
from remembrancer.models import ForwardPlanItem, OutgoingMessage, Person, Placing, Post, Prompt, SendState
from remembrancer.models.message import Button, MessageItem, Part
from remembrancer.models.outgoing import PAPERS, REROUTED
from remembrancer.queries.organisation import organisation
from remembrancer.queries.papers import papers_by_ids
from remembrancer.queries.stages import stages
from remembrancer.reports.forward_plan.paper_status import public_title, stage_step_in_words
from remembrancer.reports.message_items import of_paper
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.paper_prompts import paper_ids, paper_prompt, stage_key
from remembrancer.rules.forward_plan.papers import Paper, Step, secretary
from remembrancer.rules.people import recipients
from remembrancer.services.context import Context
from remembrancer.wording import moment


class PaperPrompts(CardKind[PaperView]):
    """Cards that ask about papers; they change with time, because a deadline passes."""

    def load(self, session: Session, prompts: Sequence[Prompt], now: datetime) -> Sequence[PaperView]:
        papers = papers_by_ids(session, now, {paper_ids(prompt) for prompt in prompts})
        posts = {stored_id(post.id): post.name for post in session.exec(select(Post))} if papers else {}
        first = _first_asked(session, prompts)
        return [
            PaperView(
                paper=paper,
                stage=stage,
                prompt=prompt,
                lead=posts[paper.item.lead_post_id] if paper.item.lead_post_id else "",
                again=_is_again(first, prompt),
            )
            for prompt in prompts
            if (paper := papers.get(paper_ids(prompt)))
            if (stage := paper.board_stages.by_key.get(stage_key(prompt.subject_name)))
        ]

    def parts(self, person: Person, views: Sequence[PaperView], now: datetime) -> Iterator[Part]:
        """What the person is asked, then what they are told as a secretary, each below its own head."""
        for _, group in groupby(sorted(views, key=_audience), key=_audience):
            of_audience = list(group)
            yield Part(text=head(person, of_audience, now))
            yield from (part(person, view, now) for view in of_audience)

    def track(self, session: Session, prompt: Prompt) -> str | None:
        if prompt.step.startswith(REROUTED):
            return None
        key = stage_key(prompt.subject_name)
        stage = stages(organisation(session)).by_key.get(key)
        placing, meeting = paper_ids(prompt)
        return f"{placing}.{meeting}.{stage.track if stage else key}"

    def message_kind(self, step: str) -> str:
        return PAPERS

    def step_name(self, subject_name: str, step: str) -> str:
        return f"{stage_key(subject_name)}_{step}"

    def step_in_words(self, session: Session, subject_name: str, step: str) -> str:
        name = self.step_name(subject_name, step)
        return stage_step_in_words(session, name) or name

    def items(self, session: Session, views: Sequence[PaperView], now: datetime) -> list[MessageItem]:
        ordered = sorted(views, key=lambda view: (view.paper.item.position, view.paper.ids))
        return [of_paper(session, view.paper, view.deadline.due_at if view.deadline else None) for view in ordered]

    def labels_of_buttons(self, session: Session, buttons: Sequence[Button]) -> list[str]:
        of_papers = (button.value.partition(".")[0] for button in buttons if button.action.startswith("paper_"))
        return _titles(session, {int(placing) for placing in of_papers if placing.isdecimal()})

    def occasions(self, session: Session, facts: Facts, prompts: Sequence[Prompt], now: datetime) -> Sequence[Occasion]:
        """One for each meeting and board whose plan has the papers; its secretary reads exempt items' titles."""
        groups: dict[tuple[int, int], dict[int, list[Paper]]] = defaultdict(lambda: defaultdict(list))
        for view in sorted(self.load(session, prompts, now), key=lambda view: view.paper.ids):
            paper = view.paper
            of_person = groups[stored_id(paper.meeting.id), stored_id(paper.plan_board.id)][view.prompt.person_id]
            of_person += [paper] if paper not in of_person else []
        return [_occasion(session, facts, unreachable, now) for unreachable in groups.values()]

    def wanted(self, context: Context) -> list[Prompt]:
        step, person_id = f"requested_{context.event}", stored_id(context.person.id)
        return [
            paper_prompt(paper, stage, step, person_id, because) for paper, stage, because in wanted_papers(context)
        ]


def _occasion(session: Session, facts: Facts, unreachable: Mapping[int, Sequence[Paper]], now: datetime) -> Occasion:
    """The occasion of one meeting, with the unreachable people's papers; only the secretary reads exempt titles."""
    paper = next(iter(unreachable.values()))[0]
    secretaries = secretary(facts, paper.plan_board, now)
    secretary_ids = {stored_id(who.id) for who, because in secretaries if because != recipients.Reason.NOBODY_ELSE}
    admin_ids = {stored_id(admin.id) for admin in recipients.admins(facts)} - secretary_ids
    full_titles = {person_id: [each.item.title for each in papers] for person_id, papers in unreachable.items()}
    open_titles = {person_id: [public_title(each.item) for each in papers] for person_id, papers in unreachable.items()}
    return Occasion(
        name=f"meeting-{paper.meeting.id}-r{paper.meeting.revision}",
        head=f"{paper.board.name}, {moment(paper.meeting.starts_at, facts.time.zone)}",
        expires_at=paper.meeting.starts_at,
        told=dict.fromkeys(secretary_ids, full_titles) | dict.fromkeys(admin_ids, open_titles),
        admins=admin_ids,
        items={person_id: [of_paper(session, each) for each in papers] for person_id, papers in unreachable.items()},
        of_papers=True,
    )


def _titles(session: Session, placing_ids: Collection[int]) -> list[str]:
    """The titles of the placed items, in the plan's order; exempt ones are masked."""
    query = select(ForwardPlanItem).join(Placing, col(Placing.plan_item_id) == ForwardPlanItem.id)
    items = {item.id: item for item in session.exec(query.where(col(Placing.id).in_(placing_ids)))}
    return [public_title(item) for item in sorted(items.values(), key=lambda item: (item.position, item.id))]


def _audience(view: PaperView) -> str:
    return view.prompt.to


Asking = tuple[str, int]
"""A stage of a paper, and who is asked (id)."""


def _first_asked(session: Session, prompts: Sequence[Prompt]) -> Mapping[Asking, int]:
    """The first sent prompt (id) for each stage and person, among the papers of these reminders."""
    placings = {prompt.placing_id for prompt in prompts if prompt.step == Step.REMIND}
    if not placings:
        return {}
    query = (
        select(Prompt)
        .join(OutgoingMessage, col(OutgoingMessage.id) == Prompt.message_id)
        .where(col(Prompt.placing_id).in_(placings))
        .where(col(OutgoingMessage.state).in_((SendState.SENT, SendState.SENDING)))
        .order_by(col(Prompt.id).desc())
    )
    return {(prompt.subject_name, prompt.person_id): stored_id(prompt.id) for prompt in session.exec(query)}


def _is_again(first: Mapping[Asking, int], prompt: Prompt) -> bool:
    """Whether the person was asked before this reminder; a prompt without an id is the newest."""
    if prompt.step != Step.REMIND:
        return True
    before = first.get((prompt.subject_name, prompt.person_id))
    return before is not None and (prompt.id is None or before < prompt.id)
