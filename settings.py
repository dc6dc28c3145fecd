"""Settings, from the environment or a .env file. docs/settings.md and .env.example name every one of them."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent


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
    look_seconds: int = Field(60, ge=1, description="How often the service looks for what is due.")
    lease_seconds: int = Field(
        60, ge=5, description="How long a message being sent is left alone before another process settles its fate."
    )
    contact: str = Field(
        "", description="An e-mail or web address at which the people of a site that is read can reach yours."
    )
    log_format: Literal["json", "text"] = Field("json", description="How log lines are written: json or text.")
