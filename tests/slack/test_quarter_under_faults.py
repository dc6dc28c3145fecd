"""A whole quarter in Slack with every fault there is, at random: nothing is lost, and nothing is done twice."""

from pathlib import Path

import pytest

from tests.slack.quarter import quarter
from tests.slack.quarter_judge import SlackJudge
from tests.slack.quarter_people import SlackPeople
from tests.storm.living import calm_down, live_through
from tests.storm.struck import Struck

pytestmark = pytest.mark.storm

SEEDS = 50


@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"seed{seed}") for seed in range(SEEDS)])
def test_in_a_quarter_full_of_faults_nothing_is_lost_and_nothing_is_done_twice(
    seed: int, tmp_path: Path, struck: Struck
) -> None:
    with quarter(seed, tmp_path) as story:
        people = SlackPeople(story)
        try:
            live_through(story, people)
            calm_down(story, people)
            problems = SlackJudge(story, people).problems()
        finally:
            struck(seed, story.counts)
    assert not problems, f"seed {seed}: " + "\n".join(problems)
