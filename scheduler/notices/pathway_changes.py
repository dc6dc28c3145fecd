"""Telling whoever was asked about a paper for a board on its way that it goes to another of that board's meetings.

That is so where the last board's meeting moves, the board's own does, or one comes or goes in between. What somebody
was told last is in the newest prompt: this one's too, so that each change is told once, with the dates that they know.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from remembrancer.models import Meeting, MeetingState, OutgoingMessage, Prompt, SendState
from remembrancer.models.message import message
from remembrancer.models.outgoing import REROUTED
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.forward_plan.paper_prompts import stage_of
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.pathway import Leg
from remembrancer.services.outbox import tell
from remembrancer.wording import render

KIND = "rerouted"
NOWHERE = f"{REROUTED}nowhere_"
"""How the step begins where the board has no meeting in time any more; the prompt's meeting is the one before."""


@dataclass(frozen=True)
class Changed:
    """A deadline as it was and as it is now; one that there was or is no more is None."""

    name: str
    was: date | None
    now: date | None


def changed(was: Sequence[Deadline], now: Sequence[Deadline]) -> list[Changed]:
    """The deadlines that are not the same, or on another day."""
    before, then = ({each.key: each for each in found} for found in (was, now))
    found = [
        Changed(
            (then.get(key) or before[key]).name,
            before[key].counted.date if key in before else None,
            then[key].counted.date if key in then else None,
        )
        for key in dict.fromkeys([*before, *then])
    ]
    return [each for each in found if each.was != each.now]


@dataclass(frozen=True)
class _Other:
    """A paper whose leg is not at the meeting that the prompt, the newest to its person, says."""

    paper: Paper
    leg: Leg
    told: Prompt


def tell_of_other_ways(session: Session, facts: Facts, papers: Sequence[Paper], now: datetime) -> None:
    """One message to a person for all papers that go from one meeting to one other. `papers` are those to come."""
    groups: dict[tuple[int, int | None, str, int | None], list[_Other]] = defaultdict(list)
    for other in _others(session, papers):
        told = other.told
        gone = told.step.startswith(NOWHERE)
        groups[told.person_id, told.meeting_id, str(gone), _id(other.leg)].append(other)
    for group in groups.values():
        _tell(session, facts, group, now)


def _others(session: Session, papers: Sequence[Paper]) -> Iterator[_Other]:
    of = {known(paper.placing.id): paper for paper in papers if paper.way}
    for (placing_id, board_id), told in _told(session, list(of)).items():
        legs = [leg for leg in of[placing_id].way if leg.board.id == board_id]
        for prompt in told.values() if legs else ():
            at = None if prompt.step.startswith(NOWHERE) else prompt.meeting_id
            if at not in {_id(leg) for leg in legs}:
                yield _Other(of[placing_id], legs[0], prompt)


def _id(leg: Leg) -> int | None:
    return leg.meeting.id if leg.meeting else None


def _told(session: Session, placings: Sequence[int]) -> Mapping[tuple[int, int], Mapping[int, Prompt]]:
    """The newest prompt to each person (id) about a placing for a board (ids)."""
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
        found[known(prompt.placing_id), board_id][prompt.person_id] = prompt
    return found


def _tell(session: Session, facts: Facts, group: Sequence[_Other], now: datetime) -> None:
    leg, told = group[0].leg, group[0].told
    person, was = facts.people[told.person_id], session.get_one(Meeting, told.meeting_id)
    key = f"{KIND}-{told.id}-{_id(leg)}"
    text = render(
        "messages/rerouted.md",
        leg=leg,
        was=was,
        at=_start(was, told.revision),
        nowhere=told.step.startswith(NOWHERE),
        papers=[each.paper for each in group],
        changed=_dates(session, facts, leg, was, told, now),
        zone=person.time_zone,
    )
    end = max(each.paper.meeting.starts_at for each in group)
    not_before = facts.time.fit(now, person.time_zone, now, end)
    tell(
        session, person, message(text), key=key, kind=KIND, because=KIND, now=now, not_before=not_before, expires_at=end
    )
    row_id = session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == key)).one()
    session.add_all(_prompt(each, known(row_id)) for each in group)
    session.flush()


def _prompt(other: _Other, message_id: int) -> Prompt:
    """That it was told: the meeting, and by which of its revisions."""
    told, to = other.told, other.leg.meeting
    meeting_id = known(to.id) if to else known(told.meeting_id)
    return Prompt(
        subject_kind=told.subject_kind,
        subject_name=f"{told.placing_id}.{meeting_id}.{stage_of(told)}",
        placing_id=told.placing_id,
        meeting_id=meeting_id,
        step=f"{REROUTED if to else NOWHERE}{told.id}",
        person_id=told.person_id,
        revision=to.revision if to else told.revision,
        to=told.to,
        because=told.because,
        due_on=next((each.counted.date for each in other.leg.deadlines), told.due_on),
        message_id=message_id,
    )


def _start(was: Meeting, revision: int) -> datetime:
    """When the meeting was to begin as it stood in a revision."""
    moved = was.state == MeetingState.SCHEDULED and revision < was.revision
    return was.moved_from if moved and was.moved_from else was.starts_at


def _dates(session: Session, facts: Facts, leg: Leg, was: Meeting, told: Prompt, now: datetime) -> list[Changed]:
    """The dates of the meeting that they know, and those of the one to which the paper goes now."""
    spec = organisation(session)
    rules = rules_of(spec, next(each for each in spec.boards if each.key == leg.board.key))
    announced = spec.announced_until(local_day(now, facts.time.zone))
    before = deadlines(rules, _start(was, told.revision), facts.time, announced)
    return changed([] if told.step.startswith(NOWHERE) else before, leg.deadlines)
