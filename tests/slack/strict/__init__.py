"""A small strict Slack: its Web API, its socket, its people and its faults, over real HTTP."""

from tests.slack.strict.faults import Faults
from tests.slack.strict.limits import Limits
from tests.slack.strict.server import Slack

__all__ = ["Faults", "Limits", "Slack"]
