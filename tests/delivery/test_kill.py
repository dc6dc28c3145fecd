"""Nothing is lost and nothing is sent twice, whenever a sender is killed: counted at the receiving end."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.delivery.http_transport import Find
from tests.delivery.judge import Verdict
from tests.delivery.kills import Campaign, Phase
from tests.delivery.running import Running, receiver
from tests.delivery.story import Story
from tests.delivery.world import STAGES

LEADS = 95
FEW = 40
UNTIL_CLOSE = STAGES[:5]
sqlite_only = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with receiver(tmp_path) as started:
        yield started


def report(campaign: Campaign) -> None:
    """For whoever runs it with -rP: where the kills struck."""
    struck = ", ".join(f"{kills} {phase}" for phase, kills in campaign.phases.items())
    print(f"{len(campaign.receiver.posts())} posts; {campaign.killed} kills: {struck}")


def assert_struck(campaign: Campaign, *phases: Phase) -> None:
    """The kills fell where it matters. While storing is so short that chance may miss it; the report says."""
    struck = {phase for phase, kills in campaign.phases.items() if kills}
    assert struck >= set(phases), campaign.phases


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)], indirect=True)
def test_a_hundred_kills_lose_nothing_and_send_nothing_twice(engine: Engine, running: Running, tmp_path: Path) -> None:
    campaign = Campaign(engine, running, seed=1)
    story = Story.begin(campaign, tmp_path, LEADS)
    story.play(STAGES if engine.dialect.name == "sqlite" else UNTIL_CLOSE)
    report(campaign)
    assert story.verdict() == Verdict()
    assert campaign.killed >= 100
    assert_struck(campaign, Phase.BEFORE_SENDING, Phase.BETWEEN, Phase.AFTER)


@postgresql_only
def test_two_senders_at_once_lose_nothing_and_send_nothing_twice(
    engine: Engine, running: Running, tmp_path: Path
) -> None:
    campaign = Campaign(engine, running, seed=2, several=2, lease=timedelta(seconds=20))
    story = Story.begin(campaign, tmp_path, LEADS)
    story.play(
        [
            replace(stage, kills=2 * stage.kills // 3)
            for stage in STAGES
            if stage.step in ("opening", "half_way", "close")
        ]
    )
    report(campaign)
    assert story.verdict() == Verdict()
    assert campaign.killed >= 36
    assert_struck(campaign, Phase.BETWEEN, Phase.AFTER)


def opening_under_kills(campaign: Campaign, folder: Path) -> Story:
    """Kill until three messages were posted and not recorded, then work to the end."""
    story = Story.begin(campaign, folder, FEW)
    story.play([replace(STAGES[0], kills=0)], lambda: campaign.strike_until(Phase.BETWEEN, 3))
    report(campaign)
    return story


@sqlite_only
def test_where_find_says_absent_of_what_arrived_the_same_judgement_finds_repeats(
    engine: Engine, running: Running, tmp_path: Path
) -> None:
    verdict = opening_under_kills(Campaign(engine, running, seed=3, find=Find.DISABLED), tmp_path).verdict()
    assert len(verdict.twice) > 0
    assert verdict == Verdict(twice=verdict.twice), "nothing is lost even so"


@sqlite_only
def test_where_nobody_can_know_a_repeat_says_that_it_may_be_one(
    engine: Engine, running: Running, tmp_path: Path
) -> None:
    verdict = opening_under_kills(Campaign(engine, running, seed=4, find=Find.CANNOT_KNOW), tmp_path).verdict()
    assert len(verdict.twice) > 0
    assert verdict == Verdict(twice=verdict.twice), "nothing is lost even so"
    said = defaultdict(list)
    for post in running.posts():
        said[post.key].append(post.perhaps_again)
    assert all(all(said[key][1:]) for key in verdict.twice)
