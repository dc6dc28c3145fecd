"""How much memory it takes that 10,000 prompts are queued, and that they are sent."""

import multiprocessing
import resource
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.models.database import make_engine
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, deliver_due
from remembrancer.scheduler.recorded_answers import link_everyone
from remembrancer.scheduler.simulate import RecordingTransport
from tests.bench.council import OPENS, database, settle
from tests.bench.sending import plan

LEADS = 10_000
LONG = timedelta(seconds=20)
MEGABYTE = 1024


def measure() -> None:
    """Under 50 MB is wanted. It is another process that writes the prompts down, as with a service that starts anew."""
    with TemporaryDirectory() as folder, database("sqlite", Path(folder)) as engine:
        fresh = multiprocessing.get_context("spawn")
        for work in (_queue, _send):
            process = fresh.Process(target=work, args=(str(engine.url), folder))
            process.start()
            process.join()


def _queue(url: str, folder: str) -> None:
    engine = make_engine(url)
    settle(engine, Path(folder), LEADS)
    with Session(engine) as session:
        link_everyone(session, PLATFORM)
        session.commit()
    print(f"{'prompts queued':45} {plan(engine):6}")


def _send(url: str, _folder: str) -> None:
    """The process has sent a few, and knows how, before it is measured."""
    engine, taken = make_engine(url), {PLATFORM: RecordingTransport()}
    deliver_due(engine, taken, recheck, OPENS, DeliveryOptions(at_most=timedelta(seconds=1)))
    before = _peak()
    sent = deliver_due(engine, taken, recheck, OPENS, DeliveryOptions(at_most=LONG))
    print(f"{f'memory, {sent} of them sent':45} {(_peak() - before) / MEGABYTE:6.0f} MB more")


def _peak() -> int:
    """KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
