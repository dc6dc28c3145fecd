"""Corrections to people who were asked about a paper at an earlier pathway stage: it now goes to another meeting there.

This happens where the last board's meeting or the stage's own moves, or a meeting is added or cancelled in between.
The newest prompt to a person holds what they were last told. Each notice stores a prompt too, so it is sent once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from remembrancer.models import Meeting, MeetingState, OutgoingMessage, Prompt, SendState
from remembrancer.models.outgoing import REROUTED
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.organisation import organisation
from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.reports.message_items import of_meeting
from remembrancer.rules.calendar.deadlines import deadlines
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.forward_plan.paper_prompts import final_papers, stage_key
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.pathway import PathwayStop
from remembrancer.rules.prompts.subjects import PromptSubject
from remembrancer.scheduler.notices.correction import Changed, Correction, changed
from remembrancer.wording import render

KIND = "rerouted"
NOWHERE = f"{REROUTED}nowhere_"
"""The prefix of the step where the board has no meeting in time any more; the prompt names the former meeting."""


@dataclass(frozen=True)
class _ChangedStop:
    """A pathway stop of a paper that is not at the meeting of `last_prompt`, the newest prompt to a person."""

    paper: Paper
    stop: PathwayStop
    last_prompt: Prompt


def pathway_corrections(
    session: Session, facts: Facts, subjects: Sequence[PromptSubject], now: datetime
) -> Iterator[Correction]:
    """Yield one correction for each person and all papers that move from one meeting to another."""
    groups: dict[tuple[int, int | None, str, int | None], list[_ChangedStop]] = defaultdict(list)
    for other in _changed_stops(session, final_papers(subjects)):
        last_prompt = other.last_prompt
        gone = last_prompt.step.startswith(NOWHERE)
        groups[last_prompt.person_id, last_prompt.meeting_id, str(gone), _meeting_id(other.stop)].append(other)
    for group in groups.values():
        yield _correction(session, facts, group, now)


def _changed_stops(session: Session, papers: Sequence[Paper]) -> Iterator[_ChangedStop]:
    by_placing = {stored_id(paper.placing.id): paper for paper in papers if paper.pathway}
    for (placing_id, board_id), prompts in _newest_prompts(session, list(by_placing)).items():
        stops = [stop for stop in by_placing[placing_id].pathway if stop.board.id == board_id]
        for prompt in prompts.values() if stops else ():
            at = None if prompt.step.startswith(NOWHERE) else prompt.meeting_id
            if at not in {_meeting_id(stop) for stop in stops}:
                yield _ChangedStop(by_placing[placing_id], stops[0], prompt)


def _meeting_id(stop: PathwayStop) -> int | None:
    return stop.meeting.id if stop.meeting else None


def _newest_prompts(session: Session, placings: Sequence[int]) -> Mapping[tuple[int, int], Mapping[int, Prompt]]:
    """Return the newest prompt to each person (id), by placing and board (ids)."""
    query = (
        select(Prompt, Meeting.board_id)
        .join(Meeting, col(Meeting.id) == Prompt.meeting_id)
        .join(OutgoingMessage, col(OutgoingMessage.id) == Prompt.message_id)
        .where(
            col(Prompt.placing_id).in_(placings),
            or_(
                col(OutgoingMessage.state).in_((SendState.SENT, SendState.SENDING)),
                col(Prompt.step).startswith(REROUTED, autoescape=True),
            ),
        )
    )
    found: dict[tuple[int, int], dict[int, Prompt]] = defaultdict(dict)
    for prompt, board_id in session.exec(query.order_by(col(Prompt.id))) if placings else ():
        found[stored_id(prompt.placing_id), board_id][prompt.person_id] = prompt
    return found


def _correction(session: Session, facts: Facts, group: Sequence[_ChangedStop], now: datetime) -> Correction:
    stop, last_prompt = group[0].stop, group[0].last_prompt
    person, was = facts.people[last_prompt.person_id], session.get_one(Meeting, last_prompt.meeting_id)
    text = render(
        "messages/rerouted.md",
        stop=stop,
        was=was,
        at=_start_in_revision(was, last_prompt.revision),
        nowhere=last_prompt.step.startswith(NOWHERE),
        papers=[each.paper for each in group],
        changed=_changed_dates(session, facts, stop, was, last_prompt, now),
        zone=person.time_zone,
    )
    end = max(each.paper.meeting.starts_at for each in group)
    return Correction(
        to=person,
        key=f"{KIND}-{last_prompt.id}-{_meeting_id(stop)}",
        kind=KIND,
        text=text,
        not_before=facts.time_of(person).fit(now, now, end),
        expires_at=end,
        prompts=[_prompt(each) for each in group],
        items=[
            of_meeting(session, stop.board, stop.meeting or was, ref=public_title(each.paper.item)) for each in group
        ],
    )


def _prompt(other: _ChangedStop) -> Prompt:
    """Build the prompt that records what the person is now told: the meeting and its revision."""
    last_prompt, to = other.last_prompt, other.stop.meeting
    meeting_id = stored_id(to.id) if to else stored_id(last_prompt.meeting_id)
    return Prompt(
        subject_kind=last_prompt.subject_kind,
        subject_name=f"{last_prompt.placing_id}.{meeting_id}.{stage_key(last_prompt.subject_name)}",
        placing_id=last_prompt.placing_id,
        meeting_id=meeting_id,
        step=f"{REROUTED if to else NOWHERE}{last_prompt.id}",
        person_id=last_prompt.person_id,
        revision=to.revision if to else last_prompt.revision,
        to=last_prompt.to,
        because=last_prompt.because,
        due_on=next((each.counted.date for each in other.stop.deadlines), last_prompt.due_on),
        message_id=0,
    )


def _start_in_revision(was: Meeting, revision: int) -> datetime:
    """Return the start of the meeting as it was in a revision."""
    moved = was.state == MeetingState.SCHEDULED and revision < was.revision
    return was.moved_from if moved and was.moved_from else was.starts_at


def _changed_dates(
    session: Session, facts: Facts, stop: PathwayStop, was: Meeting, last_prompt: Prompt, now: datetime
) -> list[Changed]:
    """Return the deadlines that differ between the meeting that the person knows and the new one."""
    spec = organisation(session)
    rules = rules_of(spec, next(each for each in spec.boards if each.key == stop.board.key))
    announced = spec.announced_until(local_day(now, facts.time.zone))
    before = deadlines(rules, _start_in_revision(was, last_prompt.revision), facts.time, announced)
    return changed([] if last_prompt.step.startswith(NOWHERE) else before, stop.deadlines)
