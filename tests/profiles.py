"""Profiles of Hypothesis: `quick` by default, `nightly` with --hypothesis-profile=nightly."""

from typing import Any

from hypothesis import settings

FEWEST = 5


def register_profiles() -> None:
    """Register both profiles and take the quick one, until the command line names another.

    No deadline: how long one example takes says more of the machine and its other work than of the code.
    """
    settings.register_profile("quick", max_examples=25, deadline=None)
    settings.register_profile("nightly", max_examples=100, deadline=None)
    settings.load_profile("quick")


def thoroughness(factor: float, **more: Any) -> settings:
    """Return settings that try a property `factor` times as many examples as the profile says, and never under five."""
    profile = settings.get_current_profile_name()
    usual = settings.get_profile(profile).max_examples
    return settings(max_examples=max(FEWEST, round(factor * usual)), **more)
