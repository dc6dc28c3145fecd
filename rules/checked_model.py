"""The strict pydantic base of all configuration files, and the types of keys in them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Spec(BaseModel):
    """A part of a configuration file: unknown keys are errors, and values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def slugify(text: str) -> str:
    """Join the lower-case words of a text by underscores: 'Project/Programme' becomes 'project_programme'."""
    return "_".join(re.findall(r"[a-z0-9]+", text.lower()))
