"""The card that asks about papers: each item with its meeting, what is wanted by when and why, and the buttons."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from remembrancer.models import PaperPrompt, Person, Post
from remembrancer.models.message import Button, Message, Part
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.forward_plan.papers import Paper, Stage
from remembrancer.wording import render, say

WAYS = ("paper_yes", "paper_not_yet", "paper_move", "paper_withdraw")
OF_NOTICE = ("paper_notice", "paper_route", "paper_move")
ON_THE_WAY = WAYS[:2]
"""Moving and withdrawing belong to the last board's meeting."""
Asked = tuple[Paper, PaperPrompt]
"""A paper with the prompt that speaks of it."""


def paper_card(
    person: Person, asked: Sequence[Asked], posts: Mapping[int, Post], now: datetime, again: bool
) -> Message:
    """The whole card as it should be now. `again` says that what it reminds of was asked before."""
    wanted = [each for each in asked if is_wanted(*each, now)]
    head = render(
        "messages/papers_head.md",
        person=person,
        count=len(asked),
        wanted=len(wanted),
        answered=all(paper.is_so(Stage(prompt.stage)) for paper, prompt in asked),
        steps={prompt.step for _, prompt in wanted or asked},
        late=sum(_is_late(person, paper, Stage(prompt.stage), now) for paper, prompt in wanted),
        to=asked[0][1].to,
        again=again,
    )
    return Message(parts=(Part(text=head), *(_part(person, *each, posts, now) for each in asked)))


def is_wanted(paper: Paper, prompt: PaperPrompt, now: datetime) -> bool:
    """Whether what the prompt asks is still to be answered."""
    return paper.on and now < paper.meeting.starts_at and not paper.is_so(Stage(prompt.stage))


def _due(paper: Paper, stage: Stage) -> Deadline | None:
    return next((deadline for each, deadline in paper.stages if each == stage), None)


def _is_late(person: Person, paper: Paper, stage: Stage, now: datetime) -> bool:
    """Whether the stage's day is over by the person's own calendar."""
    due = _due(paper, stage)
    return due is not None and due.counted.date < now.astimezone(ZoneInfo(person.time_zone)).date()


def _part(person: Person, paper: Paper, prompt: PaperPrompt, posts: Mapping[int, Post], now: datetime) -> Part:
    stage = Stage(prompt.stage)
    wanted = is_wanted(paper, prompt, now)
    text = render(
        "messages/paper.md",
        person=person,
        paper=paper,
        stage=stage,
        to=prompt.to,
        deadline=_due(paper, stage),
        lead=posts[paper.item.lead_post_id].name if paper.item.lead_post_id else "",
        later=[(each, due) for each, due in paper.open_stages if each != stage and due.due_at > now],
        wanted=wanted,
        late=_is_late(person, paper, stage, now),
    )
    return Part(text=text, buttons=tuple(paper_buttons(paper, stage) if wanted else way_back(paper, stage, now)))


def way_back(paper: Paper, stage: Stage, now: datetime) -> Iterator[Button]:
    """What was said can be taken back until the meeting."""
    if paper.on and now < paper.meeting.starts_at and paper.last_so is not None and stage != Stage.NOTICE:
        about, label = f"{paper.item.title}, {paper.board.name}", say("buttons.paper_not_after_all")
        yield Button(action="paper_not_yet", value=named(paper, paper.last_so), label=label, about=about)


def named(paper: Paper, stage: Stage) -> str:
    """As buttons name a paper and a stage: '17.draft'; for a meeting on the way with that, '17.draft.23'."""
    return f"{paper.placing.id}.{stage}" + (f".{paper.meeting.id}" if paper.onto else "")


def paper_buttons(paper: Paper, stage: Stage) -> Iterator[Button]:
    """What can be said of a paper at a stage."""
    about, value = f"{paper.item.title}, {paper.board.name}", named(paper, stage)
    names = OF_NOTICE if stage == Stage.NOTICE else ON_THE_WAY if paper.onto else WAYS
    for name in names:
        label = say(f"papers.yes_{stage}") if name == "paper_yes" else say(f"buttons.{name}")
        style = "primary" if name in ("paper_yes", "paper_notice") else ""
        yield Button(action=name, value=value, label=label, about=about, style=style)
