"""A whole quarter in Slack with every fault there is, at random: nothing is lost, and nothing is done twice."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models import HeardState, IncomingEvent, OutgoingMessage, SendState
from tests.slack.quarter import Quarter, quarter
from tests.slack.quarter_judge import Judge
from tests.slack.quarter_people import People
from tests.slack.struck import Struck

pytestmark = pytest.mark.storm

SEEDS = 50
LOCKS = "2019-09-20"
ACTIVE = 8  # of the moments are those at which people do something


def live_through(story: Quarter) -> People:
    """From moment to moment, while people do what they do, and the service is stopped once, and killed once."""
    people = People(story)
    story.match()
    moments = story.moments()
    last = sum(moment.date().isoformat() < LOCKS for moment in moments)
    stops, dies = story.dice.sample(range(2, last), 2)
    plans = people.plans(sorted(story.dice.sample(range(last), ACTIVE)))
    for number, moment in enumerate(moments):
        if number == dies:
            story.process.life.end(story.dice.randrange(1, 40))
        story.move_to(moment)
        people.confirm()
        doing = [plan for plan in plans if plan[0] == number]
        for _, who, kind in doing:
            people.does(who, kind)
        if doing:
            story.look()
            story.deliver_again()
        if number == stops:
            story.restart()
        if number == dies:
            story.process.life.end(0)
            story.revive()
    return people


def calm_down(story: Quarter, people: People) -> None:
    """No more faults; all that is left is done, until a look finds nothing more to say to Slack."""
    story.slack.do(story.slack.faults.rates.clear)
    for _ in range(40):
        said = len(story.slack.calls)
        story.deliver_again()
        people.confirm()
        story.clock.sleep(120)
        story.move_to(max([story.clock.now(), *left(story)[:1]]))
        story.rest()
        if not left(story) and len(story.slack.calls) == said:
            return
    raise AssertionError("there is always something left to do")


def left(story: Quarter) -> list[datetime]:
    """When what is not sent or not handled yet has its time, the earliest first."""
    unsent = col(OutgoingMessage.state).in_((SendState.PENDING, SendState.SENDING))
    with Session(story.engine) as session:
        due = session.exec(select(OutgoingMessage.not_before).where(unsent)).all()
        heard = session.exec(select(IncomingEvent.received_at).where(IncomingEvent.state == HeardState.WAITING)).all()
    return sorted([*due, *heard])


@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"seed{seed}") for seed in range(SEEDS)])
def test_in_a_quarter_full_of_faults_nothing_is_lost_and_nothing_is_done_twice(
    seed: int, tmp_path: Path, struck: Struck
) -> None:
    with quarter(seed, tmp_path) as story:
        try:
            people = live_through(story)
            calm_down(story, people)
            problems = Judge(story, people).problems()
        finally:
            struck(seed, story.slack.faults.counts)
    assert not problems, f"seed {seed}: " + "\n".join(problems)
