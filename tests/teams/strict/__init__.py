"""A small strict Teams: the connector that a bot calls, its people and its faults, over real HTTP."""

from tests.teams.strict.faults import Faults
from tests.teams.strict.limits import Limits
from tests.teams.strict.server import Teams

__all__ = ["Faults", "Limits", "Teams"]
