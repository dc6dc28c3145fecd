"""Builds the app package with which an admin adds the app to Teams.

https://learn.microsoft.com/microsoft-365/extensibility/schema and, for icons,
https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package
"""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from remembrancer.wording import phrase

SCHEMA = "1.22"
VERSION = "1.0.0"
"""The version of the package: Teams accepts a changed package only with a higher one."""
SCOPES = ("personal", "team", "groupChat")
COMMANDS = ("my", "status", "missing", "snooze", "plan", "calendar", "help")
"""The commands that Teams offers beside the text box; each works without arguments."""
ACCENT = "#17434C"
ICONS = Path(__file__).parent / "icons"
FILE_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the package, so that the same manifest gives the same bytes."""


@dataclass(frozen=True)
class Publisher:
    """Who runs the service: a name of 32 characters at most, and the https:// addresses of their pages."""

    name: str
    website: str
    privacy: str
    terms: str


def manifest(app_id: str, publisher: Publisher, public_url: str) -> dict[str, Any]:
    """Build the manifest; `app_id` is the bot's id, and also the package's, which must never change."""
    commands = [{"title": name, "description": phrase(f"teams_package.command_{name}")} for name in COMMANDS]
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": VERSION,
        "id": app_id,
        "developer": {
            "name": publisher.name,
            "websiteUrl": publisher.website,
            "privacyUrl": publisher.privacy,
            "termsOfUseUrl": publisher.terms,
        },
        "name": {"short": phrase("teams_package.short_name"), "full": phrase("teams_package.full_name")},
        "description": {
            "short": phrase("teams_package.short_description"),
            "full": phrase("teams_package.full_description"),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "commandLists": [{"scopes": list(SCOPES), "commands": commands}],
                "isNotificationOnly": False,
                "supportsFiles": False,
            }
        ],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(public_url).hostname],
        # An app needs this to install itself for people (TeamsAppInstallation.ReadWriteSelfForUser.All).
        "webApplicationInfo": {"id": app_id, "resource": f"api://botid-{app_id}"},
    }


def package(manifest_data: dict[str, Any]) -> bytes:
    """Build the zip file of a manifest and its icons, uncompressed: compressors differ between machines."""
    text = json.dumps(manifest_data, ensure_ascii=False, indent=2) + "\n"
    icons = {name: (ICONS / name).read_bytes() for name in manifest_data["icons"].values()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {"manifest.json": text.encode(), **icons}.items():
            entry = zipfile.ZipInfo(name, FILE_DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
