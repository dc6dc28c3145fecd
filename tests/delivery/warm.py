"""Preloaded into the fork server: one look has been taken, so that no sender spends its life on first times.

The look is at a database in memory, which is closed before anything is forked.
"""

import tempfile
from datetime import datetime
from pathlib import Path

from remembrancer.models.database import create_tables, make_engine
from remembrancer.models.message import Message
from remembrancer.scheduler.outbox.transport import Sent
from remembrancer.scheduler.tick import tick
from tests.delivery.sender import PLATFORM
from tests.delivery.world import STAGES, load, organisation


class Nowhere:
    """A platform that takes everything and keeps nothing."""

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        return Sent(key)

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        return None

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        return sent


def warm_up() -> None:
    engine = make_engine("sqlite://")
    create_tables(engine)
    with tempfile.TemporaryDirectory() as folder:
        load(engine, organisation(Path(folder) / "organisation", leads=1))
    for stage in STAGES:
        tick(engine, {PLATFORM: Nowhere()}, stage.at)
    engine.dispose()


warm_up()
