"""What a card holds, for tests; and whether it is one that Teams, our limits and Microsoft's own models take."""

from collections.abc import Iterator, Mapping
from typing import Any

import microsoft_teams.cards as theirs
from pydantic import BaseModel

from remembrancer.bot.teams.outbound.card import Card, card_activity
from tests.platform_limits.teams import check

MODELS: Mapping[str, type[BaseModel]] = {
    model.model_fields["type"].default: model
    for model in vars(theirs).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and "type" in model.model_fields
}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a type, however deep, outer ones first."""
    if isinstance(value, list):
        for each in value:
            yield from parts(each)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for each in value.values():
            yield from parts(each)


def of_type(value: Any, *kinds: str) -> list[dict[str, Any]]:
    return [each for each in parts(value) if each["type"] in kinds]


def runs(value: Any) -> list[str]:
    """The texts of elements, in order."""
    return [each["text"] for each in parts(value) if each["type"] in ("TextRun", "TextBlock")]


def hold(message: Mapping[str, Any]) -> None:
    """The message is within our limits, and Microsoft's models know each property of each of its elements."""
    assert check(message) == []
    for each in parts(message["attachments"]):
        model = MODELS[each["type"]].model_validate({name: value for name, value in each.items() if name != "$schema"})
        assert not model.model_extra, f"{each['type']}: {model.model_extra}"


def hold_card(card: Card, summary: str = "Said") -> Card:
    hold(card_activity(card, summary))
    return card
