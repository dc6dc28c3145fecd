"""What will be said about papers and meetings, by the rules that the looks go by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, OutgoingMessage, PaperPrompt
from remembrancer.models.outgoing import KIND
from remembrancer.queries.papers import papers_at, papers_to_come, prompt_key, prompted
from remembrancer.reports.forward_plan.paper_status import open_title
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.meeting_notices import SecretaryNote, is_due
from remembrancer.rules.forward_plan.papers import DuePaper, Paper, Step, secretary, with_legs
from remembrancer.rules.forward_plan.papers_coming import coming
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.scheduler.notices.meeting_notices import notes_to_come, said_notes
from remembrancer.scheduler.preview.types import OfMeetings, Planned
from remembrancer.scheduler.prompts.paper_cards import where
from remembrancer.scheduler.prompts.papers import by_message, place_items_in
from remembrancer.services.sending import released_papers
from remembrancer.wording import say


def planned_papers(session: Session, facts: Facts, now: datetime, end: datetime) -> Iterator[Planned]:
    """Prompts about papers, packs, reminders to publish and alarms, as one look after the other would make them."""
    if session.exec(select(ForwardPlanItem.id)).first() is None:
        return
    place_items_in(session, now)
    facts, found = replace(facts, paused=False), papers_to_come(session, now)
    yield from _prompts(session, facts, with_legs(found, now), now, end)
    yield from _notes(session, facts, found, now, end)


def _prompts(session: Session, facts: Facts, found: Sequence[Paper], now: datetime, end: datetime) -> Iterator[Planned]:
    freed = {prompt_key(p) for p, _ in released_papers(session, facts) if p.step in set(Step)}
    for moment, due in coming(facts, found, prompted(session, found) - freed, now, end):
        for group in by_message(due):
            person = facts.people[group[0].person_id]
            yield Planned(
                at=moment,
                to=person.email,
                name=person.name,
                kind=KIND,
                about=_of(((each.paper.board, each.paper.meeting) for each in group), facts),
                items=_titles(each.paper.item for each in group),
                because=_why(group),
                withheld=is_outside(facts.pilot, person.id),
            )


def _why(group: Sequence[DuePaper]) -> str:
    rules = [say(f"steps.{each.stage}_{each.step}") for each in group]
    return "; ".join(dict.fromkeys([*rules, *(say(f"because.{each.because}") for each in group)]))


def _notes(session: Session, facts: Facts, found: Sequence[Paper], now: datetime, end: datetime) -> Iterator[Planned]:
    said = said_notes(session)
    for note in notes_to_come(session, facts, found, now):
        moment = max(note.since, now)
        if moment <= end and is_due(note, said, moment, facts.time.zone):
            yield from _to_secretary(facts, note, moment)


def _to_secretary(facts: Facts, note: SecretaryNote, moment: datetime) -> Iterator[Planned]:
    for person, because in secretary(facts, note.board, moment):
        yield Planned(
            at=facts.time.fit(moment, person.time_zone, moment, note.meeting.starts_at),
            to=person.email,
            name=person.name,
            kind=note.kind,
            about=_of([(note.board, note.meeting)], facts),
            items=_titles([note.paper.item] if note.paper else []),
            because=f"{say(f'pages.because_{note.kind}')}; {say(f'because.{because}')}",
            withheld=is_outside(facts.pilot, person.id),
        )


def _of(meetings: Iterable[tuple[Board, Meeting]], facts: Facts) -> OfMeetings:
    days = ((board.key, local_day(meeting.starts_at, facts.time.zone)) for board, meeting in meetings)
    return OfMeetings(tuple(dict.fromkeys(days)))


def _titles(items: Iterable[ForwardPlanItem]) -> tuple[str, ...]:
    return tuple(open_title(item) for item in {item.id: item for item in items}.values())


def asked_by(session: Session, row: OutgoingMessage, facts: Facts, now: datetime) -> tuple[OfMeetings, tuple[str, ...]]:
    """The meetings and the papers that a message in the outbox asks about."""
    prompts = session.exec(select(PaperPrompt).where(PaperPrompt.message_id == row.id).order_by(col(PaperPrompt.id)))
    found = papers_at(session, now, [where(prompt) for prompt in prompts]).values()
    return _of(((paper.board, paper.meeting) for paper in found), facts), _titles(paper.item for paper in found)
