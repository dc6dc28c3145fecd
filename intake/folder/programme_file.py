"""A programme file: what it says of itself must hang together, its digest's sections too."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from remembrancer.reports.digests.sections import section_faults
from remembrancer.rules.programmes.checks import faults
from remembrancer.rules.programmes.spec import Programme, Section


def _known_section(section: Section) -> Section:
    found = list(section_faults(section))
    if found:
        raise ValueError("; ".join(found))
    return section


class ProgrammeFile(Programme):
    """A programme as its file gives it."""

    digest: list[Annotated[Section, AfterValidator(_known_section)]]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        found = list(dict.fromkeys(faults(self)))
        if found:
            raise ValueError("; ".join(found))
        return self
