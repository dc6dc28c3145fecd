"""Papers as subjects of prompts: who is asked at which step of which stage, and when."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from remembrancer.models import Prompt
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import DAY, WorkingTime
from remembrancer.rules.facts import Facts, SubjectKey, stored_id
from remembrancer.rules.forward_plan.papers import Paper, PaperIds, Step, asked, steps
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.rules.people.recipients import Asked
from remembrancer.rules.prompts.subjects import DuePrompt, PromptSubject

KIND = "paper"
Recipients = dict[tuple[datetime, str, int | None, int | None], list[Asked]]
"""A cache of who is asked, by moment, audience, plan's board and lead post (ids)."""


def paper_key(paper: Paper, stage: Stage) -> SubjectKey:
    """Return the subject key of a stage of a paper, such as '17.23.draft' for placing 17 and meeting 23."""
    placing, meeting = paper.ids
    return SubjectKey(KIND, f"{placing}.{meeting}.{stage.key}")


def paper_ids(prompt: Prompt) -> PaperIds:
    """Return the placing and the meeting (ids) of a stored prompt about a paper."""
    return prompt.placing_id or 0, prompt.meeting_id or 0


def stage_key(subject_name: str) -> str:
    """Return the key of the stage that a prompt about a paper is about."""
    return subject_name.rpartition(".")[2]


def paper_prompt(paper: Paper, stage: Stage, step: str, person_id: int, because: str) -> Prompt:
    """Build the row of a prompt about a stage of a paper; `message_id` is set once the message is stored."""
    subject, (placing_id, meeting_id) = paper_key(paper, stage), paper.ids
    return Prompt(
        subject_kind=subject.kind,
        subject_name=subject.name,
        placing_id=placing_id,
        meeting_id=meeting_id,
        step=step,
        person_id=person_id,
        revision=paper.meeting.revision,
        to=stage.to,
        because=because,
        due_on=due.counted.date if (due := paper.deadline_of(stage)) else None,
        message_id=0,
    )


def answerers(facts: Facts, paper: Paper, stage: Stage, now: datetime) -> list[int]:
    """Return who (ids) is asked to answer for a stage of a paper."""
    return [stored_id(person.id) for person, _ in asked(facts, paper, stage.to, now)]


def paper_subjects(papers: Iterable[Paper], facts: Facts) -> "list[PaperSubject]":
    """Return a subject for each paper; the subjects share a cache of recipients."""
    shared: Recipients = {}
    return [PaperSubject(paper, facts, shared) for paper in papers]


def final_papers(subjects: Iterable[PromptSubject]) -> list[Paper]:
    """Return the papers among all subjects, each at its own meeting, without those at earlier pathway stages."""
    papers = (subject.paper for subject in subjects if isinstance(subject, PaperSubject))
    return [paper for paper in papers if paper.final_paper is None]


@dataclass(frozen=True)
class PaperSubject:
    """One paper at one meeting; `shared` caches the recipients for all papers of a plan and a lead post."""

    paper: Paper
    facts: Facts
    shared: Recipients = field(default_factory=dict)

    def is_open(self, now: datetime) -> bool:
        """Tell whether the first of its steps may have fallen due; every prompt expires when the meeting begins."""
        first = min(self._days, default=None)
        return first is not None and first <= now.date() + DAY

    def fallen_due(self, facts: Facts, now: datetime) -> Iterator[DuePrompt]:
        """Yield the steps of open stages that have fallen due, for each recipient."""
        still_open = self.paper.open_stages
        tomorrow = now.date() + DAY  # the latest date in any time zone, so later days need no check
        for stage, deadline in still_open:
            waits = any(each.key == stage.after for each, _ in still_open)
            for step, to, day in steps(facts, stage, deadline):
                if day > tomorrow or (step != Step.LATE and waits):
                    continue
                for person, because in self._recipients(facts, to, now):
                    moment = facts.time_of(person).start_of(day)
                    if moment <= now:
                        yield self._prompt(facts, stage, deadline, step, to, (person, because), moment, now)

    def _prompt(
        self,
        facts: Facts,
        stage: Stage,
        deadline: Deadline,
        step: Step,
        to: str,
        recipient: Asked,
        moment: datetime,
        now: datetime,
    ) -> DuePrompt:
        person, because = recipient
        placing_id, meeting_id = self.paper.ids
        return DuePrompt(
            subject=paper_key(self.paper, stage),
            track=stage.track,
            step=step,
            to=to,
            person_id=stored_id(person.id),
            revision=self.paper.meeting.revision,
            wanted_at=moment,
            due_at=moment,
            expires_at=self.paper.meeting.starts_at,
            because=because,
            answerers=[stored_id(who.id) for who, _ in self._recipients(facts, stage.to, now)],
            rows={"placing_id": placing_id, "meeting_id": meeting_id},
            due_on=deadline.counted.date,
        )

    def _recipients(self, facts: Facts, to: str, now: datetime) -> list[Asked]:
        key = (now, to, self.paper.plan_board.id, self.paper.item.lead_post_id)
        if key not in self.shared:
            self.shared[key] = asked(facts, self.paper, to, now)
        return self.shared[key]

    @cached_property
    def _days(self) -> Set[date]:
        found = self.paper.stages
        return {day for stage, due in found for _, _, day in steps(self.facts, stage, due)}

    def moments(self, facts: Facts, times: Set[WorkingTime]) -> Iterator[datetime]:
        """Yield the start of everybody's hours on the day of each step, and on days off just before the meeting."""
        for own in times:
            yield from (own.start_of(day) for day in self._days)
            yield from own.hours_that_cannot_wait(self.paper.meeting.starts_at)
