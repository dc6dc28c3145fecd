"""Planned messages as lines, one for all who are sent the same at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from remembrancer.queries.organisation import definition
from remembrancer.scheduler.preview.describe import policy_steps, what
from remembrancer.scheduler.preview.planned_messages import programmes_by_id
from remembrancer.scheduler.preview.types import Planned
from remembrancer.wording import phrase

MOST_NAMES = 12
MOST_REFS = 4


@dataclass(frozen=True)
class Line:
    """`names` are the first recipients with the refs they are messaged about; `more` counts the others."""

    at: datetime
    what: str
    withheld: bool
    names: tuple[str, ...]
    count: int
    more: int
    because: str


def lines(session: Session, planned: Iterable[Planned]) -> list[Line]:
    """One line for each moment and kind, by time; at one moment in the order given."""
    programmes = {row.key: definition(row) for row in programmes_by_id(session).values()}
    groups: dict[tuple[datetime, str, bool], list[Planned]] = {}
    for each in planned:
        programme = programmes.get(each.about.programme)
        word = what(each.kind, policy_steps(programme, each.kind) if programme else {})
        groups.setdefault((each.at, word, each.withheld), []).append(each)
    return [
        Line(
            at=at,
            what=word,
            withheld=withheld,
            names=tuple(with_refs(each.name, each.items) for each in group[:MOST_NAMES]),
            count=len(group),
            more=max(0, len(group) - MOST_NAMES),
            because=group[0].because if len(group) == 1 else "",
        )
        for (at, word, withheld), group in sorted(groups.items(), key=lambda item: item[0][0])
    ]


def with_refs(name: str, refs: Sequence[str]) -> str:
    """'Helen Marsh (48, 54)'; if there are many refs, only their number."""
    if not refs:
        return name
    if len(refs) > MOST_REFS:
        return phrase("preview.many", name=name, count=len(refs))
    return phrase("preview.refs", name=name, refs=join_refs(refs))


def join_refs(refs: Sequence[str]) -> str:
    """The refs joined with commas, or with semicolons where a title has a comma."""
    return ("; " if any("," in ref for ref in refs) else ", ").join(refs)
