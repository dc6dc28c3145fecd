"""What a draft's words mention and do not set: a button sets it, or the person is asked which day is meant."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from remembrancer.models.message import Button
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.programmes.answers import Circumstances, is_asked, is_required
from remembrancer.rules.programmes.spec import Programme
from remembrancer.wording import month_of, phrase, short_day

MOST_BUTTONS = 3
UNKNOWN = "?"
"""What is offered of a date where not even the month is plain; a month alone is '2027-03'."""
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Offer:
    """One field that is mentioned: its `value` in words, or the `month` of a date whose day is asked for."""

    field: str
    label: str
    value: str = ""
    month: str = ""


def asks_for_day(value: Any) -> bool:
    """Whether what is offered is a date whose day is asked for."""
    return isinstance(value, str) and (value == UNKNOWN or _MONTH.fullmatch(value) is not None)


def offers(programme: Programme, given: Circumstances, offered: Mapping[str, Any]) -> Iterator[Offer]:
    """What is still offered of what is asked, in the order in which it was said; the status has buttons of its own."""
    answers = given.answers
    for field, value in offered.items():
        key, _, option = field.partition(".")
        question = programme.question(key)
        set_now = (answers.get(key) or {}).get(option) if option else answers.get(key)
        if set_now == value or (key == programme.status.key and not set_now):
            continue
        if isinstance(value, list) and (set_now or not is_required(programme, question, given)):
            continue
        if not is_asked(programme, question, given):
            continue
        choice = question.option(option) if option else None
        label = choice.word if choice else question.label
        if value == UNKNOWN:
            yield Offer(field, label)
        elif isinstance(value, str) and _MONTH.fullmatch(value):
            yield Offer(field, label, month=month_of(value))
        else:
            yield Offer(field, label, short_day(value) if option else in_words(question, value))


def offer_buttons(return_id: int, about: str, found: list[Offer]) -> list[Button]:
    """A button for each whole value that is offered."""
    whole = [offer for offer in found if offer.value][:MOST_BUTTONS]
    return [
        Button(
            action="take_offer",
            value=f"{return_id}.{offer.field}",
            label=phrase("buttons.take_offer", label=offer.label, value=offer.value),
            about=about,
        )
        for offer in whole
    ]
