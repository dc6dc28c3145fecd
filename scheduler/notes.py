"""What people are told beside what they are asked: each note is written once, by its message's key."""

from datetime import datetime

from sqlalchemy import Engine

from scheduler.corrections import correct
from scheduler.drafts import mention_held
from scheduler.reviews import mention_reviews


def write_notes(engine: Engine, now: datetime) -> None:
    """Corrections of dates, digests that are held past their time, suspensions to be looked at again."""
    correct(engine, now)
    mention_held(engine, now)
    mention_reviews(engine, now)
