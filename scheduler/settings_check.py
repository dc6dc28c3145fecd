"""Finds settings that are misspelt or of the wrong form, and that no chat platform is set up."""

import re
from collections.abc import Iterator, Mapping

from remembrancer.rules.nearest_name import nearest_of
from remembrancer.settings import Settings, settings_given
from remembrancer.wording import phrase

GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
FORMS: Mapping[str, tuple[str, str]] = {
    "SLACK_BOT_TOKEN": (r"xoxb-\S+", "xoxb-…"),
    "SLACK_APP_TOKEN": (r"xapp-\S+", "xapp-…"),
    "SLACK_SIGNING_SECRET": (r"[0-9a-f]{32}", "32 of the figures and letters 0-9 and a-f"),
    "TEAMS_CLIENT_ID": (GUID, "a GUID"),
    "TEAMS_TENANT_ID": (GUID, "a GUID"),
    "TEAMS_CATALOG_APP_ID": (GUID, "a GUID"),
}
"""The form of each setting that a platform gives out (docs.slack.dev, 'Token types'; Microsoft Entra: GUIDs)."""


def settings_findings(settings: Settings) -> Iterator[str]:
    """Yield the missing platform first, then each setting to put right; no value of a setting is shown."""
    if not has_platform(settings):
        yield phrase("foreseen.no_platform")
    given = settings_given()
    names = known_names()
    for name in sorted(given):
        near = nearest_of(name, names) if name not in names and _is_like_ours(name) else None
        if near:
            yield phrase("foreseen.misspelt", name=name, near=near)
    for name, (form, words) in FORMS.items():
        if given.get(name) and not re.fullmatch(form, given[name]):
            yield phrase("foreseen.wrong_form", name=name, form=words)


def has_platform(settings: Settings) -> bool:
    """Tell whether Slack or Teams is set up."""
    return bool(settings.slack_bot_token or settings.teams_client_id)


def known_names() -> set[str]:
    """The names of all settings, as the environment has them."""
    prefix = Settings.model_config.get("env_prefix", "")
    return {str(field.validation_alias or f"{prefix}{name}".upper()) for name, field in Settings.model_fields.items()}


def _is_like_ours(name: str) -> bool:
    return name.startswith(("REMEMBRANCER_", "SLACK_", "TEAMS_")) or "REMEMB" in name.upper()
