"""Settings, from the environment or a .env file. docs/settings.md and .env.example name every one of them."""

import os
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _of_platform(variable: str, description: str) -> Any:
    """A text from a variable that is named as the platform's own documentation names it; empty by default."""
    return Field("", description=description, validation_alias=variable)


class Settings(BaseSettings):
    """One instance is one process's settings."""

    model_config = SettingsConfigDict(env_prefix="REMEMBRANCER_", env_file=".env", extra="ignore")

    database_url: str = Field(
        "sqlite:///remembrancer.sqlite", description="Where everything is kept: a SQLAlchemy URL, SQLite or PostgreSQL."
    )
    host: str = Field("127.0.0.1", description="The address the service listens on.")
    port: int = Field(
        8000,
        description="The port the service listens on.",
        validation_alias="PORT",
    )
    public_url: str = Field(
        "",
        description="Where others reach the service, for addresses that it gives out: https and the name, no path.",
    )
    look_seconds: int = Field(
        60, ge=1, description="After how long what could not be done is tried again, and feeds are looked after."
    )
    lease_seconds: int = Field(
        60, ge=5, description="How long a message being sent is left alone before another process settles its fate."
    )
    contact: str = Field(
        "", description="An e-mail or web address at which the people of a site that is read can reach yours."
    )
    feed_minutes: int = Field(60, ge=1, description="How often a calendar feed is read, in minutes.")
    feed_timeout_seconds: int = Field(20, ge=1, description="How long a feed may take to answer, in seconds.")
    feed_megabytes: int = Field(
        10, ge=1, le=10, description="How large a feed may be, once unpacked; no calendar over 10 MB is read."
    )
    feed_allow_private: bool = Field(
        False,
        description="Whether feeds and committee systems may be read from addresses that are not public.",
    )
    feed_allow_http: bool = Field(False, description="Whether feeds may be read without encryption (http://).")
    committees_minutes: int = Field(
        360, ge=30, description="How often a committee system is read, in minutes: at least 30, for it is slow."
    )
    slack_bot_token: str = _of_platform("SLACK_BOT_TOKEN", "Slack's bot token (xoxb-…); without it there is no Slack.")
    slack_app_token: str = _of_platform(
        "SLACK_APP_TOKEN", "Slack's app-level token (xapp-…): what people do comes through a socket (Socket Mode)."
    )
    slack_signing_secret: str = _of_platform(
        "SLACK_SIGNING_SECRET", "Slack's signing secret: what people do comes to `/slack/events` at the public address."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        description="Where Slack's Web API is; another server's is for trying things out.",
        validation_alias="SLACK_API_URL",
    )
    slack_messages_a_minute: int = Field(
        240, ge=1, description="How many messages a minute are sent to one Slack workspace, at most."
    )
    teams_client_id: str = _of_platform(
        "TEAMS_CLIENT_ID", "The app id of the bot in Microsoft Teams (a GUID); without it there is no Teams."
    )
    teams_client_secret: str = _of_platform(
        "TEAMS_CLIENT_SECRET", "The app's client secret; leave it empty with a managed identity."
    )
    teams_tenant_id: str = _of_platform(
        "TEAMS_TENANT_ID", "The organisation's own tenant (a GUID): nothing from another is listened to."
    )
    teams_managed_identity: str = _of_platform(
        "TEAMS_MANAGED_IDENTITY",
        "In place of a secret, Azure's managed identity: `system`, or the identity's client id.",
    )
    teams_catalog_app_id: str = _of_platform(
        "TEAMS_CATALOG_APP_ID",
        "The app's id in the tenant's catalogue (a GUID): the app is installed for everybody by itself.",
    )
    log_format: Literal["json", "text"] = Field("json", description="How log lines are written: json or text.")

    @property
    def base_url(self) -> str:
        """Where others reach the service; without a setting, this machine."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"


def settings_given() -> dict[str, str]:
    """Every variable that has a value, in the environment or else in the file `.env`."""
    return {name: value for given in (dotenv_values(".env"), os.environ) for name, value in given.items() if value}


def setting_called(name: str) -> str | None:
    """A setting that the organisation's folder names, such as a feed's secret address; None where it is not set."""
    return settings_given().get(name)
