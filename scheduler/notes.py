"""What people are told beside what they are asked: each note is written once, by its message's key."""

from datetime import datetime

from sqlalchemy import Engine

from scheduler.corrections import correct
from scheduler.drafts import mention_held
from scheduler.reviews import mention_reviews
from scheduler.window_news import tell_news


def write_notes(engine: Engine, now: datetime) -> None:
    """What admins did, corrections of dates, digests held past their time, suspensions to be looked at again."""
    tell_news(engine, now)
    correct(engine, now)
    mention_held(engine, now)
    mention_reviews(engine, now)
