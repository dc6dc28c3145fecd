"""A paper at the boards on its way: what is asked for each of them, and what was said for one before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from models import Meeting, PaperAnswer
from rules.facts import known
from rules.papers import Paper, Stage

Answers = Mapping[int, Mapping[str, PaperAnswer]]
"""The newest answers about a placing, by the meeting (id) for which they were given and by stage."""

IS_IN = frozenset({Stage.DRAFT, Stage.CLEARED, Stage.FINAL})


def with_way(paper: Paper, answers: Answers, ahead: Mapping[str, Mapping[Stage, int]]) -> Paper:
    """The paper with its legs, and with what was said for each board. `ahead` is when each board (key) asks."""
    own = known(paper.meeting.id)
    last = replace(paper, said=answers.get(own, {}), passed=passed_before(answers, [own]))
    legs = [(leg, leg.meeting) for leg in paper.way if leg.meeting is not None]
    ids = [*(known(meeting.id) for _, meeting in legs), own]
    return replace(
        last,
        legs=[
            replace(
                last,
                meeting=meeting,
                board=leg.board,
                deadlines=leg.deadlines,
                said=answers.get(ids[n], {}),
                asked_ahead=ahead[leg.board.key],
                way=(),
                onto=last,
                passed=passed_before(answers, ids[n:]),
            )
            for n, (leg, meeting) in enumerate(legs)
        ],
    )


def passed_before(answers: Answers, not_yet: Collection[int]) -> frozenset[Stage]:
    """What was said for other meetings than these and need not be said again: the draft is in, it is cleared.

    The final report is asked for at each board, because what the board before said has to be put in.
    """
    before = [each for meeting, said in answers.items() if meeting not in not_yet for each in said.values()]
    so = {Stage(each.stage) for each in before if each.is_so}
    return frozenset({*({Stage.DRAFT} if so & IS_IN else ()), *(so & {Stage.CLEARED})})


def may_go_to(meetings: Sequence[Meeting], answers: Answers, asked: Collection[int], now: datetime) -> list[Meeting]:
    """Those of a board's meetings to which a paper on its way may go. `asked` are those (ids) that were asked about.

    A board that had the final report when it met has heard it. Nothing that was asked about goes back to a meeting
    that is over, but to one of those.
    """
    heard = [m for m in meetings if m.starts_at <= now and _was_in(answers.get(known(m.id), {}))]
    if heard or not any(m.id in asked for m in meetings):
        return heard or list(meetings)
    return [m for m in meetings if m.starts_at > now or m.id in asked]


def _was_in(said: Mapping[str, PaperAnswer]) -> bool:
    return Stage.FINAL in said and said[Stage.FINAL].is_so


def with_legs(papers: Sequence[Paper], now: datetime) -> list[Paper]:
    """Each paper after its legs at meetings that are still to be held."""
    return [each for paper in papers for each in (*(leg for leg in paper.legs if leg.meeting.starts_at > now), paper)]
