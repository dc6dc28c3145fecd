"""Tells whether an item is at its end when a new year begins: it is withdrawn, complete, or past its end date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from remembrancer.rules.programmes.answers import Answers, Circumstances
from remembrancer.rules.programmes.slips import standing_end
from remembrancer.rules.programmes.spec import Option, Programme

FINAL_WORDS = frozenset({"complete", "completed", "done", "delivered", "achieved", "closed", "finished", "implemented"})


class EndsBecause(StrEnum):
    WITHDRAWN = "withdrawn"
    FINAL = "final"
    PAST_END = "past_end"


@dataclass(frozen=True)
class Ending:
    """Why an item ends; `status` is the word of its last status, empty without an answer, and `day` its end date."""

    because: EndsBecause
    status: str = ""
    day: date | None = None


def ending_of(programme: Programme, facts: Answers, last: Answers, withdrawn: bool, begins: date) -> Ending | None:
    """Why an item ends before the day on which the new year `begins`; `last` are its newest answers."""
    status = programme.status.option(str(last.get(programme.form.status) or ""))
    word = status.word if status else ""
    if withdrawn:
        return Ending(EndsBecause.WITHDRAWN, word)
    if status is not None and is_final(status):
        return Ending(EndsBecause.FINAL, word)
    end = standing_end(programme, Circumstances(answers={}, last=last, facts=facts))
    return Ending(EndsBecause.PAST_END, word, end[1]) if end is not None and end[1] < begins else None


def is_final(status: Option) -> bool:
    """Whether nothing more is to be done; blue is the colour of what is complete."""
    ways = {" ".join(way.lower().split()) for way in (status.word, *status.said_as)}
    return status.colour == "blue" or bool(ways & FINAL_WORDS)
