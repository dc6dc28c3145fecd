"""Says why a message comes on another day: its recipient does not work on the day on which it would come."""

from datetime import datetime

from remembrancer.models import Person
from remembrancer.rules.calendar.weekdays import NAMES
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts
from remembrancer.wording import listed, phrase


def with_days_off(because: str, facts: Facts, person: Person, wanted: datetime, at: datetime) -> str:
    """Add to the reasons for a message the recipient's days off, where it would come on one of them.

    `wanted` is when it would come if the person worked on every day on which the organisation does, `at` when it comes.
    """
    own, day = facts.time_of(person), local_day(wanted, person.time_zone)
    is_day_off = facts.time.is_working_day(day) and not own.is_working_day(day)
    if not is_day_off or local_day(at, person.time_zone) == day:
        return because
    off = listed(f"{NAMES[number]}s" for number in sorted(facts.time.weekdays - own.weekdays))
    return "; ".join(filter(None, [because, phrase("preview.day_off", days=off)]))
