"""Who is to be messaged, worked out the long way round: the one account that the planner is held to.

It shares no code with rules/. Returns and papers are worked out apart, each from its own page of the documents; what
is common to all that people are asked - once, a pause, a pilot - is here.
"""

from datetime import datetime

from tests.oracle import papers, returns
from tests.oracle.returns import (
    ONE_DAY,
    QUARTER,
    Audience,
    Key,
    Own,
    Step,
    World,
    above,
    audience,
    clock,
    everybody,
    fit,
    is_in_hours,
    is_working_day,
    next_morning,
    own,
    policy_calls,
    raw_moment,
)

__all__ = [
    "ONE_DAY",
    "QUARTER",
    "Audience",
    "Key",
    "Own",
    "Step",
    "World",
    "above",
    "audience",
    "clock",
    "everybody",
    "fit",
    "is_in_hours",
    "is_working_day",
    "next_morning",
    "own",
    "policy_calls",
    "raw_moment",
]


def due(world: World, now: datetime) -> dict[Key, Audience]:
    """What is to be said now that was not said before, and to which audience."""
    found = returns.due(world, now) | papers.due(world, now)
    return {key: to for key, to in found.items() if key not in world.prompted}


def withheld(world: World, found: dict[Key, Audience], now: datetime) -> dict[Key, Audience]:
    """What of it is only shown: all for people outside the pilot, and what tells of those who were never asked."""
    if world.pilot is None:
        return {}
    return {
        key: to
        for key, to in found.items()
        if key[2] not in world.pilot or (to != "lead" and not world.pilot.intersection(answerers(world, key, now)))
    }


def answerers(world: World, key: Key, now: datetime) -> list[int]:
    """Who is asked to answer what a prompt is about."""
    kind, name = key[0]
    if kind == "return":
        return returns.audience(world, "lead", world.returns[int(name)], now)
    return papers.asked(world, *papers.named(world, name), now)


def look(world: World, now: datetime) -> dict[Key, Audience]:
    """What is to be said now; it counts as said, or as shown."""
    found = due(world, now)
    world.prompted |= set(found)
    world.withheld |= withheld(world, found, now)
    return found


def change_pilot(world: World, pilot: set[int] | None, now: datetime) -> set[Key]:
    """Begin, change or end (None) a pilot; what was withheld and is in reach now is forgotten, and returned."""
    world.pilot = pilot
    in_reach = set(world.withheld) - set(withheld(world, world.withheld, now))
    world.withheld = {key: to for key, to in world.withheld.items() if key not in in_reach}
    world.prompted -= in_reach
    return in_reach
