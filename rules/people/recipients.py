"""Finds who is asked and told: the holders of posts, their stand-ins, and the people above them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from remembrancer.models import Absence, Item, Person, Return
from remembrancer.rules.calendar.working_time import DAY, local_day
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.programmes.slices import Hearing, is_in


class Reason(StrEnum):
    """The reason why a person is asked or told; templates/messages put it in words."""

    LEADS = "leads"
    DELEGATED = "delegated"
    STANDS_IN = "stands_in"
    ABOVE = "above"
    VACANT = "vacant"
    SECRETARY = "secretary"
    NOBODY_ELSE = "nobody_else"


Asked = tuple[Person, Reason]


def is_away(facts: Facts, person: Person, now: datetime) -> bool:
    """Tell whether the person is on leave today, in their own time zone."""
    return _absence(facts, person, now) is not None


def _absence(facts: Facts, person: Person, now: datetime) -> Absence | None:
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    away = facts.absences.get(stored_id(person.id), ())
    return next((absence for absence in away if absence.first_day <= today <= absence.last_day), None)


def holders(facts: Facts, post_id: int, now: datetime) -> list[Person]:
    """Return the holders of a post today (in the organisation's time zone): who is asked first, then by record id."""
    today = now.astimezone(ZoneInfo(facts.time.zone)).date()
    return [
        person
        for tenure in sorted(facts.tenures.get(post_id, ()), key=lambda tenure: not tenure.asked_first)
        if (tenure.first_day is None or tenure.first_day <= today)
        and (tenure.last_day is None or today <= tenure.last_day)
        and (person := facts.people[tenure.person_id]).active
    ]


def to_come(facts: Facts, post_id: int, now: datetime) -> list[tuple[date, Person]]:
    """Return the people who will hold the post and do not yet, each with their first day, in order."""
    today = now.astimezone(ZoneInfo(facts.time.zone)).date()
    held = {person.id for person in holders(facts, post_id, now)}
    coming = [
        (tenure.first_day, facts.people[tenure.person_id])
        for tenure in facts.tenures.get(post_id, ())
        if tenure.first_day is not None and tenure.first_day > today and tenure.person_id not in held
    ]
    return sorted(((day, who) for day, who in coming if who.active), key=lambda each: each[0])


def upwards(facts: Facts, post_id: int | None) -> Iterator[int]:
    """Yield the post and those above it in the reporting line, nearest first; a circular line is walked once."""
    seen: set[int] = set()
    while post_id is not None and post_id not in seen:
        seen.add(post_id)
        yield post_id
        post_id = facts.posts[post_id].reports_to_id


def line_above(facts: Facts, post_id: int) -> list[int]:
    """Return the posts that a post reports to, nearest first."""
    return list(upwards(facts, post_id))[1:]


def at_work(facts: Facts, post_id: int, now: datetime) -> Asked | None:
    """Return a holder of the post who is not on leave, or the delegate of one who is; None without either.

    Of several, it is whoever works today, or else next: a day off is no leave, so what is asked waits until then.
    """
    held = holders(facts, post_id, now)
    if present := [person for person in held if not is_away(facts, person, now)]:
        return _works_first(facts, present, now), Reason.LEADS
    delegates = [delegate for person in held if (delegate := _delegate(facts, person, now)) is not None]
    return (_works_first(facts, delegates, now), Reason.STANDS_IN) if delegates else None


def with_sharers(facts: Facts, asked: list[Asked], post_id: int | None, now: datetime) -> list[Asked]:
    """Add to those who are asked as leads whoever shares the post with them by days of the week.

    On their days off nothing is sent to them, but what they were sent before still asks.
    """
    if post_id is None or all(because != Reason.LEADS for _, because in asked):
        return asked
    present = [person for person in holders(facts, post_id, now) if not is_away(facts, person, now)]
    return [(person, Reason.LEADS) for person in present] if any(person.works for person in present) else asked


def _works_first(facts: Facts, people: Sequence[Person], now: datetime) -> Person:
    """Return whichever of these people works today, or has the fewest days off before they do; of several, the first.

    A day on which nobody in the organisation works is no day off.
    """

    def days_off(person: Person) -> int:
        today = local_day(now, person.time_zone)
        next_day = facts.time_of(person).working_day_on_or_after(today)
        return len(facts.time.between(today, next_day - DAY))

    return min(people, key=days_off) if len(people) > 1 else people[0]


def _delegate(facts: Facts, person: Person, now: datetime) -> Person | None:
    absence = _absence(facts, person, now)
    if absence is None or absence.delegate_id is None:
        return None
    delegate = facts.people[absence.delegate_id]
    return delegate if delegate.active and not is_away(facts, delegate, now) else None


def _first_above(facts: Facts, posts: list[int], now: datetime) -> Asked | None:
    found = (at_work(facts, post_id, now) for post_id in posts)
    return next(((asked[0], Reason.ABOVE) for asked in found if asked), None)


def holds(facts: Facts, person: Person, post_id: int, now: datetime) -> bool:
    """Tell whether the person holds the post."""
    return any(holder.id == person.id for holder in holders(facts, post_id, now))


def acts_as(facts: Facts, person: Person, post_id: int, now: datetime) -> bool:
    """Tell whether the person holds the post or stands in for its holder."""
    asked = at_work(facts, post_id, now)
    return (asked is not None and asked[0].id == person.id) or holds(facts, person, post_id, now)


def lead(facts: Facts, ret: Return, now: datetime) -> list[Asked]:
    """Return who is asked for a return: its delegate, the lead, the lead's stand-in, or the nearest manager at work.

    The secretary is asked where the post is vacant, or nobody in the line above is at work.
    """
    if ret.delegate_id is not None:
        named = facts.people[ret.delegate_id]
        if named.active and not is_away(facts, named, now):
            return [(named, Reason.DELEGATED)]
    post_id = facts.items[ret.item_id].lead_post_id
    if not holders(facts, post_id, now):
        return [
            (person, Reason.VACANT if because == Reason.SECRETARY else because)
            for person, because in secretary(facts, ret, now)
        ]
    asked = at_work(facts, post_id, now) or _first_above(facts, line_above(facts, post_id), now)
    return [asked] if asked else secretary(facts, ret, now)


def manager(facts: Facts, ret: Return, now: datetime) -> list[Asked]:
    """Return the nearest person at work above the lead's post; the secretary where there is none."""
    asked = _first_above(facts, line_above(facts, facts.items[ret.item_id].lead_post_id), now)
    return [asked] if asked else secretary(facts, ret, now)


def director(facts: Facts, ret: Return, now: datetime) -> list[Asked]:
    """Return whoever is at work from the nearest director above the lead's post (or the top of the line) upwards."""
    above = line_above(facts, facts.items[ret.item_id].lead_post_id)
    directors = [n for n, post in enumerate(above) if any("director" in p.roles for p in holders(facts, post, now))]
    asked = _first_above(facts, above[directors[0] if directors else -1 :], now)
    return [asked] if asked else secretary(facts, ret, now)


def secretary(facts: Facts, ret: Return, now: datetime) -> list[Asked]:
    """Return the secretaries of the boards that hear the item; the admins where none of them is at work."""
    found = at_work_in(facts, secretary_posts(facts, facts.items[ret.item_id]), now)
    return [(person, Reason.SECRETARY) for person in found] or [(who, Reason.NOBODY_ELSE) for who in admins(facts)]


def secretaries(facts: Facts, programme_id: int, now: datetime) -> list[Person]:
    """Return the secretaries of a programme's boards, or their stand-ins; the admins where nobody is at work."""
    posts = [hearing.secretary_post_id for hearing in facts.hearings.get(programme_id, ())]
    return at_work_in(facts, posts, now) or admins(facts)


def hearings_of(facts: Facts, item: Item) -> list[Hearing]:
    """Return the boards that hear the item."""
    return [hearing for hearing in facts.hearings.get(item.programme_id, ()) if is_in(hearing.slice_, item.facts)]


def secretary_posts(facts: Facts, item: Item) -> list[int]:
    """Return the secretary posts (ids) of the boards that hear the item."""
    return [hearing.secretary_post_id for hearing in hearings_of(facts, item)]


def at_work_in(facts: Facts, posts: Sequence[int], now: datetime) -> list[Person]:
    """Return the person at work in each of the posts, each person once."""
    found: dict[int, Person] = {}
    for post_id in posts:
        asked = at_work(facts, post_id, now)
        if asked:
            found[stored_id(asked[0].id)] = asked[0]
    return list(found.values())


def admins(facts: Facts) -> list[Person]:
    """Return the active people with the role of an admin."""
    return [person for person in facts.people.values() if person.active and "admin" in person.roles]


AUDIENCES = {"lead": lead, "manager": manager, "director": director, "secretary": secretary}
