"""The card that asks about papers: each item with its meeting, the stage wanted by when and why, and buttons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from remembrancer.models import Person, Prompt
from remembrancer.models.message import Button, Part
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.wording import phrase, render

ACTIONS = ("paper_yes", "paper_not_yet", "paper_move", "paper_withdraw")
NOTICE_ACTIONS = ("paper_notice", "paper_route", "paper_move")
PATHWAY_ACTIONS = ACTIONS[:2]
"""At an earlier board of the pathway; moving and withdrawing belong to the last board."""


@dataclass(frozen=True)
class PaperView:
    """A prompt with its paper.

    `lead`: the lead post's name. `again`: the person was asked before this reminder.
    """

    paper: Paper
    stage: Stage
    prompt: Prompt
    lead: str
    again: bool = False

    @property
    def deadline(self) -> Deadline | None:
        """The stage's deadline; None where the board's rules no longer have one."""
        return self.paper.deadline_of(self.stage)

    @property
    def revision(self) -> int:
        return self.paper.meeting.revision

    def is_final(self, now: datetime) -> bool:
        return self.paper.meeting.starts_at <= now

    def still_asks(self, now: datetime) -> bool:
        """Whether the stage is still to be answered."""
        return self.paper.is_placed and now < self.paper.meeting.starts_at and not self.paper.is_so(self.stage)

    def is_late(self, person: Person, now: datetime) -> bool:
        """Whether the stage's day is over in the person's time zone."""
        due = self.deadline
        return due is not None and due.counted.date < now.astimezone(ZoneInfo(person.time_zone)).date()


def head(person: Person, views: Sequence[PaperView], now: datetime) -> str:
    """The text above the papers of one audience."""
    wanted = [view for view in views if view.still_asks(now)]
    return render(
        "messages/papers_head.md",
        person=person,
        count=len(views),
        wanted=len(wanted),
        answered=all(view.paper.is_so(view.stage) for view in views),
        steps={view.prompt.step for view in wanted or views},
        late=sum(view.is_late(person, now) for view in wanted),
        to=views[0].prompt.to,
        again=all(view.again for view in views),
    )


def part(person: Person, view: PaperView, now: datetime) -> Part:
    """One paper with its meeting, the stage wanted by when and why, and the buttons that still work."""
    paper, stage, wanted = view.paper, view.stage, view.still_asks(now)
    text = render(
        "messages/paper.md",
        person=person,
        paper=paper,
        stage=stage,
        to=view.prompt.to,
        deadline=view.deadline,
        lead=view.lead,
        later=[(each, due) for each, due in paper.open_stages if each.key != stage.key and due.due_at > now],
        wanted=wanted,
        late=view.is_late(person, now),
    )
    return Part(
        text=text, buttons=tuple(paper_buttons(paper, stage) if wanted else take_back_button(paper, stage, now))
    )


def take_back_button(paper: Paper, stage: Stage, now: datetime) -> Iterator[Button]:
    """The button that takes the last answer back, until the meeting."""
    last = paper.stage_to_take_back(stage)
    if paper.is_placed and now < paper.meeting.starts_at and last is not None:
        about, label = f"{paper.item.title}, {paper.board.name}", phrase("buttons.paper_not_after_all")
        yield Button(action="paper_not_yet", value=button_value(paper, last), label=label, about=about)


def button_value(paper: Paper, stage: Stage) -> str:
    """The value of a paper's buttons: '17.draft', or '17.draft.23' (meeting 23) at an earlier board of the pathway."""
    return f"{paper.placing.id}.{stage.key}" + (f".{paper.meeting.id}" if paper.final_paper else "")


def paper_buttons(paper: Paper, stage: Stage) -> Iterator[Button]:
    """The buttons for a paper at a stage."""
    about, value = f"{paper.item.title}, {paper.board.name}", button_value(paper, stage)
    names = NOTICE_ACTIONS if stage.is_notice else PATHWAY_ACTIONS if paper.final_paper else ACTIONS
    for name in names:
        label = stage.button if name == "paper_yes" else phrase(f"buttons.{name}")
        style = "primary" if name in ("paper_yes", "paper_notice") else ""
        yield Button(action=name, value=value, label=label, about=about, style=style)
