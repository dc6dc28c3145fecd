"""A programme file, of which the digest's sections are checked too."""

from typing import Annotated

from pydantic import AfterValidator

from remembrancer.reports.digests.sections import section_faults
from remembrancer.rules.programmes.spec import Programme, Section


def _known_section(section: Section) -> Section:
    found = list(section_faults(section))
    if found:
        raise ValueError("; ".join(found))
    return section


class ProgrammeFile(Programme):
    """A programme as its file gives it."""

    digest: list[Annotated[Section, AfterValidator(_known_section)]]
