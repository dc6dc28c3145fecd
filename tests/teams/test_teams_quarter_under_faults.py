"""A whole quarter in Teams with every fault there is, at random: nothing is lost, and what may be a repeat says so."""

from pathlib import Path

import pytest

from tests.storm.living import calm_down, live_through
from tests.storm.struck import Struck
from tests.teams.quarter import quarter
from tests.teams.quarter_judge import TeamsJudge
from tests.teams.quarter_people import TeamsPeople

ALWAYS = (2, 4)
SEEDS = 20


def live(seed: int, place: Path, struck: Struck) -> None:
    with quarter(seed, place) as story:
        people = TeamsPeople(story)
        try:
            live_through(story, people)
            calm_down(story, people)
            problems = TeamsJudge(story, people).problems()
        finally:
            struck(seed, story.counts)
    assert not problems, f"seed {seed}: " + "\n".join(problems)


@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"seed{seed}") for seed in ALWAYS])
def test_in_a_quarter_full_of_faults_nothing_is_lost_and_only_what_nobody_can_know_is_said_twice(
    seed: int, tmp_path: Path, struck: Struck
) -> None:
    live(seed, tmp_path, struck)


@pytest.mark.storm
@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"seed{seed}") for seed in range(SEEDS) if seed not in ALWAYS])
def test_so_it_is_in_many_such_quarters(seed: int, tmp_path: Path, struck: Struck) -> None:
    live(seed, tmp_path, struck)
