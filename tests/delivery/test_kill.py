"""Nothing is lost and nothing is sent twice, whenever a sender is killed: counted at the receiving end."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.delivery.judge import Verdict
from tests.delivery.kills import Campaign, Phase
from tests.delivery.running import receiver
from tests.delivery.story import Story

only_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
STRUCK = (Phase.STORING, Phase.BEFORE_SENDING, Phase.BETWEEN, Phase.AFTER)


def test_a_hundred_kills_lose_nothing_and_send_nothing_twice(engine: Engine, tmp_path: Path) -> None:
    with receiver(tmp_path) as running:
        campaign = Campaign(engine, running, seed=1)
        story = Story.begin(campaign, tmp_path, leads=160)
        story.play()
        print(campaign.phases)
        assert campaign.killed >= 100
        assert all(campaign.phases[phase] for phase in STRUCK)
        assert story.verdict() == Verdict()
